"""Saving and going on: a run that was killed ends as the undisturbed one, bit for bit."""

import random
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from trialist.execute.attempt import run_attempt
from trialist.execute.executor import Died, Ended
from trialist.ledger.checkpoints import lines_in
from trialist.ledger.journal import read_journal
from trialist.ledger.mergedrows import rows_of
from trialist.values.events import EventKind, RunStatus
from trialist.values.metric import Goal

GOAL = "val/accuracy"
STEPS = 12


@pytest.fixture(autouse=True)
def _global_state():
    before = random.getstate(), np.random.get_state()
    yield
    random.setstate(before[0])
    np.random.set_state(before[1])


class KillError(Exception):
    """What ends an attempt here in place of a signal."""


@pytest.fixture
def attempt(make_task):
    """Make attempts at one run; each can go on from those before it."""
    tasks = []

    def attempt(function, **fields):
        task = make_task(number=len(tasks) + 1, config={"lr": 0.1})
        resume = tuple(one.directory for one in reversed(tasks))
        task = replace(task, resume=resume, goal=Goal.MAXIMIZE, **fields)
        tasks.append(task)
        made = run_attempt(task, function, stop=lambda: False, threads=1)
        attempt.folder = task.directory
        return made

    return attempt


def events(folder, kind):
    return [one for one in read_journal(folder / "journal.jsonl").events if one["k"] == kind]


def rows(folder):
    return [(row.step, dict(row.values)) for row in rows_of(folder)]


def walk(kill_at=None, every=3, ended=None):
    """Give a trial function that draws from the global random sources only."""

    def train(config, run):
        saved = run.restore()
        place, start = (saved["place"], saved["step"]) if saved else (np.zeros(3), 0)
        for step in range(start + 1, STEPS + 1):
            place = place + np.random.normal(size=3) + random.random()
            run.log({"train/loss": place.sum(), GOAL: 1 / step}, step=step)
            if step % every == 0:
                run.checkpoint({"place": place, "step": step}, step=step)
            if step == kill_at:
                raise KillError
        if ended is not None:
            ended.append(place)

    return train


@pytest.mark.parametrize("torch_is_there", [True, False])
@pytest.mark.parametrize("kills", [[4], [3], [11], [4, 5, 8], [1, 2, 7]])
def test_however_it_was_killed_every_value_is_that_of_the_undisturbed_run(
    attempt, make_task, monkeypatch, kills, torch_is_there
):
    if torch_is_there:
        pytest.importorskip("torch")
    else:
        monkeypatch.delitem(sys.modules, "torch", raising=False)
    whole, again = [], []
    task = make_task(variant="undisturbed", config={"lr": 0.1})
    run_attempt(task, walk(ended=whole), stop=lambda: False, threads=1)
    for step in kills:
        assert attempt(walk(kill_at=step)).status is RunStatus.FAILED
        random.setstate(random.Random().getstate())
    assert attempt(walk(ended=again)).status is RunStatus.FINISHED
    assert again[0].tobytes() == whole[0].tobytes()
    assert rows(attempt.folder) == rows(task.directory)


def test_a_run_without_a_checkpoint_begins_anew(attempt):
    found = []

    def train(config, run):
        found.append((run.restore(), run.resumed_step))
        raise KillError

    for _ in range(2):
        attempt(train)
    assert found == [(None, None), (None, None)]
    assert events(attempt.folder, EventKind.RESUMED) == []


def test_the_journal_says_what_was_saved_and_from_where_it_went_on(attempt):
    attempt(walk(kill_at=5))
    first = attempt.folder
    (line,) = events(first, EventKind.CHECKPOINT)
    assert (line["step"], line["value"]) == (3, pytest.approx(1 / 3))
    assert (first / "checkpoints" / line["file"]).stat().st_size == line["bytes"]
    attempt(walk(kill_at=7))
    (resumed,) = events(attempt.folder, EventKind.RESUMED)
    assert (resumed["attempt"], resumed["step"], resumed["event"]) == (1, 3, line["i"])
    assert (resumed["file"], resumed["sha256"]) == (line["file"], line["sha256"])


def test_a_run_knows_from_which_step_it_went_on(attempt):
    attempt(walk(kill_at=5))
    seen = []

    def train(config, run):
        run.restore()
        run.restore()
        seen.append(run.resumed_step)
        return 0.5

    attempt(train)
    assert seen == [3]
    assert len(events(attempt.folder, EventKind.RESUMED)) == 1


def test_the_step_is_the_last_one_that_was_logged_where_none_is_given(attempt):
    def train(config, run):
        run.checkpoint([])
        run.log({GOAL: 0.5}, step=7)
        run.checkpoint([])
        return 0.5

    attempt(train)
    assert [one.step for one in lines_in(attempt.folder)] == [0, 7]
    assert [one.value for one in lines_in(attempt.folder)] == [None, 0.5]


def test_a_goal_that_was_reported_before_the_kill_counts(attempt):
    def train(config, run):
        if run.restore() is None:
            run.log({GOAL: 0.75}, step=1)
            run.checkpoint([])
            raise KillError

    attempt(train)
    assert attempt(train).value == 0.75


def test_a_step_that_was_logged_before_the_checkpoint_comes_not_again(attempt):
    def train(config, run):
        if run.restore() is None:
            run.log({GOAL: 0.5}, step=4)
            run.checkpoint([])
            raise KillError
        run.log({GOAL: 0.6}, step=4)
        return 0.6

    attempt(train)
    attempt(train)
    (found,) = events(attempt.folder, EventKind.FINDING)
    assert found["message"] == "metric 'val/accuracy' came twice at step 4"


