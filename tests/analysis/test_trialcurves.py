"""What a run logged becomes a curve: counterparts, metrics beside it, the course of the rate."""

import math

import pytest

from trialist.analysis.trialcurves import course_of, curve_of, epoch_of, goal_of, with_best
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm
from trialist.values.trialcurve import RateCourse

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)


def trial(name="a-1", variant="a", value=None):
    return SearchTrial(
        variant=variant, search=0, number=0, name=name, params={},
        status=RunStatus.FINISHED, value=value, run=f"{name}/seed-0/attempt-1",
    )  # fmt: skip


POINTS = {
    "val/accuracy": ([10, 20, 30], [0.5, 0.6, 0.7]),
    "val/loss": ([10, 20, 30], [2.0, 1.5, 1.0]),
    "val/size": ([10, 20, 30], [1.0, 1.0, 1.0]),
    "test/loss": ([10], [9.0]),
    "train/loss": ([5, 12, 25, 29], [3.0, 2.0, 1.0, 0.5]),
    "train/lr": ([5, 12, 25], [0.1, 0.05, 0.01]),
}


def test_what_was_logged_at_other_steps_is_taken_as_it_last_was():
    curve = curve_of(trial(), POINTS, metric=ACCURACY, max_steps=40)
    assert curve.steps == (10, 20, 30)
    assert curve.val.values == (0.5, 0.6, 0.7)
    assert curve.loss.values == (3.0, 2.0, 0.5)
    assert curve.budget == 40
    assert curve.subject == "a-1/seed-0/attempt-1"


def test_what_was_not_known_yet_is_no_number():
    curve = curve_of(trial(), {**POINTS, "train/loss": ([15], [1.0])}, metric=ACCURACY)
    assert math.isnan(curve.loss.values[0])
    assert curve.loss.values[1:] == (1.0, 1.0)


def test_only_metrics_of_the_same_split_whose_goal_is_known_stand_beside():
    curve = curve_of(trial(), POINTS, metric=ACCURACY)
    assert [(one.metric, one.goal) for one in curve.beside] == [("val/loss", Goal.MINIMIZE)]


def test_the_same_metric_of_the_training_split_is_the_counterpart():
    assert curve_of(trial(), POINTS, metric=ACCURACY).train is None
    more = {**POINTS, "train/accuracy": ([10, 20, 30], [0.6, 0.8, 0.9])}
    train = curve_of(trial(), more, metric=ACCURACY).train
    assert (train.metric, train.goal) == ("train/accuracy", Goal.MAXIMIZE)


def test_without_the_goal_metric_there_is_no_curve():
    assert curve_of(trial(), {"train/loss": ([1], [1.0])}, metric=ACCURACY) is None


def test_the_share_of_clipped_steps_is_their_mean():
    assert curve_of(trial(), POINTS, metric=ACCURACY).clipped is None
    more = {**POINTS, "train/clipped": ([10, 20, 30], [0.5, 0.7, math.nan])}
    assert curve_of(trial(), more, metric=ACCURACY).clipped == pytest.approx(0.6)
    nothing = {**POINTS, "train/clipped": ([10], [math.nan])}
    assert curve_of(trial(), nothing, metric=ACCURACY).clipped is None


def test_the_rate_says_the_schedule():
    assert curve_of(trial(), POINTS, metric=ACCURACY).schedule is RateCourse.DECAY
    without = {name: one for name, one in POINTS.items() if name != "train/lr"}
    assert curve_of(trial(), without, metric=ACCURACY).schedule is RateCourse.UNKNOWN


@pytest.mark.parametrize(
    ("rates", "course"),
    [
        ([0.0, 0.1, 0.1], RateCourse.CONSTANT),
        ([0.1, 0.1, 0.08], RateCourse.DECAY),
        ([0.1], RateCourse.UNKNOWN),
        ([0.1, math.nan], RateCourse.UNKNOWN),
    ],
)
def test_a_warmup_is_no_decay(rates, course):
    assert course_of(rates) is course


def test_a_name_tells_the_goal_or_nothing():
    assert goal_of("val/ctc_loss") is Goal.MINIMIZE
    assert goal_of("val/aux_loss") is Goal.MINIMIZE
    assert goal_of("val/mean_average_precision") is Goal.MAXIMIZE
    assert goal_of("val/size") is None


@pytest.mark.parametrize("goal", list(Goal))
def test_the_best_few_of_each_variant_are_marked(goal):
    values = [("a", 0.1), ("a", 0.3), ("a", 0.2), ("b", 0.0), ("b", None)]
    trials = [trial(f"{who}-{k}", who, value) for k, (who, value) in enumerate(values)]
    table = SearchTable(
        metric=Metric(name="val/accuracy", goal=goal),
        arms=(Arm(variant="a"), Arm(variant="b")),
        trials=tuple(trials),
    )
    curves = [curve_of(one, POINTS, metric=table.metric) for one in trials]
    marked = with_best(curves, table, few=2)
    best = {"a-1", "a-2"} if goal is Goal.MAXIMIZE else {"a-0", "a-2"}
    assert {one.name for one in marked if one.is_best} == {*best, "b-3"}


@pytest.mark.parametrize(
    ("numbers", "length"),
    [
        ([1, 2, 3, 4, 5, 6], 10.0),  # at the end of each
        ([0, 0, 1, 1, 2, 2], 20.0),
        ([0.5, 1.0, 1.5, 2.0, 2.5, 3.0], 20.0),  # as a fraction
        ([0, 0, 0, 1, 1, 1], None),
        ([0, math.nan, 1, 2, math.nan, 3], 15.0),
    ],
)
def test_the_logged_number_of_the_epoch_says_its_steps(numbers, length):
    steps = [10, 20, 30, 40, 50, 60]
    assert epoch_of({"val/epoch": (steps, numbers)}) == length
    curve = curve_of(trial(), {**POINTS, "train/epoch": (steps, numbers)}, metric=ACCURACY)
    assert curve.epoch == length


def test_without_it_an_epoch_is_unknown():
    assert curve_of(trial(), POINTS, metric=ACCURACY).epoch is None
