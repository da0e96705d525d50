"""Metrics on their way into the journal."""

import math
import threading

import numpy as np
import pytest

from trialist.execute.recorder import Recorder
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.errors import MetricError
from trialist.values.events import EventKind
from trialist.values.metric import Names

GOAL = "val/accuracy"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


@pytest.fixture
def recorder(path):
    return Recorder(JournalWriter(path, clock=lambda: 1.0), GOAL)


@pytest.fixture
def evaluated(recorder):
    """Give a recorder whose goal metric is there."""
    recorder.log({GOAL: 0.5}, 0)
    return recorder


def rows(path):
    return [
        (event["step"], event["v"]) for event in read_journal(path).events if event["k"] == "metric"
    ]


def messages(path, kind):
    return [event["message"] for event in read_journal(path).events if event["k"] == kind]


def test_a_row_is_written_and_remembered(recorder, path):
    recorder.log({"train/loss": 0.5, GOAL: 0.25}, 3)
    recorder.log({"train/loss": 0.4}, 4)
    assert rows(path) == [(3, {"train/loss": 0.5, GOAL: 0.25}), (4, {"train/loss": 0.4})]
    assert recorder.last == {"train/loss": 0.4, GOAL: 0.25}
    assert recorder.last_step == 4


def test_a_near_name_is_mapped_with_one_note(recorder, path):
    for step in range(3):
        recorder.log({"val_loss": 0.5, "Loss/train": 1.0}, step)
    assert rows(path)[2] == (2, {"val/loss": 0.5, "train/loss": 1.0})
    assert messages(path, "note") == [
        "'val_loss' is recorded as 'val/loss'",
        "'Loss/train' is recorded as 'train/loss'",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [("val_loss", "valid_loss"), ("val_loss", "val/loss"), ("val/loss", "Loss/val")],
)
def test_two_names_on_one_metric_are_a_mistake_in_either_order(recorder, first, second):
    recorder.log({first: 0.5}, 0)
    with pytest.raises(MetricError, match=f"'{first}' and '{second}' are both 'val/loss'"):
        recorder.log({second: 0.4}, 1)


def test_strict_names_refuse_a_near_one_and_say_the_right_one(path):
    recorder = Recorder(JournalWriter(path, clock=lambda: 1.0), GOAL, names=Names.STRICT)
    recorder.log({"val/loss": 0.5}, 1)
    with pytest.raises(MetricError, match="'val_acc' is not called so") as caught:
        recorder.log({"val_acc": 0.5}, 2)
    assert caught.value.mistakes[0].todo == "call it 'val/acc'"


def test_a_name_without_a_split_is_refused(recorder, path):
    with pytest.raises(MetricError, match="'acc' has no split"):
        recorder.log({"acc": 0.5}, 0)
    assert rows(path) == []


@pytest.mark.parametrize(
    "value", [1, True, np.float32(0.5), np.float64(0.5), np.int64(2), np.array(0.5)]
)
def test_everything_that_is_one_number_is_taken(recorder, path, value):
    recorder.log({"train/loss": value}, 0)
    assert rows(path) == [(0, {"train/loss": float(value)})]


def test_a_tensor_with_one_element_is_taken_and_another_is_not(recorder, path):
    torch = pytest.importorskip("torch")
    for step, tensor in enumerate((torch.tensor(0.5), torch.tensor([[0.25]]))):
        recorder.log({"train/loss": tensor}, step)
    assert rows(path) == [(0, {"train/loss": 0.5}), (1, {"train/loss": 0.25})]
    with pytest.raises(MetricError, match=r"'train/loss' has shape \(2,\)") as caught:
        recorder.log({"train/loss": torch.zeros(2)}, 2)
    assert "loss.mean()" in (caught.value.mistakes[0].todo or "")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0.5", "is '0.5'"),
        (b"0.5", "is b'0.5'"),
        (None, "is None"),
        ([0.5], r"is \[0.5\]"),
        ({}, "is {}"),
        (10**400, "is 1000"),
        (np.zeros(3), r"has shape \(3,\)"),
        (np.zeros((0,)), r"has shape \(0,\)"),
    ],
    ids=repr,
)
def test_what_is_not_one_number_is_refused(recorder, path, value, words):
    with pytest.raises(MetricError, match=f"metric 'train/loss' {words}"):
        recorder.log({"train/loss": value}, 0)
    assert rows(path) == []


def test_nan_and_infinity_are_numbers(recorder, path):
    recorder.log({"train/loss": math.nan, GOAL: math.inf}, 0)
    assert rows(path) == [(0, {"train/loss": "NaN", GOAL: "Infinity"})]


