from __future__ import annotations

from trialist.analysis.hints import hint_of
from trialist.values.evidence import Problem, Sample
from trialist.values.metric import Goal, Metric

METRIC = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
SIX = (0.951, 0.957, 0.949, 0.953, 0.947, 0.950)


def sample(values, variant):
    return Sample(variant=variant, seeds=tuple(range(len(values))), values=tuple(values))


def hint(a, b, problem=None):
    return hint_of(sample(a, "baseline"), sample(b, "dropout"), metric=METRIC, problem=problem)


def test_one_run_against_many_is_placed_in_their_prediction_interval():
    said = hint(SIX, (0.99,), Problem.ONE_RUN)
    assert "one run of dropout (99.00 points) lies outside" in said
    assert "6 baseline runs (94.15 to 96.09)" in said
    assert "assuming equal noise" in said
    assert "lies inside" in hint(SIX, (0.95,), Problem.ONE_RUN)


def test_four_baseline_runs_are_too_few_for_a_hint():
    assert hint(SIX[:4], (0.99,), Problem.ONE_RUN) is None


def test_a_baseline_without_spread_gives_no_hint():
    assert hint((0.5,) * 6, (0.99,), Problem.ONE_RUN) is None


def test_the_same_value_at_every_seed_asks_whether_the_change_arrives():
    assert "check that what dropout changes reaches the training" in hint(SIX, SIX)


def test_a_metric_that_never_varies_gets_no_such_hint():
    assert hint((0.5,) * 5, (0.5,) * 5, Problem.NO_SPREAD) is None


def test_two_equal_pairs_may_be_chance():
    assert hint((0.5, 0.6), (0.5, 0.6)) is None


def test_different_values_get_no_hint():
    assert hint(SIX, SIX[::-1]) is None
