"""A repeat is compared with its run by metric and step."""

import math

from trialist.analysis.repeat import repetition
from trialist.values.rows import MetricRow


def row(step, **values):
    return MetricRow(step=step, values={name.replace("_", "/", 1): v for name, v in values.items()})


def test_a_prefix_that_agrees_is_equal():
    original = [row(1, train_loss=0.5), row(2, val_accuracy=0.9), row(3, train_loss=0.4)]
    found = repetition(original, original[:2], goal="val/accuracy")
    assert found.is_equal
    assert found.n_rows == 2


def test_the_first_difference_is_named():
    original = [row(1, train_loss=0.5), row(2, train_loss=0.25)]
    again = [row(1, train_loss=0.5), row(2, train_loss=0.2500001)]
    found = repetition(original, again, goal="val/accuracy").difference
    assert (found.name, found.step, found.one, found.other) == ("train/loss", 2, 0.25, 0.2500001)


def test_times_may_differ_unless_they_are_the_goal():
    original, again = [row(1, train_seconds=1.0)], [row(1, train_seconds=2.0)]
    assert repetition(original, again, goal="val/accuracy").is_equal
    assert not repetition(original, again, goal="train/seconds").is_equal


def test_a_run_that_logs_by_the_clock_is_no_difference():
    original = [row(1, train_loss=0.5), row(5, train_loss=0.3)]
    assert repetition(original, [row(3, train_loss=0.4)], goal="val/accuracy").is_equal


def test_a_goal_that_the_run_never_had_is_a_difference():
    found = repetition([row(1, train_loss=0.5)], [row(2, val_accuracy=0.9)], goal="val/accuracy")
    assert found.difference.one is None


def test_not_a_number_repeats_itself():
    lost = [row(1, train_loss=math.nan)]
    assert repetition(lost, lost, goal="val/accuracy").is_equal
