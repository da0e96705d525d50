"""The run of a study inside of the script that it started."""

import json
import threading
import time
from pathlib import Path

import pytest

from trialist.execute.attach import attach, is_attached
from trialist.execute.handle import Handle
from trialist.execute.recorder import Recorder
from trialist.execute.spool import Spool
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.errors import ConfigError, MetricError
from trialist.values.metric import Goal
from trialist.values.seeds import SeedSet

GOAL = "val/accuracy"


@pytest.fixture
def place(tmp_path):
    """Give the folder of the second attempt at a run of a study, with the worker's journal."""
    study = tmp_path / "experiments" / "digits"
    directory = study / "trials" / "wide" / "seed-3" / "attempt-2"
    directory.mkdir(parents=True)
    (study / "plan.json").write_text(json.dumps({"metric": {"goal": "minimize"}}))
    earlier = directory.parent / "attempt-1"
    earlier.mkdir()
    for folder in (earlier, directory):
        header = {"run": "wide/seed-3", "plan": "sha256:ab", "metric": GOAL, "config": {"lr": 0.5}}
        JournalWriter(folder / "journal.jsonl", clock=time.time).start(header)
    return directory


@pytest.fixture
def environ(place):
    config = place / "config.json"
    config.write_text('{"lr": 0.1}')
    return {
        "TRIALIST_RUN_DIR": str(place),
        "TRIALIST_SEED": "3",
        "TRIALIST_SEEDS": json.dumps({"split": 1, "order": 2, "init": 3, "train": 4}),
        "TRIALIST_CONFIG": str(config),
        "TRIALIST_METRIC": GOAL,
        "TRIALIST_SPOOL": str(place / "spool.jsonl"),
    }


def test_only_a_process_of_a_study_is_attached(environ):
    assert is_attached(environ)
    assert not is_attached({})


def test_it_has_what_the_study_says(environ, place):
    run = attach(environ)
    assert run.config == {"lr": 0.1}
    assert run.directory == place
    assert run.name == "wide/seed-3"
    seed = run.seed
    assert (seed.base, seed.split, seed.data, seed.model, seed.train) == (3, 1, 2, 3, 4)


def test_seeds_may_be_named_as_on_the_run(environ):
    environ["TRIALIST_SEEDS"] = json.dumps({"split": 1, "data": 2, "model": 3, "train": 4})
    assert attach(environ).seed.data == 2


def test_the_folder_alone_is_enough(place):
    run = attach({"TRIALIST_RUN_DIR": str(place)})
    assert run.config == {"lr": 0.5}
    assert run.seed.base == 3
    assert run.seed.model == SeedSet.of(3).model


def test_a_folder_of_another_form_is_taken_too(tmp_path):
    run = attach({"TRIALIST_RUN_DIR": str(tmp_path), "TRIALIST_SEED": "5"})
    assert (run.config, run.seed.base) == ({}, 5)


def test_the_way_to_the_store_is_known(environ, place):
    run = attach(environ)
    checkpoints = run._checkpoints._place
    assert checkpoints.resume == (place.parent / "attempt-1",)
    assert checkpoints.goal is Goal.MINIMIZE
    assert checkpoints.identity["plan"] == "sha256:ab"


def test_attempts_under_another_plan_are_not_gone_on_from(environ, place):
    earlier = place.parent / "attempt-1" / "journal.jsonl"
    earlier.unlink()
    JournalWriter(earlier, clock=time.time).start({"plan": "sha256:cd"})
    assert attach(environ)._checkpoints._place.resume == ()


def test_a_row_is_checked_in_the_script_and_reaches_the_worker(environ, make_task):
    run = attach(environ)
    with pytest.raises(MetricError):
        run.log({"acc": 0.1}, step=1)
    run.log({"val_accuracy": 0.9}, step=1)
    task = make_task(metric=GOAL)
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    journal.start({})
    Spool(Path(environ["TRIALIST_SPOOL"])).drain(
        Handle(task, {}, Recorder(journal, GOAL), stop=lambda: False)
    )
    events = read_journal(journal.path).events
    assert [event["v"] for event in events if event["k"] == "metric"] == [{GOAL: 0.9}]


def test_a_checkpoint_that_returned_is_in_the_journal(environ, place, make_task):
    task = make_task(metric=GOAL)
    journal = (place / "journal.jsonl").open("ab")
    worker = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    spool = Spool(Path(environ["TRIALIST_SPOOL"]))
    handle = Handle(task, {}, Recorder(worker, GOAL), stop=lambda: False)
    is_over = threading.Event()

    def work():
        while not is_over.wait(0.01):
            if spool.drain(handle):
                journal.write(worker.path.read_bytes())
                journal.flush()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        run = attach(environ)
        for step in range(1, 4):
            run.checkpoint({"step": step}, step=step)
            named = [event["step"] for event in read_checkpoints(worker.path)]
            assert named == list(range(1, step + 1))
    finally:
        is_over.set()
        thread.join()
        journal.close()


def read_checkpoints(path):
    return [event for event in read_journal(path).events if event["k"] == "checkpoint"]


def test_without_a_worker_a_checkpoint_does_not_wait_for_ever(environ, monkeypatch):
    monkeypatch.setattr("trialist.execute.attach.KNOWN_WITHIN_S", 0.05)
    attach(environ).checkpoint({"step": 1}, step=1)


def test_a_step_that_goes_back_is_one_finding(environ, make_task):
    run = attach(environ)
    run.log({"train/loss": 0.5}, step=2)
    with pytest.raises(MetricError):
        run.log({"train/loss": 0.5}, step=1)
    for step in (3, 2):
        run.log({GOAL: 0.5}, step=step)
    task = make_task(metric=GOAL)
    journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
    journal.start({})
    Spool(Path(environ["TRIALIST_SPOOL"])).drain(
        Handle(task, {}, Recorder(journal, GOAL), stop=lambda: False)
    )
    events = read_journal(journal.path).events
    assert [event["message"] for event in events if event["k"] == "finding"] == [
        f"metric {GOAL!r} came at step 3, then at step 2"
    ]


def test_a_file_asks_the_script_to_stop(environ, place):
    run = attach(environ)
    assert not run.should_stop()
    (place / "stop").touch()
    assert run.should_stop()


def test_a_higher_rank_reads_everything_and_writes_nothing(environ, place, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    run = attach(environ)
    run.log({GOAL: 0.9}, step=1)
    assert run.config == {"lr": 0.1}
    assert not (place / "spool.jsonl").exists()


def test_closing_lets_another_process_of_the_run_write(environ):
    first, second = attach(environ), attach(environ)
    first.log({GOAL: 0.9}, step=1)
    first.close()
    second.log({GOAL: 0.9}, step=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIALIST_SEED", "three"),
        ("TRIALIST_SEEDS", "{}"),
        ("TRIALIST_SEEDS", "nonsense"),
        ("TRIALIST_CONFIG", "no/such/file.json"),
    ],
)
def test_an_environment_that_cannot_be_read_is_said(environ, name, value):
    environ[name] = value
    with pytest.raises(ConfigError, match="cannot be read from the environment") as caught:
        attach(environ)
    assert "TRIALIST_RUN_DIR" in str(caught.value.mistakes[0].todo)


def test_a_configuration_that_is_no_mapping_is_said(environ, place):
    (place / "config.json").write_text("[1]")
    with pytest.raises(ConfigError, match="holds no mapping"):
        attach(environ)


def test_a_journal_that_cannot_be_read_is_as_good_as_none(environ, place):
    (place / "journal.jsonl").write_text("[1]\n")
    assert attach(environ).config == {"lr": 0.1}
