"""Curves to steps: the first one at the target, and the hardest target that all reach."""

import math

import pytest

from trialist.analysis.batchcurves import BatchCurve, batch_study, common_target, first_step_at
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.metric import Goal


def curve(size, *values, **more):
    points = [(10 * k, value) for k, value in enumerate(values)]
    return BatchCurve(batch_size=size, points=points, **more)


def test_the_first_step_at_the_target_counts():
    points = [(0, 0.1), (10, 0.5), (20, 0.4), (30, 0.5)]
    assert first_step_at(points, target=0.5, goal=Goal.MAXIMIZE) == 10
    assert first_step_at(points, target=0.1, goal=Goal.MINIMIZE) == 0
    assert first_step_at(points, target=0.6, goal=Goal.MAXIMIZE) is None
    assert first_step_at([(0, math.nan)], target=0.0, goal=Goal.MAXIMIZE) is None


def test_the_common_target_is_the_hardest_that_every_size_reaches():
    best = {8: [0.9, 0.95], 16: [0.93], 32: [math.nan, 0.91]}
    assert common_target(best, goal=Goal.MAXIMIZE) == 0.91
    assert common_target({8: [0.1, 0.3], 16: [0.2]}, goal=Goal.MINIMIZE) == 0.2
    with pytest.raises(InsufficientDataError, match="no trial of batch size 8 gave a finite value"):
        common_target({8: [math.nan]}, goal=Goal.MAXIMIZE)


@pytest.mark.parametrize("goal", ["maximize", "minimize"])
def test_curves_become_steps_to_the_common_target(goal):
    sign = 1 if goal == "maximize" else -1
    curves = [
        curve(8, 0.0, sign * 0.1, sign * 0.2, sign * 0.5),
        curve(16, 0.0, sign * 0.4, sign * 0.45, at_edge=True),
        curve(16, 0.0, math.nan, setting="odd"),
    ]
    study = batch_study(curves, goal=goal, budget="steps")
    assert [point.steps for point in study.points] == [30, 20]
    assert study.points[1].at_edge
    other = batch_study(curves, goal=goal, budget="steps", target=sign * 0.4)
    assert [point.steps for point in other.points] == [30, 10]


def test_another_goal_is_refused():
    with pytest.raises(ConfigError, match="the goal is 'maximise'") as caught:
        batch_study([], goal="maximise", budget="steps")
    assert "maximize" in caught.value.mistakes[0].todo
