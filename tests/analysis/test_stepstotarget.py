"""Steps and time to a target: censored trials, the fastest of a search, profiles, batch sizes."""

import math

import numpy as np
import pytest

from trialist.analysis.batchsizes import Regime
from trialist.analysis.stepstotarget import (
    fastest_to,
    median_time,
    reached_by,
    steps_by_batch,
    time_profiles,
)
from trialist.values.errors import InsufficientDataError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale
from trialist.values.trialcurve import Track, TrialCurve


def curve(name, values, *, goal=Goal.MINIMIZE, timed=True, variant="a", steps=None):
    steps = steps or tuple(range(10, 10 * len(values) + 1, 10))
    return TrialCurve(
        variant=variant, name=name, steps=tuple(steps),
        val=Track(metric="val/loss", goal=goal, values=tuple(values)),
        seconds=tuple(0.5 * step for step in steps) if timed else (),
    )  # fmt: skip


def test_the_first_evaluation_at_the_target_counts():
    found = reached_by(curve("one", [3.0, 1.0, 2.0, 0.5]), target=1.0)
    assert (found.step, found.seconds, found.until, found.is_censored) == (20, 10.0, 40, False)


def test_a_trial_that_never_gets_there_is_censored():
    found = reached_by(curve("one", [3.0, math.nan]), target=1.0)
    assert (found.step, found.seconds, found.until, found.is_censored) == (None, None, 20, True)
    assert reached_by(curve("none", []), target=1.0).until == 0


def test_time_may_be_unknown():
    found = reached_by(curve("one", [3.0, 1.0], timed=False), target=1.0)
    assert (found.step, found.seconds) == (20, None)


def test_a_search_is_as_fast_as_its_fastest_trial():
    found = fastest_to(
        [curve("slow", [3.0, 2.0, 1.0]), curve("fast", [3.0, 1.0]), curve("never", [3.0])],
        target=1.0,
    )
    assert (found.step, found.seconds, found.name) == (20, 10.0, "fast")
    assert (found.n, found.n_reached) == (3, 2)


def test_a_search_may_never_get_there():
    found = fastest_to([curve("never", [3.0])], target=1.0)
    assert (found.step, found.seconds, found.name, found.n_reached) == (None, None, None, 0)


def test_the_median_over_tunings_counts_those_that_never_got_there():
    assert median_time([1.0, None, 3.0]) == 3.0
    assert median_time([1.0, 2.0, 3.0, None, None]) == 3.0
    assert median_time([None, None, 1.0]) == math.inf
    with pytest.raises(InsufficientDataError, match="no tuning"):
        median_time([])


def test_profiles_are_taken_over_the_workloads_that_count():
    times = {"a": {"x": 1.0, "y": 8.0, "z": 1.0}, "b": {"x": 2.0, "y": 2.0}}
    found = time_profiles(times, ["x", "y"])
    assert found["a"].score == pytest.approx(1 / 2 * (3 / 3 + 0))
    assert found["b"].score == pytest.approx(1 / 2 * (2 / 3 + 3 / 3))


def batch_table(critical, *, rates=(0.01, 0.1), goal=Goal.MINIMIZE, scale=400):
    """Searches over rate and batch size of trainings whose steps follow a (1 + B / b)."""
    parameters = (
        Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG),
        Parameter(name="batch_size", choices=tuple(2**k for k in range(2, 14))),
    )
    trials, curves = [], []
    for size in parameters[1].choices:
        for rate in rates:
            name, need = f"{size}-{rate}", scale * (1 + critical / size) * (1 + abs(rate - 0.1))
            trials.append(
                SearchTrial(
                    variant="a",
                    search=0,
                    number=0,
                    name=name,
                    status=RunStatus.FINISHED,
                    params={"lr": rate, "batch_size": size},
                    value=0.5,
                )
            )
            steps = np.arange(1, 60 * scale, 5)
            curves.append(
                curve(name, goal.sign * (steps / need - 1), goal=goal, steps=steps.tolist())
            )
    arm = Arm(variant="a", parameters=parameters)
    metric = Metric(name="val/loss", goal=goal)
    return SearchTable(metric=metric, arms=(arm,), trials=tuple(trials)), curves


def test_the_critical_batch_of_a_noisy_quadratic_is_found():
    table, curves = batch_table(128.0, goal=Goal.MAXIMIZE)
    study = steps_by_batch(table, curves, target=0.0)
    assert study.critical == pytest.approx(128.0, rel=0.05)
    regimes = [one.regime for one in study.doublings]
    assert regimes[0] is Regime.PERFECT
    assert regimes[-1] is Regime.MAXIMAL
    assert [point.n_settings for point in study.points] == [2] * 12


def test_a_rate_at_its_ranges_end_is_a_caveat():
    table, curves = batch_table(128.0, rates=(0.9,), goal=Goal.MAXIMIZE, scale=40)
    study = steps_by_batch(table, curves, target=0.0)
    assert all(point.at_edge for point in study.points)
    assert any("lies at the edge of its range" in one for one in study.caveats)


def test_curves_of_no_trial_or_no_batch_size_are_left_out():
    table, curves = batch_table(128.0, goal=Goal.MAXIMIZE, scale=40)
    strange = curve("strange", [1.0], goal=Goal.MAXIMIZE)
    assert len(steps_by_batch(table, [*curves, strange], target=0.0).points) == 12
    with pytest.raises(InsufficientDataError, match="trials of 0 batch sizes"):
        steps_by_batch(table, curves, batch="other", target=0.0)
