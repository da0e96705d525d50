import math
import random

import pytest

from trialist.search.pruning import Decision
from trialist.search.wandbrule import BandPruning
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner


def rule(*bands: int, eta: int = 3, strict: bool = True, goal: Goal = Goal.MINIMIZE) -> BandPruning:
    pruner = Pruner(name="wandb", rungs=bands, eta=eta, strict=strict, startup=1, audit=0.0)
    return BandPruning(pruner, goal)


def test_the_first_is_never_stopped_and_the_second_when_it_is_worse() -> None:
    pruning = rule(1, 3)
    assert pruning.report(0, 100, 0.5) == Decision(
        rung=1,
        n_compared=1,
        threshold=0.5,
        reason="its value there is not worse than the one at the limit",
    )
    assert not pruning.report(1, 100, 0.6).goes_on
    assert pruning.report(2, 100, 0.4).goes_on


def test_a_band_is_a_number_of_values_whatever_their_steps() -> None:
    pruning = rule(2)
    assert pruning.report(0, 10, 0.5) == Decision()
    assert pruning.report(0, 10, 0.1) == Decision()  # again, after a checkpoint
    assert pruning.report(0, 20, math.nan) == Decision()
    assert pruning.report(0, 70, 0.4).rung == 2


def test_the_best_so_far_counts_where_the_rule_is_not_strict() -> None:
    for strict, goes_on in ((True, False), (False, True)):
        pruning = rule(2, strict=strict)
        for trial, values in enumerate(([0.5, 0.3], [0.5, 0.3], [0.2, 0.9])):
            for step, value in enumerate(values):
                found = pruning.report(trial, step, value)
        assert found.goes_on is goes_on


def test_who_passed_a_band_is_stopped_when_others_pass_it_better() -> None:
    pruning = rule(1, 10)
    assert pruning.report(0, 0, 0.5).goes_on
    pruning.report(1, 0, 0.1)
    assert not pruning.report(0, 1, 0.5).goes_on
    assert not pruning.report(0, 2, 0.0).goes_on  # stopped is stopped


@pytest.mark.parametrize("strict", [True, False])
def test_goes_on_after_a_kill_with_what_was_compared(strict) -> None:
    rng = random.Random(2)
    values = {trial: [rng.random() + trial / 9 for _ in range(9)] for trial in range(6)}
    whole, lines, cut = rule(2, 6, strict=strict), [], set()
    for step in range(7):
        for trial in range(6):
            if trial in cut:
                continue
            found = whole.report(trial, step, values[trial][step])
            if found.rung is not None:
                lines.append((trial, found.rung, step, values[trial][step]))
            if not found.goes_on:
                cut.add(trial)
    assert 0 < len(cut) < 5
    again, seen = rule(2, 6, strict=strict), set()
    for trial, rung, step, value in lines:
        if (trial, rung) not in seen:  # the first at a band, as a log has it
            again.recall(trial, rung=rung, step=step, value=value)
        seen.add((trial, rung))
    for trial in set(values) - cut:
        for step in range(7):
            again.report(trial, step, values[trial][step])
    for step in (7, 8):
        for trial in sorted(set(values) - cut):
            value = values[trial][step]
            assert again.report(trial, step, value) == whole.report(trial, step, value)


def test_has_no_audit() -> None:
    assert rule(3, 1).audited == ()
    assert rule(3, 1).rungs == (1, 3)


@pytest.mark.parametrize("goal", list(Goal))
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("eta", [2, 3, 7])
def test_stops_what_the_sweeps_package_stops(goal, strict, eta) -> None:
    sweeps = pytest.importorskip("sweeps", reason="the official rule, for development only")
    config = {
        "method": "random",
        "metric": {"name": "y", "goal": goal.value},
        "early_terminate": {"type": "hyperband", "min_iter": 2, "eta": eta, "strict": strict},
        "parameters": {"a": {"values": [1]}},
    }
    rng = random.Random(eta)
    runs = [sweeps.SweepRun(name=str(n), state="running", history=[]) for n in range(9)]
    pruning = rule(*(2 * eta**k for k in range(8)), eta=eta, strict=strict, goal=goal)
    stopped = set()
    for _ in range(300):
        trial = rng.randrange(9)
        if trial in stopped:
            continue
        run, value = runs[trial], rng.choice([goal.sign * trial + 3 * rng.random(), math.nan])
        run.history.append({"y": value})
        theirs = {int(one.name) for one in sweeps.stop_runs(config, runs)} & {trial}
        found = pruning.report(trial, len(run.history), value)
        if math.isfinite(value):
            assert (not found.goes_on) == bool(theirs)
        if not found.goes_on:
            stopped.add(trial)
            run.state = sweeps.RunState.finished
    assert len(stopped) >= 3
