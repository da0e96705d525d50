"""The runs of a folder as rows."""

import math
import time

import pytest

from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import open_free_run
from trialist.ledger.journal import JournalWriter
from trialist.ledger.runrows import read_rows
from trialist.values.errors import JournalError
from trialist.values.events import FailureKind, RunStatus


@pytest.fixture
def folder(tmp_path):
    return StudyFolder(tmp_path / "experiments" / "mine")


def attempt(folder, home, number=1, *, header=None, rows=(), end=None):
    place = folder.root / "trials" / home / f"attempt-{number}"
    place.mkdir(parents=True)
    journal = JournalWriter(place / "journal.jsonl", clock=lambda: 5.0)
    journal.start(header or {})
    for step, values in rows:
        journal.metric(values, step)
    if end:
        journal.end({"value": None, "failure": None, "message": None, "seconds": 2.0, **end})
    return place


def test_a_run_has_its_last_values(folder):
    attempt(
        folder,
        "run-ab/seed-3",
        header={"config": {"lr": 0.1}, "tags": ["r1"]},
        rows=[(1, {"train/loss": 0.5}), (2, {"train/loss": 0.4, "val/loss": math.nan})],
        end={"status": "finished"},
    )
    (row,) = read_rows(folder)
    assert (row.name, row.seed, row.status) == ("run-ab/seed-3", 3, RunStatus.FINISHED)
    assert (row.config, row.tags) == ({"lr": 0.1}, ("r1",))
    assert row.last["train/loss"] == 0.4
    assert math.isnan(row.last["val/loss"])
    assert (row.last_step, row.seconds, row.attempts, row.began) == (2, 2.0, 1, 5.0)


def test_rows_come_by_variant_then_seed_then_those_without_one(folder):
    for home in ("b/seed-0", "a/seed-10", "a/seed-9", "a/unseeded-1", "a/other", "a/seed-1"):
        attempt(folder, home, end={"status": "finished"})
    assert [row.name for row in read_rows(folder)] == [
        "a/seed-1",
        "a/seed-9",
        "a/seed-10",
        "a/unseeded-1",
        "b/seed-0",
    ]
    assert read_rows(folder)[3].seed is None


def test_the_last_attempt_with_a_result_counts(folder):
    for number, status in enumerate(("finished", "finished", "failed"), start=1):
        attempt(
            folder, "a/seed-0", number, rows=[(1, {"val/loss": number})], end={"status": status}
        )
    (row,) = read_rows(folder)
    assert (row.attempts, row.last) == (3, {"val/loss": 2})


def test_without_a_result_the_last_attempt_counts(folder):
    for number in (1, 2):
        attempt(
            folder,
            "a/seed-0",
            number,
            end={"status": "failed", "failure": "oom", "message": f"try {number}"},
        )
    (row,) = read_rows(folder)
    assert (row.status, row.failure, row.message) == (
        RunStatus.FAILED,
        FailureKind.OOM,
        "try 2",
    )


def test_a_run_whose_process_is_gone_is_lost(folder):
    attempt(folder, "a/seed-0", rows=[(7, {"val/loss": 1.0})])
    (row,) = read_rows(folder)
    assert (row.status, row.failure, row.last_step) == (RunStatus.FAILED, FailureKind.LOST, 7)


def test_a_run_whose_process_is_there_is_running(folder):
    run = open_free_run(folder, {}, 0, tags=())
    assert read_rows(folder) == ()  # it has not written anything
    JournalWriter(run.directory / "journal.jsonl", clock=time.time).start({})
    (row,) = read_rows(folder)
    assert row.status is RunStatus.RUNNING


def test_a_run_that_its_coordinator_closed_is_as_it_says(folder):
    place = attempt(folder, "a/seed-0")
    closing = Closing(status=RunStatus.FAILED, failure=FailureKind.TIMEOUT, message="too long")
    write_closing(place, closing)
    (row,) = read_rows(folder)
    assert (row.failure, row.message) == (FailureKind.TIMEOUT, "too long")


def test_the_goal_metric_is_the_value_of_the_end(folder):
    attempt(
        folder,
        "a/seed-0",
        header={"metric": "val/accuracy"},
        rows=[(1, {"val/accuracy": 0.5})],
        end={"status": "diverged", "value": "NaN"},
    )
    (row,) = read_rows(folder)
    assert math.isnan(row.last["val/accuracy"])


def test_a_folder_without_runs_has_no_rows(folder):
    assert read_rows(folder) == ()


def test_a_damaged_journal_is_an_error_at_its_place(folder):
    place = attempt(folder, "a/seed-0", end={"status": "finished"})
    path = place / "journal.jsonl"
    path.write_text(path.read_text().replace("finished", "finishes"))
    with pytest.raises(JournalError) as caught:
        read_rows(folder)
    assert caught.value.mistakes[0].where == f"{path}:2"
