"""`run.predictions`: what fits together, and a metric that its predictions contradict."""

from dataclasses import replace

import numpy as np
import pytest

from trialist.execute.attempt import run_attempt
from trialist.execute.predictions import checked
from trialist.ledger.journal import read_journal
from trialist.ledger.predictions import predictions_in, read_predictions
from trialist.values.errors import PredictionsError
from trialist.values.events import EventKind, FailureKind, RunStatus

GOAL = "val/accuracy"
TRUTH, SAID = [0, 1, 1, 0], [0, 1, 0, 0]


@pytest.fixture
def attempt(make_task):
    tasks = []

    def attempt(function, **fields):
        task = make_task(number=len(tasks) + 1, **fields)
        task = replace(task, resume=tuple(one.directory for one in reversed(tasks)))
        tasks.append(task)
        attempt.folder = task.directory
        return run_attempt(task, function, stop=lambda: False, threads=1)

    return attempt


def events(folder, kind):
    return [one for one in read_journal(folder / "journal.jsonl").events if one["k"] == kind]


def test_predictions_are_kept_with_their_digest(attempt):
    def train(config, run):
        run.predictions("val", ["a", "b", "c", "d"], TRUTH, SAID)
        return 0.75

    assert attempt(train).status is RunStatus.FINISHED
    (line,) = predictions_in(attempt.folder).values()
    assert (line.file, line.n) == ("predictions-val.npz", 4)
    assert read_predictions(attempt.folder, line).predicted.tolist() == SAID


def test_a_metric_that_contradicts_its_predictions_fails_the_run_with_both_numbers(attempt):
    def train(config, run):
        run.predictions("val", range(4), TRUTH, SAID)
        return {GOAL: 0.8}

    made = attempt(train)
    assert (made.status, made.failure, made.value) == (RunStatus.FAILED, FailureKind.ERROR, None)
    assert made.message.startswith(
        "PredictionsError: val/accuracy was reported as 0.8, but the recorded 4 predictions of "
        "'val' give 0.75"
    )


@pytest.mark.parametrize(
    ("metric", "split"),
    [("val/accuracy", "test"), ("val/nll", "val"), ("val/task/accuracy", "val")],
)
def test_predictions_of_another_split_or_metric_contradict_nothing(attempt, metric, split):
    def train(config, run):
        run.predictions(split, range(4), TRUTH, SAID)
        return {metric: 0.9}

    assert attempt(train, metric=metric).value == 0.9


def test_a_split_of_a_task_has_its_own_file(attempt):
    def train(config, run):
        run.predictions("val/task", range(4), TRUTH, SAID)
        return {"val/task/accuracy": 0.75}

    assert attempt(train, metric="val/task/accuracy").value == 0.75
    assert (attempt.folder / "predictions-val-task.npz").exists()


def test_the_last_call_counts_and_the_files_before_it_go(attempt):
    def train(config, run):
        for said in ([1, 0, 0, 1], [0, 0, 0, 0], SAID):
            run.predictions("val", range(4), TRUTH, said)
        return 0.75

    assert attempt(train).status is RunStatus.FINISHED
    files = sorted(path.name for path in attempt.folder.glob("predictions*"))
    assert files == ["predictions-val.3.npz"]
    assert len(events(attempt.folder, EventKind.PREDICTIONS)) == 3


def test_those_before_the_checkpoint_of_a_killed_attempt_are_checked_too(attempt):
    def train(config, run):
        if run.restore() is None:
            run.predictions("val", range(4), TRUTH, SAID)
            run.checkpoint([])
            raise RuntimeError("killed")
        return 0.9

    attempt(train)
    assert attempt(train).message.startswith("PredictionsError: val/accuracy was reported as 0.9")


def test_a_mistake_raises_before_the_first_evaluation_and_is_a_finding_afterwards(attempt):
    def train(config, run):
        if config["late"]:
            run.log({GOAL: 0.75}, step=1)
        run.predictions("val", range(3), TRUTH, SAID)
        return 0.75

    assert "PredictionsError" in attempt(train, config={"late": False}).message
    assert attempt(train, config={"late": True}, seed=1).status is RunStatus.FINISHED
    (found,) = events(attempt.folder, EventKind.FINDING)
    assert found["message"] == (
        "the predictions of 'val' have different lengths, or none: ids 3, y_true 4, y_pred 4"
    )


def test_tensors_are_taken_from_wherever_they_are():
    torch = pytest.importorskip("torch")
    soft = torch.tensor([[0.5, 0.5]], dtype=torch.bfloat16, requires_grad=True)
    found = checked("val", torch.tensor([3]), torch.tensor([1]), soft)
    assert (found.ids.tolist(), found.predicted.dtype) == ([3], np.float32)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Val", [1], [1], [1]), "'Val' is no split"),
        ((None, [1], [1], [1]), "None is no split"),
        (("val", [], [], []), "different lengths, or none: ids 0, y_true 0, y_pred 0"),
        (("val", [1, 1, 2], [0, 0, 0], [0, 0, 0]), "the example 1 comes 2 times"),
        (("val", [1], [[0, 1]], [1]), "y_true has shape (1, 2)"),
        (("val", [1], [1], [[[1]]]), "y_pred has shape (1, 1, 1)"),
        (("val", [1], [1], [object()]), "y_pred has shape (1,) and dtype object"),
        (("val", [1, 2], [1, 1], [[1], [1, 2]]), "y_pred has shape () and dtype object"),
        (("val", 1, 1, 1), "ids has shape ()"),
    ],
)
def test_what_does_not_fit_together_is_named(arguments, message):
    with pytest.raises(PredictionsError) as caught:
        checked(*arguments)
    assert message in caught.value.mistakes[0].message
