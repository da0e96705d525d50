import numpy as np
import pytest

from trialist.analysis.budgetcurves import budget_curve, budget_curves, gain_of_doubling, scores_of
from trialist.stats.bestof import expected_best
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.space import Arm

VALUES = np.random.default_rng(0).random(40).tolist()


def test_the_curve_goes_from_four_trials_to_all(cases):
    table = cases.table(cases.along(VALUES, VALUES), noise=0.1)
    curve = budget_curve(table, "base")
    assert [point.m for point in curve.points] == [4, 6, 8, 12, 16, 24, 32, 40]
    assert (curve.n, curve.noise, curve.reason) == (40, 0.1, "")
    assert [point.mean for point in curve.points] == sorted(
        (point.mean for point in curve.points), reverse=True
    )
    for point in curve.points:
        assert point.low <= point.median <= point.high
        assert point.mean == expected_best(VALUES, point.m, maximize=False)
    assert curve.points[-1].mean == min(VALUES)


def test_higher_is_better_mirrors_the_curve(cases):
    one = budget_curve(cases.table(cases.along(VALUES, VALUES)), "base")
    mirrored = cases.along(VALUES, [-value for value in VALUES])
    other = budget_curve(cases.table(mirrored, goal=Goal.MAXIMIZE), "base")
    assert [point.mean for point in one.points] == [-point.mean for point in other.points]
    assert one.gain == pytest.approx(other.gain)
    assert one.gain > 0


def test_large_searches_have_few_points(cases):
    values = np.random.default_rng(1).random(2_000).tolist()
    curve = budget_curve(cases.table(cases.along(values, values)), "base")
    assert [point.m for point in curve.points][6:] == [32, 48, 64, 96, 128, 192, 256, 384, 512, 768,
                                                       1024, 1536, 2000]  # fmt: skip


def test_too_few_trials_have_no_curve(cases):
    curve = budget_curve(cases.table(cases.along([0.1, 0.2, 0.3], [1, 2, 3])), "base")
    assert curve.points == ()
    assert curve.reason == "3 trials with a result are too few: 4 are needed"
    assert curve.gain == Missing("3 trials with a result are too few: 4 are needed")


def test_diverged_and_pruned_trials_are_the_worst(cases):
    trials = [
        *cases.along([0.1, 0.2, 0.3, 0.4], [1.0, 2.0, 3.0, 4.0]),
        *cases.along([0.5], [None], first=4),
        *cases.along([0.6], [None], first=5, status=RunStatus.PRUNED),
        *cases.along([0.7], [None], first=6, status=RunStatus.FAILED),
        *cases.along([0.8], [0.5], first=7, adaptive=True),
    ]
    table = cases.table(trials)
    assert scores_of(table, "base") == [1.0, 2.0, 3.0, 4.0, None, None]
    curve = budget_curve(table, "base")
    assert [point.m for point in curve.points] == [4, 6]


def test_points_that_may_have_no_best_are_left_out(cases):
    table = cases.table(cases.along(VALUES[:12], [1.0, 2.0, *[None] * 10]))
    curve = budget_curve(table, "base")
    assert [point.m for point in curve.points] == [12]
    assert isinstance(curve.gain, Missing)


def test_the_gain_of_doubling_is_what_half_of_the_trials_miss():
    assert gain_of_doubling([1.0, 2.0, 3.0, 4.0], Goal.MINIMIZE) == pytest.approx(
        expected_best([1.0, 2.0, 3.0, 4.0], 2, maximize=False) - 1.0
    )


def test_only_variants_that_were_searched_have_a_curve(cases):
    arms = (Arm(variant="base"), Arm(variant="tuned", parameters=(cases.X,)))
    trials = cases.along(VALUES, VALUES, variant="tuned")
    assert [one.variant for one in budget_curves(cases.table(trials, arms=arms))] == ["tuned"]
