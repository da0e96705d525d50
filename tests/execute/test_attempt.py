"""One attempt, from its start line to its end line."""

import asyncio
import json
import math
import os
import random
import signal
import sys
import time

import numpy as np
import pytest

from trialist.execute.attempt import run_attempt
from trialist.ledger.attempts import read_attempt
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.values.errors import JournalError
from trialist.values.events import FailureKind, RunStatus

GOAL = "val/accuracy"


@pytest.fixture
def attempt(make_task):
    def attempt(function, *, stop=lambda: False, **fields):
        task = make_task(**fields)
        made = run_attempt(task, function, stop=stop, threads=1)
        attempt.journal = read_journal(task.directory / "journal.jsonl")
        attempt.task = task
        return made

    return attempt


@pytest.mark.parametrize(
    "function",
    [
        lambda config, run: 0.75,
        lambda config, run: np.float32(0.75),
        lambda config, run: {GOAL: 0.75},
        lambda config, run: {"train/loss": 1.0, "val_accuracy": 0.75},
        lambda config, run: run.log({GOAL: 0.75}, step=3),
        lambda config, run: run.log({"val_accuracy": 0.75}, step=3),
        lambda config, run: (run.log({GOAL: 0.5}, step=1), run.log({GOAL: 0.75}, step=2), None)[2],
        lambda config, run: (run.log({GOAL: 0.5}, step=1), {GOAL: 0.75})[1],
        lambda config, run: (run.log({GOAL: 0.75}, step=1), {"test/accuracy": 0.9})[1],
    ],
)
def test_the_goal_is_what_was_returned_or_else_logged_last(attempt, function):
    made = attempt(function)
    assert (made.status, made.value, made.failure) == (RunStatus.FINISHED, 0.75, None)
    assert attempt.journal.end["value"] == 0.75


def test_what_was_told_is_what_can_be_read(attempt, tmp_path):
    made = attempt(lambda config, run: run.log({GOAL: 0.75}, step=3))
    (tmp_path / "trials").symlink_to(tmp_path / "store")
    assert read_attempt(StudyFolder(tmp_path), "wide", 0, 1) == made
    assert made.digest == attempt.journal.digest


def test_the_first_line_says_what_is_run(attempt):
    attempt(lambda config, run: 1.0, config={"lr": 0.1})
    start = attempt.journal.start
    assert start["run"] == "wide/seed-0"
    assert start["config"] == {"lr": 0.1}
    assert start["plan"] == "sha256:ab"
    assert start["seeds"]["train"] == attempt.task.seeds.train
    assert (start["metric"], start["attempt"], start["threads"]) == (GOAL, 1, 1)
    assert "python" in start["environment"]


def test_everything_that_was_returned_is_kept(attempt):
    attempt(lambda config, run: {GOAL: 0.5, "n_steps": 10, "train/loss": math.nan, "name": "x"})
    assert attempt.journal.end["returned"] == {GOAL: 0.5, "n_steps": 10.0, "train/loss": "NaN"}


def test_a_goal_that_never_came_offers_the_near_name(attempt):
    made = attempt(lambda config, run: {"val/acuracy": 0.5})
    assert (made.status, made.failure) == (RunStatus.FAILED, FailureKind.ERROR)
    assert made.message.startswith("MetricError: the goal metric 'val/accuracy' was never reported")
    assert "did you mean 'val/acuracy'?" in made.message


def test_metrics_that_were_logged_and_returned_are_offered_once(attempt):
    def trial(config, run):
        run.log({"val/loss": 1.0}, step=1)
        return {"val/loss": 1.0}

    made = attempt(trial)
    assert made.message.count("val/loss") == 1


def test_a_function_that_says_nothing_is_told_what_to_return(attempt):
    made = attempt(lambda config, run: None)
    assert "return {'val/accuracy': value} from the trial function" in made.message


@pytest.mark.parametrize(
    "returned", ["0.9", [0.9], {GOAL: "0.9"}, {GOAL: None}, np.zeros(2), 10**400]
)
def test_what_is_not_a_number_is_no_result(attempt, returned):
    made = attempt(lambda config, run: returned)
    assert made.status is RunStatus.FAILED
    assert "the trial function returned" in made.message


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_a_diverged_run(attempt, value):
    made = attempt(lambda config, run: value)
    assert made.status is RunStatus.DIVERGED
    assert made.message == f"the goal metric is {value}"
    assert json.loads(json.dumps(attempt.journal.end["value"], allow_nan=False)) in (
        *("NaN", "Infinity", "-Infinity"),
    )


def test_an_exception_is_a_failure_with_message_and_place(attempt, capsys):
    def train(config, run):
        run.log({"train/loss": 1.0}, step=7)
        raise ValueError("no such column: größe")

    made = attempt(train)
    line = train.__code__.co_firstlineno + 2
    assert made.message == f"ValueError: no such column: größe (test_attempt.py:{line})"
    assert (made.failure, made.last_step, made.value) == (FailureKind.ERROR, 7, None)
    assert "Traceback" in capsys.readouterr().err


