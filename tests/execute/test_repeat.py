"""The repeat: made again where it was lost, tried again after a crash, compared when both end."""

from dataclasses import replace

import pytest

from trialist.execute.attempt import run_attempt
from trialist.execute.board import Board
from trialist.execute.executor import Died, Ended
from trialist.execute.repeat import RepeatCheck, is_evaluation
from trialist.ledger.attempts import read_attempts, record_of
from trialist.ledger.closing import read_closing
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.events import FailureKind
from trialist.values.rows import MetricRow


def trial(config, run):
    for step in range(4):
        run.log({"train/loss": run.seed.train / (step + 1)}, step=step)
        run.log({"val/accuracy": run.seed.model / (step + 2)}, step=step)
    return {"val/accuracy": 0.5}


@pytest.fixture
def log(study):
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    yield log
    log.close()


@pytest.fixture
def original(study, make_task, make_plan):
    """The baseline's first run on a board, and the task that makes it."""
    plan = make_plan(seeds=(0, 1))
    task = replace(
        make_task("baseline", 0),
        directory=study.attempt("baseline", 0, 1),
        plan_hash=plan.hash,
    )
    task.directory.mkdir(parents=True)
    run_attempt(task, trial, stop=lambda: False, threads=1)
    record = record_of("baseline", 0, read_attempts(study, "baseline", 0), folder=study)
    return plan, task, Board(plan, [record])


def make(check, task, function=trial, *, stop=lambda: False):
    repeat = check.begin(task)
    assert check.running == (repeat,)
    assert check.owns(repeat)
    assert not check.owns(task)
    attempt = run_attempt(repeat, function, stop=stop, threads=1)
    check.take(Ended(task=repeat, attempt=attempt))
    return repeat


def entries(log):
    return [entry.fields for entry in log.entries if entry.kind == LogKind.CHECKED]


def test_it_is_due_after_the_first_look_was_started_and_before_more(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    assert check.due(board, ("wide", 1)) is None
    assert check.due(board, ("wide", 7)) == ("baseline", 0)
    assert check.due(board, None) == ("baseline", 0)
    check.begin(task)
    assert check.due(board, None) is None


def test_it_ends_at_the_first_evaluation_after_step_0(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    make(check, task)
    assert check.settle(board)
    (entry,) = entries(log)
    assert entry["equal"] is True
    assert entry["rows"] == 4  # loss and accuracy at steps 0 and 1
    assert not check.settle(board)


def test_it_waits_for_a_run_that_still_trains(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    make(check, task)
    empty = Board(plan, ())
    empty.begin(("baseline", 0))
    assert not check.settle(empty)
    assert check.due(empty, None) is None
    assert check.settle(board)


def test_a_run_that_came_to_nothing_is_no_original(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    make(check, task)
    (study.attempt("baseline", 0, 1) / "journal.jsonl").unlink()
    assert not check.settle(board)
    assert check.due(board, None) is None
    assert not entries(log)


def test_a_stopped_repeat_is_made_again_in_a_folder_of_its_own(study, log, original):
    plan, task, board = original
    first = make(RepeatCheck(plan, study, log), task, stop=lambda: True)
    check = RepeatCheck(plan, study, log)  # the next command
    assert check.due(board, None) == ("baseline", 0)
    second = make(check, task)
    assert (first.directory.name, second.directory.name) == ("attempt-1", "attempt-2")
    assert check.settle(board)


def test_a_repeat_that_was_ended_with_its_worker_is_forgotten(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    check.begin(task)
    check.forget()
    assert check.running == ()
    assert check.due(board, None) == ("baseline", 0)


def test_a_killed_repeat_is_tried_again_and_given_up_after_three(study, log, original):
    plan, task, _board = original
    check = RepeatCheck(plan, study, log)
    for _ in range(3):
        assert not entries(log)
        repeat = check.begin(task)
        check.take(Died(task=repeat, failure=FailureKind.CRASHED, message="killed"))
        assert read_closing(repeat.directory).message == "killed"
    assert entries(log)[0]["equal"] is None
    assert entries(log)[0]["message"] == "killed"
    assert check.is_known


def test_a_worker_that_dies_after_the_end_line_has_made_it(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    repeat = check.begin(task)
    run_attempt(repeat, trial, stop=lambda: False, threads=1)
    check.take(Died(task=repeat, failure=FailureKind.CRASHED, message="killed"))
    assert check.settle(board)
    assert entries(log)[0]["equal"] is True


def test_a_repeat_that_dies_while_it_logs_says_at_which_step(study, log, original):
    plan, task, board = original
    check = RepeatCheck(plan, study, log)
    repeat = check.begin(task)
    run_attempt(repeat, trial, stop=lambda: False, threads=1)
    journal = repeat.directory / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:3]))
    check.take(Died(task=repeat, failure=FailureKind.CRASHED, message="killed"))
    assert not check.is_known
    assert check.due(board, None) == ("baseline", 0)


def test_a_run_of_another_plan_is_not_repeated(study, log, original):
    plan, _task, board = original
    (record,) = board.records
    other = Board(plan, [replace(record, plan_hash="sha256:other")])
    check = RepeatCheck(plan, study, log)
    assert check.due(other, None) is None


def test_an_evaluation_before_training_proves_nothing():
    assert not is_evaluation(MetricRow(step=0, values={"val/loss": 1.0}), "val/loss")
    assert is_evaluation(MetricRow(step=1, values={"val/loss": 1.0}), "val/loss")
