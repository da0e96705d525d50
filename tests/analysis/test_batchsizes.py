"""Three regimes of steps against batch size, the critical batch, and what limits the answer."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.batchsizes import BatchTrial, Budget, Regime, scaling_of
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.missing import Missing

SIZES = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)


def quadratic(critical, *, a=1000.0, sizes=SIZES):
    """The noisy quadratic model: steps = a (1 + critical / batch), to the next whole step."""
    return [
        BatchTrial(batch_size=b, steps=math.ceil(a * (1 + critical / b)), setting=str(rate))
        for b in sizes
        for rate in range(2)
    ]


def test_a_known_critical_batch_is_found_with_its_three_regimes():
    study = scaling_of(quadratic(256), budget="steps")
    assert study.critical == pytest.approx(256, rel=0.01)
    regimes = [one.regime for one in study.doublings]
    assert regimes == sorted(regimes, key=list(Regime).index)
    assert set(regimes) == set(Regime)
    assert study.perfect_up_to == 32
    assert study.useful_up_to == 4096
    assert study.sentence == (
        "With equal steps for every trial: twice the batch halves the steps up to 32; from 4,096 "
        "on a larger batch saves none."
    )
    assert study.caveats == ()


@given(st.floats(16, 2000), st.floats(200, 1e5))
def test_the_critical_batch_is_found_wherever_it_lies(critical, a):
    assert scaling_of(quadratic(critical, a=a), budget="epochs").critical == pytest.approx(
        critical, rel=0.1
    )


@pytest.mark.parametrize(
    ("ratio", "regime"),
    [
        (0.5, Regime.PERFECT),
        (0.55, Regime.PERFECT),
        (0.56, Regime.DIMINISHING),
        (0.94, Regime.DIMINISHING),
        (0.95, Regime.MAXIMAL),
        (1.2, Regime.MAXIMAL),
    ],
)
def test_a_regime_is_what_twice_the_batch_leaves(ratio, regime):
    steps = {8: 10_000, 16: round(10_000 * ratio)}
    study = scaling_of(
        [BatchTrial(batch_size=b, steps=s) for b, s in steps.items()], budget="steps"
    )
    (found,) = study.doublings
    assert (found.regime, found.ratio) == (regime, pytest.approx(ratio, rel=1e-3))


def test_four_times_the_batch_counts_as_two_doublings():
    trials = [BatchTrial(batch_size=8, steps=10_000), BatchTrial(batch_size=32, steps=2500)]
    (found,) = scaling_of(trials, budget="steps").doublings
    assert found.ratio == pytest.approx(0.5)
    assert found.regime is Regime.PERFECT


def test_each_size_has_the_median_seed_of_its_best_setting():
    trials = [
        BatchTrial(batch_size=8, steps=steps, setting="good") for steps in (90, 100, 130)
    ] + [
        BatchTrial(batch_size=8, steps=steps, setting="lucky") for steps in (10, None, None)
    ] + [BatchTrial(batch_size=16, steps=55, setting="good")]  # fmt: skip
    point = scaling_of(trials, budget="steps").points[0]
    assert (point.steps, point.setting, point.spread) == (100, "good", (90, 130))
    assert (point.examples, point.n_settings, point.n_seeds) == (800, 2, 3)


def test_a_size_that_never_got_there_is_missing_and_told():
    trials = [BatchTrial(batch_size=b, steps=None if b == 16 else 100) for b in (8, 16, 32)]
    study = scaling_of(trials, budget="epochs")
    assert isinstance(study.points[1].steps, Missing)
    assert isinstance(study.points[1].spread, Missing)
    assert isinstance(study.points[1].examples, Missing)
    assert study.doublings == ()
    assert study.sentence == (
        "With equal epochs for every trial: no two neighboring batch sizes reached the target."
    )
    assert study.caveats[0] == (
        "Batch size 16 did not reach the target: equal epochs gave it fewer steps."
    )
    assert "its budget may be too small" in scaling_of(trials, budget="steps").caveats[0]


def test_edges_unequal_effort_and_no_tuning_are_told():
    trials = [
        BatchTrial(batch_size=8, steps=100, setting="a"),
        BatchTrial(batch_size=16, steps=60, setting="a", at_edge=True),
        BatchTrial(batch_size=16, steps=80, setting="b"),
    ]
    caveats = scaling_of(trials, budget="steps").caveats
    assert caveats[0].startswith("The best setting of batch size 16 lies at the edge of its range")
    assert caveats[1].startswith("Batch sizes were tuned with unequal effort, 1 to 2 settings")
    assert scaling_of(trials[:2], budget="steps").caveats[1].startswith("No batch size was tuned")


def test_the_critical_batch_is_not_invented():
    def critical(steps):
        trials = [BatchTrial(batch_size=b, steps=s) for b, s in steps.items()]
        return scaling_of(trials, budget="steps").critical

    assert critical({8: 100, 16: 60}).reason.startswith("2 batch sizes reached the target")
    assert critical({8: 800, 16: 400, 32: 200}).reason.endswith("it lies beyond")
    assert critical({8: 800, 16: 300, 32: 100}).reason.endswith("it lies beyond")
    assert critical({8: 100, 16: 100, 32: 100}).reason.endswith("it lies below the smallest")


def test_words_for_studies_at_one_end():
    def study(steps):
        trials = [BatchTrial(batch_size=b, steps=s) for b, s in steps.items()]
        return scaling_of(trials, budget="steps")

    assert (
        "no doubling halves the steps; up to 32 a larger batch"
        in study({8: 100, 16: 80, 32: 60}).sentence
    )
    assert isinstance(study({8: 100, 16: 80}).perfect_up_to, Missing)
    assert isinstance(study({8: 100, 16: 50}).useful_up_to, Missing)
    assert study({8: 100, 16: 50}).budget is Budget.STEPS


def test_one_batch_size_says_nothing():
    with pytest.raises(InsufficientDataError, match="there are trials of 1 batch size"):
        scaling_of([BatchTrial(batch_size=8, steps=1)], budget="steps")
    with pytest.raises(InsufficientDataError, match="there are trials of 0 batch sizes"):
        scaling_of([], budget="steps")
    with pytest.raises(ConfigError, match="the budget is 'time'"):
        scaling_of([], budget="time")