def test_the_place_is_the_users_even_where_trialist_raises(attempt):
    def train(config, run):
        run.log({"acc": 1.0})

    made = attempt(train)
    assert made.message.endswith(f"(test_attempt.py:{train.__code__.co_firstlineno + 1})")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"),
    ],
)
def test_out_of_memory_is_its_own_kind(attempt, error):
    def train(config, run):
        raise error

    made = attempt(train)
    assert (made.status, made.failure) == (RunStatus.FAILED, FailureKind.OOM)


@pytest.mark.slow
def test_a_killed_process_that_loads_data_is_a_crash_and_no_mistake_of_the_run(attempt):
    data = pytest.importorskip("torch.utils.data")

    class Deadly(data.Dataset):
        def __len__(self):
            return 8

        def __getitem__(self, number):
            if number == 5:
                os.kill(os.getpid(), signal.SIGKILL)
            return float(number)

    def train(config, run):
        return float(sum(batch.sum() for batch in data.DataLoader(Deadly(), num_workers=1)))

    made = attempt(train)
    assert (made.status, made.failure) == (RunStatus.FAILED, FailureKind.CRASHED)
    assert "DataLoader worker" in made.message


def test_a_pipe_that_closes_before_torch_has_told_why_is_a_crash_too(attempt):
    def told(_number, _frame):
        raise RuntimeError("DataLoader worker (pid 1) is killed by signal: Killed.")

    def train(config, run):
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        raise ConnectionResetError("Connection reset by peer")

    before = signal.signal(signal.SIGALRM, told)
    try:
        made = attempt(train)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert made.failure is FailureKind.CRASHED
    assert "DataLoader worker" in made.message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            RuntimeError("DataLoader worker 0: nothing"),
            "RuntimeError: DataLoader worker 0: nothing",
        ),
        (SystemExit(2), "SystemExit: 2"),
        (SystemExit(), "SystemExit"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (asyncio.CancelledError("gone"), "CancelledError: gone"),
        (GeneratorExit(), "GeneratorExit"),
    ],
)
def test_whatever_is_raised_is_an_error_of_the_run_and_not_a_crash(attempt, error, message):
    def train(config, run):
        raise error

    made = attempt(train)
    assert made.failure is FailureKind.ERROR
    assert made.message.startswith(message + " (")
    assert attempt.journal.end["status"] == "failed"


def test_a_very_long_message_is_cut_in_its_middle(attempt):
    def train(config, run):
        raise ValueError("a" * 50_000 + "b" * 50_000)

    made = attempt(train)
    assert len(made.message) < 2200
    assert "aaa ... (98,000 characters, see stderr.log) ... bbb" in made.message


def test_what_a_run_does_to_its_configuration_does_not_leak(attempt):
    config = {"lr": 0.1, "layers": [1, 2], "deep": {"a": 1}}

    def train(config, run):
        config["lr"] = 9
        config["layers"].append(3)
        config["deep"]["a"] = 9
        return 1.0

    attempt(train, config=config)
    assert attempt.task.config == {"lr": 0.1, "layers": [1, 2], "deep": {"a": 1}}
    assert config == attempt.task.config


def test_a_function_that_returns_after_it_saw_the_stop_is_stopped(attempt):
    def train(config, run):
        while not run.should_stop():
            pass
        return 0.9

    made = attempt(train, stop=lambda: True)
    assert (made.status, made.value) == (RunStatus.STOPPED, None)


def test_a_function_that_never_asks_is_stopped_at_its_log(attempt):
    def train(config, run):
        for step in range(100):
            run.log({GOAL: 0.5}, step=step)

    made = attempt(train, stop=lambda: True)
    assert (made.status, made.last_step) == (RunStatus.STOPPED, 0)


def test_a_function_that_was_done_before_it_noticed_is_finished(attempt):
    assert attempt(lambda config, run: 0.9, stop=lambda: True).status is RunStatus.FINISHED


def test_the_seed_is_set_before_the_function_begins(attempt):
    before = random.getstate(), np.random.get_state()
    drawn = [
        attempt(lambda config, run: random.random() + np.random.rand(), number=number).value
        for number in (1, 2)
    ]
    other = attempt(lambda config, run: random.random() + np.random.rand(), seed=1).value
    random.setstate(before[0])
    np.random.set_state(before[1])
    assert drawn[0] == drawn[1] != other


def test_the_time_is_the_time_of_the_function(attempt):
    made = attempt(lambda config, run: time.sleep(0.05) or 1.0)
    assert 0.05 <= made.seconds < 60
    assert attempt.journal.end["seconds"] == made.seconds


def test_an_attempt_is_made_once(attempt):
    attempt(lambda config, run: 1.0)
    with pytest.raises(JournalError, match="has a journal already"):
        run_attempt(attempt.task, lambda config, run: 1.0, stop=lambda: False, threads=1)


def test_a_closed_error_stream_does_not_lose_the_failure(attempt, monkeypatch, tmp_path):
    closed = (tmp_path / "gone").open("w")
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)

    def train(config, run):
        raise ValueError("still told")

    assert "still told" in attempt(train).message
