from pathlib import Path

import numpy as np
import pytest

from trialist.design.looks import ALPHA, LARGEST_EXACT_FAMILY
from trialist.design.protocol import build_plan, implied_protocol, study_name
from trialist.stats.sequential import thresholds
from trialist.values.errors import ConfigError
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile, Plan
from trialist.values.study import Resources, SeedRange, Study

METRIC = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)


def study(**changes):
    given_fields = {
        "name": "digits",
        "trial": "train.py:train",
        "metric": METRIC,
        "config": {"lr": 0.1, "dropout": 0.0, "opt": {"name": "sgd", "eps": 1}},
        "variants": {"baseline": {}, "dropout": {"dropout": 0.3}, "adam": {"opt": {"name": "a"}}},
    }
    return Study(**{**given_fields, **changes})


def plan(**changes):
    return build_plan(study(**changes), code=(), trial="train.py:train")


def test_resolves_every_configuration():
    found = plan()
    assert [variant.name for variant in found.variants] == ["baseline", "dropout", "adam"]
    assert found.config_of("dropout")["dropout"] == 0.3
    assert found.config_of("adam")["opt"] == {"name": "a", "eps": 1}
    assert found.baseline == "baseline"


def test_thresholds_are_those_of_the_family():
    found = plan(paired=("order", "init"))
    for r in (1, 2):
        row = thresholds((5, 8, 12, 20), alpha=ALPHA / r, paired=True)
        assert tuple(look.thresholds[r - 1] for look in found.looks) == row
    assert all(len(look.thresholds) == 2 for look in found.looks)


def test_the_design_decides_about_the_thresholds():
    assert plan(paired=("init",)).looks != plan().looks


@pytest.mark.parametrize(
    ("changes", "seeds", "looks"),
    [
        ({}, tuple(range(20)), (5, 8, 12, 20)),
        ({"seeds": SeedRange(min=3, max=9)}, tuple(range(9)), (3, 5, 8, 9)),
        ({"seeds": 10}, tuple(range(10)), (10,)),
        ({"seeds": (7, 0, 3)}, (7, 0, 3), (3,)),
        ({"mode": Mode.EXPLORE}, tuple(range(20)), (20,)),
    ],
)
def test_the_form_of_the_seeds_decides_about_the_looks(changes, seeds, looks):
    found = plan(**changes)
    assert found.seeds == seeds
    assert tuple(look.n for look in found.looks) == looks


def test_one_look_needs_no_price_for_looking():
    assert plan(seeds=10).looks[0].thresholds == pytest.approx((0.05, 0.025))


def test_a_study_of_one_variant_has_a_plan():
    found = plan(variants={}, config={"lr": 1})
    assert [variant.name for variant in found.variants] == ["baseline"]
    assert len(found.looks[0].thresholds) == 1


@pytest.mark.slow
def test_thresholds_of_large_families_fall_on():
    size = LARGEST_EXACT_FAMILY + 5
    many = {f"v{number}": {"lr": number} for number in range(size)}
    found = plan(variants={"baseline": {}, **many}, seeds=SeedRange(min=5, max=8))
    for look in found.looks:
        assert len(look.thresholds) == size
        assert list(look.thresholds) == sorted(look.thresholds, reverse=True)
        assert look.thresholds[-1] <= look.thresholds[0] / size * 1.001
    assert found.looks[0].thresholds[-1] == pytest.approx(ALPHA / size * (5 / 8) ** 2, rel=1e-4)


def test_the_order_of_sources_says_nothing():
    one = plan(paired=("init", "order"), vary=("train", "init", "order"))
    other = plan(paired=("order", "init", "init"))
    assert one.hash == other.hash


