"""Attempts in one process: each has its journal, its checkpoints and its end."""

import itertools
import json
from dataclasses import replace

import pytest

pytest.importorskip("torch")

import torch
from torch import nn

from trialist.execute.task import Together
from trialist.execute.together import make, run_together
from trialist.ledger.journal import read_journal
from trialist.train import SGD, Task, TensorData
from trialist.values.determinism import Determinism
from trialist.values.events import FailureKind, RunStatus
from trialist.values.metric import Goal

x = torch.randn(131, 4, generator=torch.Generator().manual_seed(0))
y = (x[:, 0] > 0).long()


def loss(model, batch):
    return nn.functional.cross_entropy(model(batch.x), batch.y)


def recipe(model=lambda: nn.Linear(4, 2), **options):
    return Task(
        model=lambda hp: model(), loss=loss,
        data=TensorData(train=(x[:100], y[:100]), val=(x[100:], y[100:])),
        optimizer=SGD(lr="lr"), **{"steps": 20, "batch_size": 16, "val_every": 5, **options},
    )  # fmt: skip


@pytest.fixture
def stack(make_task):
    """Give a function that makes the tasks of one stack."""

    def stack(size=3, number=1, rates=None, only=None):
        return [
            replace(
                make_task(seed=place, number=number, config={"lr": (rates or [0.1] * size)[place]}),
                together=Together(backend="vmap", size=size, place=place, lead="wide/seed-0"),
                goal=Goal.MAXIMIZE,
            )
            for place in (range(size) if only is None else only)
        ]

    return stack


def made(tasks, function, **options):
    ended = {}
    given = {"stop": lambda _task: False, "threads": 1, **options}
    make(tasks, function, ended=lambda task, one: ended.update({task.seed: one}), **given)
    return ended


def values(task):
    found = read_journal(task.directory / "journal.jsonl")
    return [{k: v for k, v in event.items() if k not in "itc"} for event in found.events[1:-1]
            if event["k"] == "metric"]  # fmt: skip


def test_each_has_a_journal_that_says_whom_it_trained_with(stack):
    tasks = stack()
    ended = made(tasks, recipe())
    assert {one.status for one in ended.values()} == {RunStatus.FINISHED}
    assert len({one.value for one in ended.values()} | {one.digest for one in ended.values()}) > 3
    for task in tasks:
        journal = read_journal(task.directory / "journal.jsonl")
        assert journal.start["together"] == {
            "backend": "vmap", "size": 3, "place": task.seed, "lead": "wide/seed-0",
        }  # fmt: skip
        assert journal.end["value"] == ended[task.seed].value
        assert (task.directory / "predictions-val.npz").exists()


def test_the_time_is_shared_among_them(stack):
    ended = made(stack(4), recipe(steps=60))
    seconds = [one.seconds for one in ended.values()]
    assert max(seconds) < 2 * min(seconds)


def test_one_by_itself_gets_the_bits_that_it_had_among_the_others(stack):
    whole = stack(5)
    made(whole, recipe())
    alone = stack(5, number=2, only=[3])
    made(alone, recipe())
    assert values(alone[0]) == values(whole[3])


def test_a_task_without_a_place_trains_as_ever(make_task):
    task = make_task(config={"lr": 0.1})
    assert made([task], recipe())[0].status is RunStatus.FINISHED
    assert "together" not in read_journal(task.directory / "journal.jsonl").start
    with pytest.raises(RuntimeError, match="has no place in a stack"):
        run_together([make_task(number=2)], recipe(), stop=lambda _: False, threads=1,
                     ended=lambda *_: None)  # fmt: skip


def test_one_that_diverges_is_a_result_of_its_own(stack):
    ended = made(stack(3, rates=[0.1, 1e38, 0.1]), recipe(steps=60))
    assert [ended[seed].status for seed in range(3)] == [
        RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.FINISHED,
    ]  # fmt: skip


def test_one_that_is_asked_to_stop_ends_alone(stack):
    tasks, whole = stack(3), stack(3, number=2)
    asked = iter(range(10**6))
    ended = made(tasks, recipe(), stop=lambda task: task.seed == 1 and next(asked) > 6)
    assert [ended[seed].status for seed in range(3)] == [
        RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.FINISHED,
    ]  # fmt: skip
    made(whole, recipe())
    assert values(tasks[0]) == values(whole[0])
    assert values(tasks[2]) == values(whole[2])


def test_an_error_ends_all_of_them_with_its_place(stack):
    def broken():
        raise ValueError("no such layer")

    ended = made(stack(3), recipe(broken))
    assert {(one.status, one.failure) for one in ended.values()} == {
        (RunStatus.FAILED, FailureKind.ERROR)
    }
    assert all("ValueError: no such layer" in one.message for one in ended.values())
    assert all("test_together.py:" in one.message for one in ended.values())


def test_an_error_of_whoever_hears_of_the_end_is_not_taken_for_the_runs(stack):
    def deaf(_task, _attempt):
        raise OSError("nobody listens")

    tasks = stack(1)
    with pytest.raises(OSError, match="nobody listens"):
        make(tasks, recipe(), stop=lambda _: False, threads=1, ended=deaf)
    end = read_journal(tasks[0].directory / "journal.jsonl").end
    assert end["status"] == "finished"


def test_what_cannot_train_together_says_what_to_do(stack):
    class Item(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 2)

        def forward(self, x):
            return self.layer(x) * x.max().item()

    ended = made(stack(2), recipe(Item))
    assert "asks for one number" in ended[0].message
    assert "vectorize: off" in ended[0].message


def test_a_first_evaluation_is_where_a_repeat_ends(stack):
    whole = stack(3)
    made(whole, recipe())
    repeat = replace(stack(3, number=2, only=[0])[0], first_evaluation_only=True)
    assert made([repeat], recipe())[0].status is RunStatus.STOPPED
    rows = values(repeat)
    assert rows == values(whole[0])[: len(rows)]
    assert rows[-1]["step"] == 5


def test_a_finding_is_told_to_all(stack):
    tasks = [replace(task, determinism=Determinism.WARN) for task in stack(2)]
    made(tasks, recipe())
    kinds = [
        [event["k"] for event in read_journal(task.directory / "journal.jsonl").events]
        for task in tasks
    ]
    assert kinds[0] == kinds[1]


def test_those_that_were_interrupted_go_on_to_the_same_bits_without_the_first(stack):
    whole = stack(3)
    made(whole, recipe())
    first, asked = stack(3, number=2), itertools.count()
    often = {"checkpoint_every": 4}
    ended = made(first, recipe(**often), stop=lambda _task: next(asked) > 3 * 12)
    assert {one.status for one in ended.values()} == {RunStatus.STOPPED}
    second = [
        replace(task, resume=(before.directory,))
        for task, before in zip(stack(3, number=3), first, strict=True)
    ][1:]
    ended = made(second, recipe(**often))
    for task in second:
        expected = [row for row in values(whole[task.seed]) if row["step"] > 15]
        assert [row for row in values(task) if row["step"] > 15] == expected != []
        journal = read_journal(whole[task.seed].directory / "journal.jsonl")
        assert ended[task.seed].value == journal.end["value"]


def test_a_place_travels_as_plain_data(stack):
    task = stack(2)[1]
    assert type(task).from_dict(json.loads(json.dumps(task.to_dict()))) == task
