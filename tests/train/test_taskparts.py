"""A task for one configuration: its parts, as `fit` would make them."""

import pytest
import torch
from fitcases import Recorded, equal, loss, net, tensor_data, weights

from trialist.train import SGD, AdamW, Task
from trialist.train.taskparts import parts_of
from trialist.values.errors import ConfigError
from trialist.values.seeds import SeedSet

CPU = torch.device("cpu")


def task(**options):
    common = {"model": lambda hp: net(), "loss": loss, "data": tensor_data(), "steps": 12}
    return Task(**{**common, "optimizer": AdamW(lr="lr"), "batch_size": "size", **options})


def test_steps_of_the_parts_are_steps_of_the_task():
    given, config = task(micro_batch=10, clip_norm=0.5), {"lr": 0.01, "size": 32}
    run = Recorded()
    expected = given.trained(config, run)
    parts = parts_of(given, config, run.seed)
    step, batches = parts.stepper(CPU), parts.batches(CPU)
    for _ in range(12):
        step(next(batches))
    assert equal(weights(parts.model), weights(expected.model))
    assert (parts.batch_size, parts.micro_batch, parts.clip_norm, parts.steps) == (32, 10, 0.5, 12)


def test_another_learning_rate_leaves_the_rest():
    parts = parts_of(
        task(optimizer=SGD(lr="lr", momentum="m")), {"lr": 1, "m": 0.3, "size": 8}, SeedSet.of(0)
    )
    (group,) = parts.optimizer(lr=0.25).param_groups
    assert (group["lr"], group["momentum"]) == (0.25, 0.3)


def test_what_is_no_recipe_is_refused():
    with pytest.raises(ConfigError, match="the task's optimizer is a float"):
        parts_of(task(optimizer=lambda hp: 0.1), {"size": 8}, SeedSet.of(0))
    with pytest.raises(ConfigError, match="the task takes its batch_size from 'size'"):
        parts_of(task(), {"lr": 0.1}, SeedSet.of(0))
