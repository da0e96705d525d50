"""What a trial function gets as `run`."""

import random

import pytest

from trialist.execute.handle import Handle, StopRun
from trialist.execute.recorder import Recorder
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.errors import MetricError

GOAL = "val/accuracy"


@pytest.fixture
def wanted():
    """Give the switch that asks the run to stop."""
    return []


@pytest.fixture
def task(make_task):
    return make_task(config={"lr": 0.1})


@pytest.fixture
def run(task, wanted):
    journal = JournalWriter(task.directory / "journal.jsonl", clock=lambda: 1.0)
    return Handle(task, {"lr": 0.1}, Recorder(journal, GOAL), stop=lambda: bool(wanted))


def test_a_run_knows_its_configuration_seeds_and_folder(run, task):
    assert run.config == {"lr": 0.1}
    assert run.directory == task.directory
    assert run.seed.base == 0
    assert (run.seed.split, run.seed.data, run.seed.model, run.seed.train) == (
        *(task.seeds.split, task.seeds.data, task.seeds.model, task.seeds.train),
    )


def test_seeding_everything_uses_the_train_source(run, task):
    before = random.getstate()
    run.seed.all()
    drawn = random.random()
    assert drawn == random.Random(task.seeds.train).random()
    random.setstate(before)


def test_a_function_that_never_asks_is_ended_at_its_next_log(run, wanted, task):
    run.log({"train/loss": 1.0}, step=1)
    wanted.append(1)
    with pytest.raises(StopRun):
        run.log({"train/loss": 0.9}, step=2)
    assert run.stop_seen
    assert read_journal(task.directory / "journal.jsonl").last_step == 2


def test_a_function_that_asks_is_never_ended_by_a_log(run, wanted):
    assert not run.should_stop()
    wanted.append(1)
    run.log({"train/loss": 1.0}, step=1)
    assert not run.stop_seen
    assert run.should_stop()
    assert run.stop_seen
    run.log({"train/loss": 0.9}, step=2)


def test_a_stop_that_was_told_stays_told(run, wanted):
    wanted.append(1)
    assert run.should_stop()
    wanted.clear()
    assert run.should_stop()


def test_stopping_is_not_an_exception_that_user_code_catches():
    assert not issubclass(StopRun, Exception)


def test_a_finding_stands_at_the_last_step(run, task):
    run.log({"train/loss": 1.0}, step=4)
    run.finding("the data are strange")
    event = read_journal(task.directory / "journal.jsonl").events[-1]
    assert (event["k"], event["step"], event["message"]) == (
        *("finding", 4, "the data are strange"),
    )


def test_measurements_of_the_machine_are_no_metrics(run, task):
    run.system({"system/data_wait": 0.25})
    run.log({"train/loss": 1.0}, step=1)
    run.system({"system/data_wait": 0.5})  # at the same step: they have none
    with pytest.raises(MetricError, match="data_wait"):
        run.system({"data_wait": 0.5})
    events = read_journal(task.directory / "journal.jsonl").events
    assert [event["v"] for event in events if event["k"] == "system"] == [
        {"system/data_wait": 0.25},
        {"system/data_wait": 0.5},
    ]
    assert [event["k"] for event in events].count("metric") == 1
    assert list(run._recorder.last) == ["train/loss"]