@pytest.mark.parametrize("step", [1.0, "1", -1, [1]])
def test_a_step_is_a_number_from_zero(recorder, step):
    with pytest.raises(MetricError, match="step is"):
        recorder.log({"train/loss": 1.0}, step)


@pytest.mark.parametrize("step", [np.int64(3), np.uint8(3), 3])
def test_whole_numbers_of_other_libraries_are_steps(recorder, path, step):
    recorder.log({"train/loss": 1.0}, step)
    assert rows(path) == [(3, {"train/loss": 1.0})]


@pytest.mark.parametrize(
    ("step", "words"), [(5, "came twice at step 5"), (3, "came at step 5, then at step 3")]
)
def test_a_step_back_raises_before_the_first_evaluation(recorder, step, words):
    recorder.log({"train/loss": 1.0}, 5)
    with pytest.raises(MetricError, match=words):
        recorder.log({"train/loss": 0.9}, step)


def test_another_metric_may_stand_at_an_earlier_step(recorder, path):
    recorder.log({"train/loss": 1.0}, 5)
    recorder.log({"val/loss": 1.0}, 4)
    assert [step for step, _ in rows(path)] == [5, 4]


def test_without_a_step_the_last_one_is_meant(recorder, path):
    recorder.log({"train/loss": 1.0}, None)
    recorder.log({"train/loss": 1.0}, 7)
    recorder.log({"val/loss": 1.0}, None)
    assert [step for step, _ in rows(path)] == [0, 7, 7]


@pytest.mark.parametrize(
    ("values", "step", "finding", "row"),
    [
        ({"acc": 0.5}, 1, "metric 'acc' has no split", (1, {})),
        ({"val_accuracy": 0.5}, 1, "'val/accuracy' and 'val_accuracy' are both", (1, {})),
        ({GOAL: "0.5"}, 1, "metric 'val/accuracy' is '0.5'", (1, {})),
        ({GOAL: 0.6}, 0, "metric 'val/accuracy' came twice at step 0", (0, {GOAL: 0.6})),
        ({GOAL: 0.6}, -1, "step is -1", (0, {GOAL: 0.6})),
    ],
)
def test_after_the_first_evaluation_a_mistake_is_a_finding(
    evaluated, path, values, step, finding, row
):
    evaluated.log({**values, "train/loss": 1.0}, step)
    assert messages(path, "finding")[0].startswith(finding)
    at, written = rows(path)[-1]
    assert (at, written) == (row[0], {**row[1], "train/loss": 1.0})


def test_a_mistake_of_every_step_is_told_a_few_times_and_its_rows_are_marked(evaluated, path):
    for _ in range(120):
        evaluated.log({"train/loss": 1.0, "no split": 1.0, GOAL: 0.5}, 7)
    found = messages(path, "finding")
    assert [message for message in found if "train/loss" in message] == [
        "metric 'train/loss' came twice at step 7",
        "metric 'train/loss' came twice at step 7, and so for the 10th time",
        "metric 'train/loss' came twice at step 7, and so for the 100th time",
    ]
    assert sum("no split" in message for message in found) == 3
    lines = [event for event in read_journal(path).events if event["k"] == "metric"]
    assert len(lines) == 121  # every row is kept
    assert lines[1].get("back") is None
    assert lines[2]["back"] == ["train/loss", GOAL]


def test_threads_that_log_at_the_same_time_keep_the_journal_whole(recorder, path):
    def log(name):
        for step in range(500):
            recorder.log({f"{name}/loss": 1.0}, step)

    threads = [threading.Thread(target=log, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(path)) == 1500


def test_what_is_known_of_the_metrics_can_be_taken_along(recorder, path, tmp_path):
    recorder.log({"val_accuracy": 0.5}, 4)
    state = recorder.state()
    other = Recorder(JournalWriter(tmp_path / "other.jsonl", clock=lambda: 1.0), GOAL)
    other.go_on(state)
    assert other.state() == state
    assert other.is_evaluated
    other.log({"val_accuracy": 0.6}, 4)
    assert messages(tmp_path / "other.jsonl", "finding") == [
        "metric 'val/accuracy' came twice at step 4"
    ]


def test_a_line_that_names_a_file_is_synced(recorder, path):
    recorder.record(EventKind.ARTIFACT, {"name": "model"})
    recorder.sync()
    assert read_journal(path).events[-1]["name"] == "model"


def test_a_mistake_from_elsewhere_raises_until_the_first_evaluation(recorder, path):
    with pytest.raises(MetricError, match="odd"):
        recorder.mistake(MetricError("odd"))
    recorder.log({GOAL: 0.5}, 1)
    recorder.mistake(MetricError("odd"))
    assert messages(path, "finding") == ["odd"]
