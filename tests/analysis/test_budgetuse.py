"""What best checkpoints say about the budget, and two budgets beside each other."""

import pytest

from trialist.analysis.budgetuse import budget_uses, two_budgets
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.playbook import Level
from trialist.values.trialcurve import RateCourse, Track, TrialCurve


def curve(best_at, *, n=20, schedule=RateCourse.CONSTANT, **more):
    """A curve that falls to its best value at one evaluation of `n`, and rises from there."""
    values = tuple(abs(k - best_at) / n for k in range(1, n + 1))
    val = Track(metric="val/loss", goal=Goal.MINIMIZE, values=values)
    steps = tuple(range(100, 100 * n + 1, 100))
    return TrialCurve(
        **{"variant": "a", "name": "a-1", "steps": steps, "val": val, "schedule": schedule} | more
    )


def use(*curves):
    [found] = budget_uses(curves)
    return found


def test_best_checkpoints_in_the_first_tenth_say_that_the_budget_is_too_large():
    found = use(*(curve(k) for k in (1, 2, 1, 2, 2)))
    assert found.in_first == 1
    assert found.check.level is Level.SATURATED
    assert found.check.change.to_dict() == {"kind": "shorter_runs", "variant": "a", "amount": 400}


def test_best_checkpoints_in_the_last_quarter_ask_for_longer_trainings():
    found = use(*(curve(k) for k in (20, 19, 20, 18, 5)))
    assert found.in_last == pytest.approx(0.8)
    assert found.check.level is Level.STILL_IMPROVING
    assert found.check.change.to_dict() == {"kind": "longer_runs", "variant": "a", "amount": 4000}
    assert found.compute_bound is True


@pytest.mark.parametrize("schedule", [RateCourse.DECAY, RateCourse.UNKNOWN])
def test_where_the_rate_falls_only_two_budgets_tell(schedule):
    found = use(*(curve(20, schedule=schedule) for _ in range(5)))
    assert found.check.level is Level.NOTE
    assert found.check.change is None
    assert "compare two budgets: 2,000 and 4,000 steps" in found.check.suggestion
    assert isinstance(found.compute_bound, Missing)


def test_different_schedules_are_no_schedule():
    decayed = [curve(20, schedule=RateCourse.DECAY) for _ in range(3)]
    found = use(*decayed, curve(20), curve(20))
    assert found.schedule is RateCourse.UNKNOWN


def test_in_between_the_budget_is_fine():
    found = use(*(curve(k) for k in (8, 10, 12, 14, 20)))
    assert found.check.level is Level.OK
    assert found.compute_bound is False


def test_few_trials_are_undecided():
    found = use(*(curve(20) for _ in range(4)), curve(3, n=7))
    assert found.n == 4
    assert found.check.level is Level.UNDECIDED
    assert "4 curves" in found.compute_bound.reason


def test_each_variant_is_told_by_itself():
    found = budget_uses([curve(20), curve(20, variant="b")])
    assert [one.variant for one in found] == ["a", "b"]


def test_a_longer_budget_pays_beyond_the_noise():
    values = {1000: [0.80, 0.82], 2000: [0.90, 0.92]}
    found = two_budgets(values, goal=Goal.MAXIMIZE, noise=0.02)
    assert (found.short, found.long, found.pays) == (1000, 2000, True)
    assert found.gain == pytest.approx(0.1)
    assert two_budgets(values, goal=Goal.MAXIMIZE, noise=0.06).pays is False
    assert two_budgets(values, goal=Goal.MINIMIZE, noise=0.01).pays is False


def test_without_its_noise_a_gain_is_no_answer():
    found = two_budgets({1: [0.8], 2: [0.9]}, goal=Goal.MAXIMIZE, noise=None)
    assert found.gain == pytest.approx(0.1)
    assert isinstance(found.pays, Missing)
    assert isinstance(two_budgets({1: [0.8]}, goal=Goal.MAXIMIZE, noise=0.1), Missing)
    assert isinstance(two_budgets({1: [0.8], 2: []}, goal=Goal.MAXIMIZE, noise=0.1), Missing)