def test_a_damaged_checkpoint_is_a_finding_and_the_one_before_is_used(attempt):
    attempt(walk(kill_at=8))
    newest = lines_in(attempt.folder)[-1].file
    (attempt.folder / "checkpoints" / newest).write_bytes(b"cut")
    attempt(walk(kill_at=8))
    assert events(attempt.folder, EventKind.RESUMED)[0]["step"] == 3
    (found,) = events(attempt.folder, EventKind.FINDING)
    assert "attempt-1/00002-step-6" in found["message"]
    assert "is damaged" in found["message"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plan_hash": "sha256:other"}, "of the plan sha256:ab, and this is sha256:other"),
        ({"config": {"lr": 9}}, "of the configuration sha256:"),
        ({"seed": 1}, "of the run wide/seed-0, and this is wide/seed-1"),
    ],
)
def test_another_runs_checkpoint_is_refused_with_both_values(attempt, changes, said):
    attempt(walk(kill_at=5))
    made = attempt(walk(), **changes)
    assert made.status is RunStatus.FAILED
    assert made.message.startswith("CheckpointError: this checkpoint is ")
    assert said in made.message


def test_another_format_is_refused(attempt, monkeypatch):
    from trialist.train import checkpoint

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "CHECKPOINT_FORMAT", 7)
        attempt(walk(kill_at=5))
    made = attempt(walk())
    assert "has format 7, and this version reads format 1" in made.message


def test_what_cannot_be_saved_fails_the_run_with_its_path(attempt):
    made = attempt(lambda config, run: run.checkpoint({"hooks": [lambda: 0]}))
    assert made.message.startswith("CheckpointError: state.hooks[0] is builtins.function")
    assert lines_in(attempt.folder) == ()
    assert list((attempt.folder / "checkpoints").iterdir()) == []


@pytest.mark.parametrize("step", [-1, 1.5, "7"])
def test_a_step_that_is_no_number_from_0_is_refused(attempt, step):
    made = attempt(lambda config, run: run.checkpoint([], step=step))
    assert made.message.startswith(f"CheckpointError: step is {step!r}")


def test_restoring_after_saving_is_refused(attempt):
    def train(config, run):
        run.checkpoint([])
        run.restore()

    assert "came after run.checkpoint() of the same attempt" in attempt(train).message


def test_what_the_random_sources_cannot_take_back_is_a_finding(attempt, monkeypatch):
    from trialist.train import checkpoint

    attempt(walk(kill_at=5))
    monkeypatch.setattr(checkpoint, "set_random_state", lambda state: ("no such GPU",))
    attempt(walk(kill_at=7))
    assert [one["message"] for one in events(attempt.folder, EventKind.FINDING)] == ["no such GPU"]


TRIAL = """
import os, random, time
import torch

def train(config, run):
    torch.manual_seed(run.seed.model)
    net = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Dropout(0.3), torch.nn.Linear(16, 1))
    pace = [torch.zeros_like(one) for one in net.parameters()]  # importing torch.optim takes 2 s
    run.seed.all()
    saved = run.restore() or {"step": 0}
    if saved["step"]:
        net.load_state_dict(saved["net"])
        pace = saved["pace"]
    for step in range(saved["step"] + 1, 41):
        x = torch.randn(16, 8)
        loss = ((net(x) - x.sum(1, keepdim=True)) ** 2).mean()
        net.zero_grad()
        loss.backward()
        with torch.no_grad():
            for one, speed in zip(net.parameters(), pace):
                speed.mul_(0.9).add_(one.grad)
                one.sub_(0.01 * speed)
        run.log({"train/loss": loss.item()}, step=step)
        if step % 5 == 0:
            state = {"net": net.state_dict(), "pace": pace, "step": step}
            run.checkpoint(state, step=step)
        unlucky = random.SystemRandom().random() < 0.08
        if config["kills"] and (unlucky or (step == 23 and run.resumed_step is None)):
            os.kill(os.getpid(), 9)
    weights = torch.cat([one.detach().flatten() for one in net.parameters()])
    (run.directory / "weights").write_bytes(weights.numpy().tobytes())
    return {"val/accuracy": weights.sum().item()}
"""


@pytest.mark.slow
@pytest.mark.torture
def test_killed_at_random_steps_the_weights_are_equal_and_it_goes_on_within_a_second(
    start_pool, make_task
):
    pytest.importorskip("torch")
    pool = start_pool(TRIAL, preload=("torch",))

    def run_once(task):
        """Give how it ended, and how long nothing came before its first and after its last line.

        Counted by the times it was asked: no clock runs while the machine stands still.
        """
        pool.submit(task)
        before = after = 0.0
        journal, size = task.directory / "journal.jsonl", 0
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            last, size = size, journal.stat().st_size if journal.exists() else 0
            before += 0.05 if not size else 0.0
            after = 0.0 if size > last else after + 0.05
            for event in pool.poll(0.05):
                return event, before, after
        pytest.fail("nothing came back")

    whole = make_task(variant="whole", config={"kills": False})
    assert isinstance(run_once(whole)[0], Ended)
    deaths, gaps, resume, died = 0, [], (), 0.0
    for number in range(1, 60):
        task = make_task(number=number, config={"kills": True})
        event, begun, ended = run_once(replace(task, resume=resume, goal=Goal.MAXIMIZE))
        if deaths:
            gaps.append(died + begun)
        died = ended
        if isinstance(event, Ended):
            break
        assert isinstance(event, Died)
        deaths += 1
        resume = (task.directory, *resume)
    assert deaths >= 1
    assert isinstance(event, Ended)
    assert event.attempt.status is RunStatus.FINISHED, event.attempt.message
    assert (task.directory / "weights").read_bytes() == (whole.directory / "weights").read_bytes()
    assert rows(task.directory) == rows(whole.directory)
    assert sorted(gaps)[len(gaps) // 2] < 1.0
