import math

import pytest

from trialist.execute.command.feed import Feed
from trialist.execute.command.matcher import Row
from trialist.ledger.mergedrows import Row as MergedRow
from trialist.values.metricsource import MetricSource, Take


@pytest.fixture
def feed(kept):
    return Feed(kept, MetricSource(name="val/x"))


def test_rows_without_a_step_are_counted_per_metric(feed, kept):
    feed.give([Row("val/x", 1.0), Row("train/y", 2.0)])
    feed.give([Row("train/y", 3.0)])
    feed.give([Row("val/x", 4.0)])
    assert kept.rows == [
        (1, {"val/x": 1.0, "train/y": 2.0}),
        (2, {"train/y": 3.0}),
        (2, {"val/x": 4.0}),
    ]
    assert list(feed.seen) == ["val/x", "train/y"]
    assert feed.value == 4.0


def test_what_was_said_before_a_kill_counts_for_one_that_goes_on(feed, kept):
    kept.earlier = [MergedRow(attempt=1, step=7, values={"val/x": 0.5, "train/y": 1.0})]
    feed.relay("resumed", {"attempt": 1})
    assert feed.value == 0.5
    assert list(feed.seen) == ["val/x", "train/y"]
    feed.give([Row("train/y", 2.0)])
    assert kept.rows == [(8, {"train/y": 2.0})]


def test_a_step_that_is_drawn_anew_replaces_its_value(feed, kept):
    for step, value in ((1, 0.1), (1, 0.2), (2, 0.3), (2, 0.4)):
        feed.give([Row("val/x", value, step)])
    assert kept.rows == [(1, {"val/x": 0.2})]
    feed.flush()
    feed.give([Row("val/x", 0.5, 2)])
    feed.flush()
    assert kept.rows == [(1, {"val/x": 0.2}), (2, {"val/x": 0.4})]
    assert feed.value == 0.4


def test_metrics_of_one_step_are_one_row(feed, kept):
    feed.give([Row("val/x", 1.0, 5)])
    feed.give([Row("train/y", 2.0, 5)])
    feed.flush()
    assert kept.rows == [(5, {"val/x": 1.0, "train/y": 2.0})]


def test_steps_that_go_back_are_counted_from_there_on(feed, kept):
    for epoch in (1, 2):
        for step in (0, 1, 2):
            feed.give([Row("val/x", epoch + step / 10, step)])
    feed.flush()
    assert [step for step, _ in kept.rows] == [0, 1, 2, 3, 4, 5]
    assert kept.rows[3] == (3, {"val/x": 2.0})
    assert len(kept.findings) == 1
    assert "went back from 2 to 0" in kept.findings[0]


@pytest.mark.parametrize(
    ("take", "values", "value"),
    [
        (Take.LAST, (1.0, 3.0, 2.0), 2.0),
        (Take.HIGHEST, (math.nan, 1.0, 3.0, 2.0, math.nan), 3.0),
        (Take.LOWEST, (2.0, 1.0, 3.0), 1.0),
    ],
)
def test_the_value_that_counts(kept, take, values, value):
    feed = Feed(kept, MetricSource(name="val/x", take=take))
    feed.give([Row("train/y", 9.0)])
    assert feed.value is None
    for one in values:
        feed.give([Row("val/x", one)])
    assert feed.value == value


def test_a_run_without_a_number_has_none(kept):
    feed = Feed(kept, MetricSource(name="val/x", take=Take.HIGHEST))
    feed.give([Row("val/x", math.nan)])
    assert math.isnan(feed.value)


def test_what_the_script_logs_itself_counts_too(feed, kept):
    feed.log({"val_x": 0.5, "odd": 1.0}, step=3)
    feed.finding("look")
    feed.relay("note", {"a": 1})
    assert feed.value == 0.5
    assert list(feed.seen) == ["val/x", "odd"]
    assert (kept.rows, kept.findings, kept.events) == (
        [(3, {"val_x": 0.5, "odd": 1.0})],
        ["look"],
        [("note", {"a": 1})],
    )
