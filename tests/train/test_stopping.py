"""The best value so far, and patience."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.schedules import schedule_of
from trialist.train.stopping import Best, check_patience, check_watched, goal_of
from trialist.values.errors import ConfigError, MetricError
from trialist.values.metric import Goal

VALUES = st.lists(st.floats(-5, 5) | st.just(math.nan), min_size=1, max_size=30)


@given(VALUES, st.sampled_from(list(Goal)))
def test_it_is_the_earliest_of_the_best(values, goal):
    best = Best(name="val/x", goal=goal)
    for step, value in enumerate(values):
        best.see(value, step)
    finite = [value for value in values if not math.isnan(value)]
    if not finite:
        assert best.step is None
        return
    expected = max(finite) if goal is Goal.MAXIMIZE else min(finite)
    assert best.value == expected
    assert best.step == values.index(expected)


@given(VALUES, st.integers(1, 5), st.floats(0, 1))
def test_it_goes_on_from_its_state(values, patience, min_delta):
    settings = {"name": "v", "goal": Goal.MINIMIZE, "patience": patience, "min_delta": min_delta}
    whole, half = Best(**settings), Best(**settings)
    for step, value in enumerate(values):
        whole.see(value, step)
        half.see(value, step)
        later = Best(**settings)
        later.load_state_dict(half.state_dict())
        half = later
        assert half.is_exhausted == whole.is_exhausted
    assert repr(half) == repr(whole)


def test_patience_counts_evaluations_without_a_gain_that_counts():
    best = Best(name="v", goal=Goal.MAXIMIZE, patience=2, min_delta=0.1)
    seen = []
    for step, value in enumerate([0.5, 0.55, 0.59]):
        best.see(value, step)
        seen.append(best.is_exhausted)
    assert seen == [False, False, True]
    assert best.value == 0.59


def test_stopping_before_the_end_of_a_decay_is_refused():
    check_patience(3, schedule_of("constant", warmup=5))
    check_patience(None, schedule_of("cosine"))
    with pytest.raises(ConfigError, match="cut off the end of the schedule 'cosine'"):
        check_patience(3, schedule_of("cosine", warmup=5))


def test_a_metric_that_no_validation_gives_is_not_watched():
    check_watched("val/loss", ["val/loss", "val/accuracy"])
    check_watched("train/loss", ["val/loss"])
    with pytest.raises(MetricError, match="'val/acc' is watched, and no validation gives it"):
        check_watched("val/acc", ["val/loss", "val/accuracy"])
    with pytest.raises(MetricError, match="did you mean 'val/accuracy'"):
        check_watched("accuracy", ["val/loss", "val/accuracy"])


def test_another_goal_is_refused_with_the_nearest():
    assert goal_of("minimize") is Goal.MINIMIZE
    with pytest.raises(ConfigError, match="the goal is 'max'"):
        goal_of("max")
