"""A trial's curve: tracks of one length, its budget, what it is called."""

import pytest

from trialist.values.metric import Goal
from trialist.values.trialcurve import RateCourse, Track, TrialCurve


def track(*values, name="val/loss"):
    return Track(metric=name, goal=Goal.MINIMIZE, values=values)


def curve(**more):
    return TrialCurve(**{"variant": "a", "name": "a-1", "steps": (1, 2), "val": track(2, 1)} | more)


def test_a_curve_is_known_by_its_goal_metric():
    one = curve()
    assert (one.metric, one.goal, one.schedule) == ("val/loss", Goal.MINIMIZE, RateCourse.UNKNOWN)


def test_it_is_called_after_its_run_where_it_has_one():
    assert curve().subject == "a-1"
    assert curve(run="a-1/seed-0/attempt-1").subject == "a-1/seed-0/attempt-1"


def test_the_last_step_is_the_budget_where_none_is_said():
    assert curve().budget == 2
    assert curve(max_steps=10).budget == 10
    assert curve(steps=(), val=track()).budget == 0


@pytest.mark.parametrize(
    "more",
    [
        {"val": track(1)},
        {"train": track(1, 2, 3)},
        {"loss": track(1)},
        {"beside": (track(1),)},
        {"seconds": (1.0,)},
    ],
)
def test_tracks_of_several_lengths_are_no_curve(more):
    with pytest.raises(ValueError, match="a-1 has tracks of several lengths"):
        curve(**more)
