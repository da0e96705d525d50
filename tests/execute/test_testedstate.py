"""The checkpoint of a trained run, for its evaluation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialist.execute.attempt import run_attempt
from trialist.execute.task import Task
from trialist.execute.testedstate import state_of_tested
from trialist.values.errors import CheckpointError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.seeds import SeedSet


def train(config, run):
    for step in (1, 2):
        run.log({"val/score": float(step)}, step=step)
        run.checkpoint({"w": step}, step=step)
    return {"val/score": 2.0}


def task(directory, **more):
    directory.mkdir(parents=True)
    return Task(
        variant="base",
        seed=0,
        number=1,
        config={"lr": 0.1},
        seeds=SeedSet.of(0),
        directory=directory,
        metric="val/score",
        plan_hash="sha256:ab",
        goal=Goal.MAXIMIZE,
        **more,
    )


@pytest.fixture
def tested(tmp_path):
    done = task(tmp_path / "trials")
    run_attempt(done, train, stop=lambda: False, threads=1)
    file = min((done.directory / "checkpoints").iterdir()).name
    return replace(task(tmp_path / "test"), again=done.directory, tested=file, metric="test/score")


def test_the_named_checkpoint_is_given_and_nothing_goes_on(tested):
    def evaluate(config, run):
        assert run.trained == tested.again
        state = run.restore()
        assert run.resumed_step is None
        return {"test/score": state["w"] / 10}

    found = run_attempt(tested, evaluate, stop=lambda: False, threads=1)
    assert (found.status, found.value) == (RunStatus.FINISHED, 0.1)


def test_a_task_goes_to_a_worker_as_it_is(tested):
    assert Task.from_dict(tested.to_dict()) == tested


def test_a_run_that_saved_nothing_has_no_state(tested):
    assert state_of_tested(replace(tested, tested="")) is None


def test_a_training_run_is_no_trained_one(tmp_path):
    def look(config, run):
        assert run.trained is None
        return 1.0

    found = run_attempt(task(tmp_path / "a"), look, stop=lambda: False, threads=1)
    assert found.status is RunStatus.FINISHED


def test_a_damaged_or_foreign_checkpoint_is_refused(tested):
    with pytest.raises(CheckpointError, match="names the checkpoint other"):
        state_of_tested(replace(tested, tested="other"))
    with pytest.raises(CheckpointError, match="not one of wide/seed-0"):
        state_of_tested(replace(tested, variant="wide"))
    path = tested.again / "checkpoints" / tested.tested
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(CheckpointError, match="not as it was written"):
        state_of_tested(tested)