def test_a_plan_is_the_same_after_it_was_stored():
    found = build_plan(
        study(
            config={"lr": np.float32(0.5), "n": np.int64(3), "sizes": (1, 2), "on": True},
            variants={"baseline": {}, "wide": {"sizes": (3,)}},
            resources=Resources(threads=2, retries=1, timeout=60.0),
        ),
        code=(CodeFile(path="b.py", digest="2"), CodeFile(path="a.py", digest="1")),
        trial="train.py:train",
    )
    assert Plan.from_dict(found.to_dict()) == found
    assert found.config_of("wide") == {"lr": 0.5, "n": 3, "sizes": [3], "on": True}
    assert [file.path for file in found.code] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"model": {"layers": [object()]}}, r"config.model.layers\[0\] is of type object"),
        ({"lr": float("nan")}, "config.lr is nan"),
        ({"path": Path("x")}, "config.path is of type"),
        ({"a": {1: 2}}, "config.a has the key 1"),
        ({"a": 1j}, "config.a is of type complex"),
    ],
)
def test_refuses_what_cannot_be_written_down(config, message):
    with pytest.raises(ConfigError, match=message):
        plan(config=config, variants={})


def test_refuses_variants_that_change_what_is_not_there():
    with pytest.raises(ConfigError) as caught:
        plan(variants={"a": {"lrr": 1}, "b": {"opt": {"nmae": "x"}}})
    assert [mistake.message for mistake in caught.value.mistakes] == [
        "variant a: 'lrr' is not a key of config",
        "variant b: 'opt.nmae' is not a key of config",
    ]
    assert "did you mean 'name'?" in caught.value.mistakes[1].todo


def test_refuses_more_seeds_than_anybody_means():
    with pytest.raises(ConfigError, match="10,001 seeds"):
        plan(seeds=10_001)


def test_the_name_of_a_study_is_its_own_or_its_function():
    def tune(config, run): ...

    assert study_name(study(name=None)) == "train"
    assert study_name(study(name=None, trial=tune)) == "tune"
    assert study_name(study(name=None, trial=lambda config, run: 0)) == "lambda"
    assert study_name(study()) == "digits"


def test_results_without_a_plan_imply_one_look():
    found = implied_protocol(
        metric=METRIC, variants=("a", "b", "c"), baseline="b", n=7, paired=True, scope="these runs"
    )
    assert found.registered is False
    assert not found.is_sequential
    assert found.looks[0].n == 7
    assert found.looks[0].thresholds == pytest.approx((0.05, 0.025))
    assert found.candidates == ("a", "c")


def test_an_implied_protocol_needs_its_baseline():
    with pytest.raises(ConfigError, match="baseline 'x' is not a variant"):
        implied_protocol(metric=METRIC, variants=("a",), baseline="x", n=7, paired=False)


def test_what_is_expected_stands_in_the_plan_in_the_order_of_the_variants():
    made = plan(
        config={"x": 1, "y": True},
        variants={"wide": {"x": 2}},
        ablate=("y",),
        expect={"wide": "> 0.01", "no-y": "equal"},
    )
    assert [(one.variant, one.text) for one in made.expect] == [
        ("no-y", "~ 0"),
        ("wide", "> 0.01"),
    ]
    assert Plan.from_dict(made.to_dict()) == made


def test_what_is_expected_of_no_variant_is_refused():
    with pytest.raises(ConfigError) as caught:
        plan(expect={"dropuot": "> 0", "baseline": "> 0"})
    assert len(caught.value.mistakes) == 2


def test_seeds_begin_where_they_are_new():
    def seeds(given):
        return build_plan(study(seeds=given), code=(), trial="t", first_seed=8).seeds

    assert seeds(SeedRange(min=3, max=5)) == (8, 9, 10, 11, 12)
    assert seeds((1, 4)) == (1, 4)


def test_an_open_study_has_a_look_after_every_seed():
    found = plan(seeds=SeedRange(min=4, max=7), looks="open")
    assert tuple(look.n for look in found.looks) == (4, 5, 6, 7)
    assert found.is_open


def test_looks_that_end_before_the_runs_are_refused():
    with pytest.raises(ConfigError, match="the last look was to be at 8"):
        implied_protocol(
            metric=METRIC, variants=("a", "b"), baseline="a", n=9, paired=False, looks=(5, 8)
        )
