"""Questions to a task: plain data in, plain data out."""

import json

import pytest
import torch
from fitcases import built, loader_data, loss, net, tensor_data

from trialist.train import AdamW, Task, lr_range
from trialist.train.questions import QUESTIONS, Asked, answered, is_out_of_memory
from trialist.values.seeds import SeedSet

SWEEP = {"low": 1e-7, "high": 10.0, "steps": 100}


def ask(name, settings=(), *, seeds=(3,), **options):
    task = Task(
        model=lambda hp: net(), loss=loss, optimizer=AdamW(lr="lr"), steps=5,
        **{"data": tensor_data(), "batch_size": 32, **options},
    )  # fmt: skip
    asked = Asked(
        task=task, config={"lr": 0.01}, seeds=list(map(SeedSet.of, seeds)), settings=dict(settings)
    )
    return json.loads(json.dumps(answered(name, asked)))


def unchanged(batch, key):
    return batch


def test_the_range_test_of_a_task_is_that_of_its_parts():
    found = ask("lr", SWEEP, seeds=(3, 4))
    own = lr_range(
        built(3), loss=loss, data=tensor_data(), optimizer=AdamW(lr=1.0), seed=3, batch_size=32
    )
    assert found["curves"][0]["losses"] == list(own.curve.losses)
    assert found["curves"][1]["losses"] != found["curves"][0]["losses"]
    assert (found["optimizer"], found["batch_size"], found["lr"]) == ("AdamW", 32, "lr")


def test_batches_and_workers_are_timed():
    batch = ask("batch", {"batch_size": 8, "device": "cpu"})
    assert batch["timing"]["batch_size"] == 8
    assert batch["facts"] == {
        "n_train": 203, "batch_size": 32, "workers": None, "device": "cpu", "device_bytes": None,
        "augment": None,
    }  # fmt: skip
    changed = ask("batch", {"batch_size": 8, "device": "cpu"}, augment=unchanged)
    assert changed["facts"]["augment"] == "unchanged"
    loaded = ask("workers", {"workers": 0, "device": "cpu"}, data=loader_data(2))
    assert (loaded["timing"]["n_batches"], loaded["facts"]["workers"]) == (50, 2)
    assert {"lr", "batch", "workers"} <= set(QUESTIONS)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
            True,
        ),
        (RuntimeError("shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_memory_errors_are_known(error, expected):
    assert is_out_of_memory(error) is expected
