"""The run of a script: who may write, and how it ends."""

import os
import time

import pytest

from trialist.execute.recorder import Recorder
from trialist.execute.scriptrun import RANKS, FreeRecorder, NoSeed, ScriptRun, rank_here
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.errors import ConfigError, MetricError


@pytest.fixture
def ended():
    return []


@pytest.fixture
def run(make_task, ended):
    task = make_task()
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    journal.start({})
    recorder = Recorder(journal, task.metric)
    return ScriptRun(task, {}, recorder, stop=lambda: False, end=ended.append)


def rows(run):
    journal = read_journal(run.directory / "journal.jsonl")
    return [(event["step"], event["v"]) for event in journal.events if event["k"] == "metric"]


def test_it_logs_and_is_ended_once(run, ended):
    with run as inside:
        assert inside is run
        run.log({"train/loss": 0.5}, step=1)
    run.close()
    assert rows(run) == [(1, {"train/loss": 0.5})]
    assert ended == [None]


def test_what_was_raised_is_passed_on(run, ended):
    with pytest.raises(KeyError), run:
        raise KeyError("lr")
    assert len(ended) == 1
    assert isinstance(ended[0], KeyError)


def test_a_run_that_has_ended_takes_nothing(run):
    run.close()
    with pytest.raises(ConfigError, match="has ended"):
        run.log({"train/loss": 0.5}, step=1)


def test_asking_to_stop_never_ends_the_script(make_task):
    task = make_task(seed=1)
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    run = ScriptRun(task, {}, Recorder(journal, "a"), stop=lambda: True, end=lambda _: None)
    run.log({"train/loss": 0.5}, step=1)
    assert run.should_stop()


def forked(action):
    """Do something in a forked child, and give its exit code."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_forked_process_writes_nothing_and_ends_nothing(run, ended):
    def child():
        with pytest.warns(RuntimeWarning, match="forked"):
            run.log({"train/loss": 0.1}, step=1)
        run.log({"train/loss": 0.2}, step=2)  # said once
        run.finding("odd")
        run.checkpoint({"x": 1})
        run.predictions("val", [1], [1], [1])
        with pytest.raises(ConfigError, match="does not write"):
            run.artifact("x")
        run.close()
        assert ended == []

    assert forked(child) == 0
    run.log({"train/loss": 0.5}, step=1)
    assert rows(run) == [(1, {"train/loss": 0.5})]
    assert run.is_open


def test_a_higher_rank_writes_nothing(make_task, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    task = make_task(seed=2)
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    run = ScriptRun(task, {}, Recorder(journal, "a"), stop=lambda: False, end=lambda _: None)
    run.log({"train/loss": 0.5}, step=1)
    assert run.rank == 1
    assert rows(run) == []


@pytest.mark.parametrize(
    ("variables", "rank"),
    [
        ({}, 0),
        ({"RANK": "0"}, 0),
        ({"RANK": "3"}, 3),
        ({"OMPI_COMM_WORLD_RANK": "2"}, 2),
        ({"LOCAL_RANK": "1"}, 1),
        ({"RANK": "8", "LOCAL_RANK": "0"}, 8),
        ({"RANK": "none"}, 0),
    ],
)
def test_the_rank_is_what_the_launcher_says(monkeypatch, variables, rank):
    for name in RANKS:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert rank_here() == rank


def test_a_seed_that_nobody_gave_is_an_error_and_no_number(run):
    run.without_seed()
    with pytest.raises(ConfigError, match=r"run\.seed\.model: this run was started without a seed"):
        run.seed.model  # noqa: B018 — asking is what is tested
    assert repr(NoSeed()) == "Missing(reason='no seed was given')"


@pytest.fixture
def free(tmp_path):
    return FreeRecorder(JournalWriter(tmp_path / "journal.jsonl", clock=time.time), "")


def test_before_the_first_evaluation_a_mistake_raises(free):
    free.log({"train/loss": 0.5}, 1)
    with pytest.raises(MetricError):
        free.log({"acc": 0.5}, 2)


@pytest.mark.parametrize("name", ["val/accuracy", "test/loss"])
def test_after_the_first_evaluation_it_is_a_finding(free, name, tmp_path):
    free.log({name: 0.5}, 1)
    free.log({"acc": 0.5}, 2)
    kinds = [event["k"] for event in read_journal(tmp_path / "journal.jsonl").events]
    assert "finding" in kinds


def test_after_many_rows_a_mistake_no_longer_ends_a_run_that_never_evaluates(free):
    for step in range(100):
        free.log({"train/loss": 0.5}, step)
    free.log({"acc": 0.5}, 100)


def test_what_it_uses_of_the_machine_is_recorded_until_it_ends(run):
    run.system({"system/data_wait": 0.25})
    run.close()
    with pytest.raises(ConfigError, match="has ended"):
        run.system({"system/data_wait": 0.5})
    events = read_journal(run.directory / "journal.jsonl").events
    assert [event["v"] for event in events if event["k"] == "system"] == [
        {"system/data_wait": 0.25}
    ]
