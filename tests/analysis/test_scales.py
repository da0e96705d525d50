import math

import pytest

from trialist.analysis.scales import Scale, Scaling, pooled_sd
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.evidence import Sample
from trialist.values.metric import Goal


def sample(name, *values):
    return Sample(variant=name, seeds=tuple(range(len(values))), values=values)


def task(base, other):
    return {"base": sample("base", *base), "new": sample("new", *other)}


ACCURACY = task((0.80, 0.81, 0.82), (0.85, 0.86, 0.87))
RMSE = task((-32000.0, -32500.0, -31500.0), (-30000.0, -30500.0, -29500.0))


def stratum(found, scaling=Scaling.SD, goal=Goal.MAXIMIZE, **options):
    scale = Scale(scaling=scaling, goal=goal, **options)
    return scale.stratum("t", found, variant="new", baseline="base")


def test_the_default_counts_seed_sds_from_the_baselines_mean():
    found = stratum(ACCURACY)
    assert found.unit == pytest.approx(0.01)
    assert found.unit_df == 4
    assert found.scores.mean() == pytest.approx(5 * math.sqrt(2 / math.pi))


def test_the_default_does_not_change_when_a_metric_is_moved_or_stretched():
    moved = task((8.0, 8.1, 8.2), (8.5, 8.6, 8.7))
    assert stratum(moved).scores == pytest.approx(stratum(ACCURACY).scores)


def test_lower_is_better_mirrors_the_scores():
    mirrored = task((-0.80, -0.81, -0.82), (-0.85, -0.86, -0.87))
    ours = stratum(mirrored, goal=Goal.MINIMIZE).scores
    assert ours == pytest.approx(stratum(ACCURACY).scores)


def test_the_pooled_sd_uses_every_variant_that_has_one():
    found = pooled_sd("t", [sample("a", 1.0, 3.0), sample("b", 5.0), sample("c", 2.0, 2.0)])
    assert found == (pytest.approx(1.0), 2.0)


@pytest.mark.parametrize("values", [(), (1.0,), (2.0, 2.0)])
def test_a_task_without_noise_has_no_unit(values):
    with pytest.raises(InsufficientDataError, match="no difference"):
        pooled_sd("t", [sample("a", *values)])


def test_noise_far_below_the_values_is_rounding():
    with pytest.raises(InsufficientDataError):
        pooled_sd("t", [sample("a", 1e-290, 2e-290), sample("b", 1e12, 1e12)])


def test_percent_are_of_the_baselines_mean():
    assert stratum(ACCURACY, Scaling.PERCENT).scores.mean() == pytest.approx(100 * 0.05 / 0.81)
    assert stratum(RMSE, Scaling.PERCENT).scores.mean() == pytest.approx(100 * 2000 / 32000)


@pytest.mark.parametrize("base", [(-0.1, 0.0, 0.1), (0.5,)])
def test_percent_of_a_mean_near_zero_mean_nothing(base):
    with pytest.raises(InsufficientDataError, match="percent"):
        stratum(task(base, (1.0, 2.0)), Scaling.PERCENT)


def test_raw_differences_of_unlike_tasks_are_never_averaged():
    scale = Scale(scaling=Scaling.NONE, goal=Goal.MAXIMIZE)
    with pytest.raises(ConfigError, match="'house'"):
        scale.check({"adult": ACCURACY, "house": RMSE}, "base")
    noisy = task((0.5, 0.9, 0.7), (0.4, 0.9, 0.8))
    with pytest.raises(ConfigError, match="seed SDs"):
        scale.check({"adult": ACCURACY, "noisy": noisy}, "base")
    scale.check({"adult": ACCURACY, "other": ACCURACY}, "base")
    scale.check({}, "base")
    assert stratum(ACCURACY, Scaling.NONE).scores.mean() == pytest.approx(0.05)


def test_a_task_with_single_runs_has_a_size_and_no_spread():
    single = task((0.8,), (0.9,))
    Scale(scaling=Scaling.NONE, goal=Goal.MAXIMIZE).check({"a": single, "b": single}, "base")


def test_references_say_what_is_0_and_what_is_1():
    found = stratum(ACCURACY, Scaling.REFERENCES, references={"t": (0.76, 0.96)})
    assert found.scores == pytest.approx([0.45, 0.5, 0.55])
    better = stratum(RMSE, Scaling.REFERENCES, goal=Goal.MAXIMIZE, references={"t": (-4e4, -2e4)})
    assert better.scores == pytest.approx([0.475, 0.5, 0.525])
    down = stratum(ACCURACY, Scaling.REFERENCES, goal=Goal.MINIMIZE, references={"t": (0.96, 0.76)})
    assert down.scores == pytest.approx([0.45, 0.5, 0.55])


def test_references_have_to_be_there_and_point_upwards():
    def scale(goal, **references):
        return Scale(scaling=Scaling.REFERENCES, goal=goal, references=references)

    scale(Goal.MAXIMIZE, t=(0.0, 1.0)).check({"t": ACCURACY}, "base")
    with pytest.raises(ConfigError, match="no references"):
        scale(Goal.MAXIMIZE, s=(0.0, 1.0)).check({"t": ACCURACY}, "base")
    with pytest.raises(ConfigError, match="0 and 1"):
        scale(Goal.MINIMIZE, t=(0.0, 1.0)).check({"t": ACCURACY}, "base")


def test_every_scale_has_words():
    for scaling in Scaling:
        scale = Scale(scaling=scaling, goal=Goal.MAXIMIZE)
        assert scale.words
        assert scale.is_from_baseline is (scaling is not Scaling.REFERENCES)
