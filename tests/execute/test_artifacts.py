"""`run.artifact` and `run.use`: what the store and the journal know of it afterwards."""

from dataclasses import replace

import pytest

from trialist.execute.handle import Handle
from trialist.execute.recorder import Recorder
from trialist.ledger.artifacts import ArtifactStore
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.values.errors import ArtifactError
from trialist.values.metric import Goal

GOAL = "val/accuracy"


@pytest.fixture
def task(make_task, tmp_path):
    task = replace(make_task(), goal=Goal.MAXIMIZE)
    (tmp_path / "store" / "ledger.jsonl").touch()  # `store` is the study's folder here
    return task


@pytest.fixture
def run(task):
    journal = JournalWriter(task.directory / "journal.jsonl", clock=lambda: 1.0)
    return Handle(task, {}, Recorder(journal, GOAL), stop=lambda: False)


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path)


def last(task):
    return read_journal(task.directory / "journal.jsonl").events[-1]


def test_an_artifact_says_its_version_and_who_made_it(run, task, store):
    path = task.directory / "net.pt"
    path.write_text("weights")
    run.log({GOAL: 0.75}, step=1)
    assert run.artifact(path, type="model", aliases=["best"]) == "net:v0"
    version = store.find("net:best")
    assert (version.type, version.value, version.metric) == ("model", 0.75, GOAL)
    assert version.made_by == {
        "run": "wide/seed-0",
        "attempt": 1,
        "plan": "sha256:ab",
        "study": "store",
    }
    event = last(task)
    assert (event["k"], event["name"], event["version"]) == ("artifact", "net", 0)
    assert (event["sha256"], event["aliases"]) == (version.digest, ["latest", "best"])


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_value_that_is_no_result_is_not_kept_with_it(run, task, store, value):
    path = task.directory / "net.pt"
    path.write_text("weights")
    if value is not None:
        run.log({GOAL: value}, step=1)
    assert run.artifact(str(path), name="model", aliases="mine") == "model:v0"
    assert store.find("model:mine").value is None


def test_what_is_used_is_a_path_and_part_of_the_lineage(run, task, store):
    path = task.directory / "net.pt"
    path.write_text("weights")
    run.artifact(path)
    assert run.use("net").read_text() == "weights"
    event = last(task)
    assert (event["k"], event["name"], event["version"]) == ("used", "net", 0)
    assert store.record("net").uses[-1].by["run"] == "wide/seed-0"


def test_what_is_not_known_is_an_error_of_the_run(run):
    with pytest.raises(ArtifactError, match="there is no artifact 'net'"):
        run.use("net:best")


def test_outside_of_any_store_a_run_is_its_own(make_task):
    task = make_task()
    journal = JournalWriter(task.directory / "journal.jsonl", clock=lambda: 1.0)
    run = Handle(task, {}, Recorder(journal, GOAL), stop=lambda: False)
    (task.directory / "net.pt").write_text("weights")
    run.artifact(task.directory / "net.pt")
    version = ArtifactStore(task.directory).find("net")
    assert "study" not in version.made_by


@pytest.fixture
def repeated(task, run, tmp_path):
    """Give the `run` of an attempt that repeats that of `run`, as checks and reproductions do."""

    def repeated(at="store/checks/repeat/attempt-1"):
        own = replace(task, directory=tmp_path / at, again=task.directory)
        own.directory.mkdir(parents=True)
        journal = JournalWriter(own.directory / "journal.jsonl", clock=lambda: 1.0)
        return Handle(own, {}, Recorder(journal, GOAL), stop=lambda: False)

    return repeated


def test_best_is_not_given_to_a_run_whose_value_nobody_knows(run, task, store):
    path = task.directory / "net.pt"
    path.write_text("weights")
    run.artifact(path, aliases=["best"])
    assert store.record("net").aliases == {"latest": 0}
    events = read_journal(task.directory / "journal.jsonl").events
    (found,) = [one["message"] for one in events if one["k"] == "finding"]
    assert found == (
        "the artifact net was not considered for 'best': no value of val/accuracy is known; "
        "log it before run.artifact"
    )


def test_a_repeated_run_puts_nothing_into_the_store(run, task, store, repeated):
    path = task.directory / "net.pt"
    for text in ("first", "second"):
        path.write_text(text)
        run.artifact(path, aliases=["prod"])
    path.write_text("first")
    again = repeated()
    assert again.artifact(path, aliases=["prod"]) == "net:v0"
    assert store.record("net").aliases == {"latest": 1, "prod": 1}
    assert len(store.record("net").uses) == 2
    assert again.use("net:prod").read_text() == "first"


@pytest.mark.parametrize("at", ["store/checks/repeat/attempt-1", "elsewhere/attempt-1"])
def test_a_repeated_run_uses_what_the_run_itself_used(run, task, store, repeated, at):
    path = task.directory / "net.pt"
    for text in ("first", "second"):
        path.write_text(text)
        run.artifact(path, aliases=["prod"])
        run.use("net:prod")
    again = repeated(at)
    assert [again.use("net:prod").read_text() for _ in range(3)] == ["first", "second", "second"]
    assert [use.kind for use in store.record("net").uses] == ["made", "used", "made", "used"]
