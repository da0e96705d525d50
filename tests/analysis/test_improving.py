"""The end of a curve: still improving, by the schedule; saturated; or neither."""

import pytest

from trialist.analysis.improving import ending_of, improving_of
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.trialcurve import RateCourse, Track, TrialCurve


def curve(values, *, goal=Goal.MINIMIZE, **more):
    track = Track(metric="val/loss", goal=goal, values=tuple(values))
    steps = tuple(range(100, 100 * len(values) + 1, 100))
    return TrialCurve(variant="a", name="a-1", steps=steps, val=track, **more)


FALLING = [2 - 0.1 * k for k in range(10)]
EARLY = [2.0, 1.0, *(1.2 + 0.01 * (k % 2) for k in range(8))]
MIDDLE = [2.0, 1.8, 1.6, 1.4, 1.2, 1.0, 0.8, *(0.9 + 0.01 * (k % 2) for k in range(3))]


def test_at_a_constant_rate_the_budget_limits_it():
    check = improving_of(curve(FALLING, schedule=RateCourse.CONSTANT))
    assert check.level is Level.STILL_IMPROVING
    assert "the budget limits it" in check.sentence
    assert check.change.to_dict() == {"kind": "longer_runs", "variant": "a", "amount": 2000}


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (RateCourse.DECAY, "the learning rate fell to the end"),
        (RateCourse.UNKNOWN, "the learning rate was not logged"),
    ],
)
def test_at_another_rate_it_cannot_tell(schedule, words):
    check = improving_of(curve(FALLING, schedule=schedule))
    assert check.level is Level.STILL_IMPROVING
    assert "cannot tell" in check.sentence
    assert words in check.sentence
    assert "1,000 and 2,000 steps" in check.suggestion
    assert check.change is None


def test_a_best_value_in_the_first_half_is_saturated():
    check = improving_of(curve(EARLY))
    assert check.level is Level.SATURATED
    assert check.numbers["best_share"] == pytest.approx(0.2)
    assert "after 20 % of the steps" in check.sentence


def test_in_between_there_is_nothing_to_say():
    assert improving_of(curve(MIDDLE)).level is Level.OK


def test_few_evaluations_are_undecided():
    assert improving_of(curve(FALLING[:7])).level is Level.UNDECIDED
    assert ending_of(curve(FALLING[:7])) is None


def test_the_budget_counts_where_a_trial_ended_early():
    found = ending_of(curve(FALLING, max_steps=2000))
    assert found.best_share == pytest.approx(0.5)
    assert not found.still_improving


def test_a_gain_within_the_noise_is_none():
    noisy = [2 - 0.02 * k + 0.2 * (k % 2) for k in range(40)]
    assert not ending_of(curve(noisy)).still_improving


def test_the_other_goal_says_the_same():
    turned = curve([10 - value for value in FALLING], goal=Goal.MAXIMIZE)
    assert ending_of(turned).gain == pytest.approx(ending_of(curve(FALLING)).gain)
