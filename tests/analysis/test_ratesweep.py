"""Sweeps of learning rates: which are unstable, how near to the best, and the warm-up to try."""

import math

import pytest

from trialist.analysis.instability import trains_stably
from trialist.analysis.ratesweep import rate_sweeps, sweep_of, warmup_of
from trialist.values.errors import InsufficientDataError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.playbook import Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale
from trialist.values.trialcurve import Track, TrialCurve

GRID = tuple(10 ** (-3 + k / 3) for k in range(13))  # three per decade


def descent(rate, *, curvature, steps=400):
    """Gradient descent on a quadratic: stable below 2 / curvature, and only there."""
    losses, x = [], 1.0
    for _ in range(steps):
        losses.append(0.5 * curvature * x * x if abs(x) < 1e150 else math.inf)
        x -= rate * curvature * x if abs(x) < 1e150 else 0
    track = Track(metric="train/loss", goal=Goal.MINIMIZE, values=tuple(losses))
    steps_of = tuple(range(1, steps + 1))
    return TrialCurve(variant="gd", name=f"{rate:.6g}", steps=steps_of, val=track, loss=track)


@pytest.mark.parametrize("curvature", [0.7, 3.0, 20.0, 150.0])
def test_the_limit_of_gradient_descent_is_found_to_one_step_of_the_grid(curvature):
    limit = 2 / curvature
    curves = {rate: descent(rate, curvature=curvature) for rate in GRID}
    values = {rate: curve.val.values[30] for rate, curve in curves.items()}
    stable = {rate: trains_stably(curve) for rate, curve in curves.items()}
    found = sweep_of(values, stable=stable, variant="gd")
    assert found.unstable == min(rate for rate in GRID if rate > limit)
    assert found.check.level is Level.INSTABILITY  # the best rate is half of the limit
    assert found.check.change.kind == "tame_instability"
    assert f"{10 * found.unstable:.3g}" in found.check.suggestion


def test_a_sweep_that_is_stable_far_above_its_best_is_fine():
    values = {0.01: 1.0, 0.1: 0.5, 1.0: 0.9, 3.0: math.inf}
    found = sweep_of(values, stable={0.01: True, 0.1: True, 1.0: True, 3.0: False})
    assert found.best == 0.1
    assert found.unstable == 3.0
    assert found.check.level is Level.OK


def test_without_a_rate_far_above_the_best_it_is_undecided():
    found = sweep_of({0.01: 1.0, 0.1: 0.5}, stable={0.01: True, 0.1: True})
    assert found.check.level is Level.UNDECIDED
    assert "0.5 and 1" in found.check.suggestion
    assert isinstance(found.unstable, Missing)


def test_where_no_rate_is_unstable_none_is_named():
    found = sweep_of({0.1: 0.5, 1.0: 0.9}, stable={0.1: True, 1.0: True})
    assert isinstance(found.unstable, Missing)
    assert found.check.level is Level.OK


def test_a_sweep_that_never_finished_is_refused():
    with pytest.raises(InsufficientDataError, match="no learning rate of the sweep finished"):
        sweep_of({0.1: math.nan}, stable={0.1: False})


RATE = Parameter(name="optimizer.lr", low=1e-3, high=10, scale=Scale.LOG)


def table(trials, *, parameters=(RATE,)):
    return SearchTable(
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        arms=(Arm(variant="gd", parameters=parameters),),
        trials=tuple(trials),
    )


def trial(rate, value, status=RunStatus.FINISHED):
    params = {} if rate is None else {"optimizer.lr": rate}
    return SearchTrial(
        variant="gd", search=0, number=0, name=f"{rate}", params=params, status=status, value=value
    )


def test_the_trials_of_a_search_over_the_rate_are_a_sweep():
    trials = [
        trial(0.01, 1.0),
        trial(0.1, 0.5),
        trial(0.3, None, RunStatus.DIVERGED),
        trial(1.0, None, RunStatus.FAILED),
        trial(None, 0.0),
    ]
    [found] = rate_sweeps(table(trials), [])
    assert (found.best, found.unstable) == (0.1, 0.3)
    assert found.check.level is Level.INSTABILITY


def test_a_curve_that_blows_up_is_unstable_although_it_finished():
    losses = [2 - 0.01 * k for k in range(100)] + [5.0] * 50 + [0.5] * 50
    track = Track(metric="train/loss", goal=Goal.MINIMIZE, values=tuple(losses))
    curve = TrialCurve(variant="gd", name="0.3", steps=tuple(range(200)), val=track, loss=track)
    [found] = rate_sweeps(table([trial(0.1, 0.5), trial(0.3, 0.6)]), [curve])
    assert found.unstable == 0.3


def test_other_searches_are_no_sweep():
    other = Parameter(name="momentum", low=0, high=1)
    assert rate_sweeps(table([trial(0.1, 0.5)], parameters=(RATE, other)), []) == ()
    assert rate_sweeps(table([trial(0.1, 0.5)], parameters=(other,)), []) == ()
    assert rate_sweeps(table([trial(0.1, None, RunStatus.DIVERGED)]), []) == ()


def test_the_warmups_to_try_are_a_tenth_of_the_budget_at_most():
    found = warmup_of(0.02, steps=100_000)
    assert found.base == pytest.approx(0.2)
    assert found.lengths == (10, 1_000, 10_000)
    assert found.hold == 2
    assert isinstance(warmup_of(0.02, steps=99), Missing)


def test_the_shortest_stable_warmup_is_taken():
    warmup = warmup_of(0.02, steps=100_000)
    short = warmup.chosen({10: False, 1_000: True, 10_000: True}, steps=100_000)
    assert (short.length, short.steps) == (1_000, 100_000)
    long = warmup.chosen({10_000: True}, steps=100_000)
    assert (long.length, long.steps) == (10_000, 110_000)
    assert isinstance(warmup.chosen({10: False}, steps=100_000), Missing)
