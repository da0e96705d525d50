"""Together each replicate is what it is alone; where it is not, that is seen."""

import pytest
import torch
from replicatecases import CPU, VECTORIZED, Counting, configs, task
from torch import nn

from trialist.train import SGD, Adam
from trialist.train.replicates.equality import BOUND, largest_difference
from trialist.train.replicates.group import Own, data_of
from trialist.train.replicates.quiet import quiet
from trialist.values.errors import VectorizeError
from trialist.values.seeds import SeedSet

OPTIONS = {
    "plain": {},
    "sgd": {"optimizer": SGD(lr="lr", nesterov=True, weight_decay=0.1)},
    "adam": {"optimizer": Adam(lr="lr", weight_decay=0.1)},
    "clip": {"clip_norm": 0.1},
    "ema": {"ema": 0.9},
    "micro": {"micro_batch": 10},
    "cycle": {"schedule": "one_cycle", "warmup": 3},
    "everything": {"schedule": "one_cycle", "micro_batch": 10, "ema": 0.5, "clip_norm": 0.1},
}


def found(recipe, backend="vmap", n=3):
    group = [Own.of(recipe, config) for config in configs(n)]
    with quiet():
        return largest_difference(
            recipe, group, [SeedSet.of(seed) for seed in range(n)],
            data=data_of(recipe, group), device=CPU, backend=backend,
        )  # fmt: skip


@pytest.mark.parametrize("backend", ["vmap", "traced"])
@pytest.mark.parametrize("name", VECTORIZED)
def test_models_are_what_they_are_alone(name, backend):
    assert found(task(VECTORIZED[name], optimizer=SGD(lr="lr")), backend) < BOUND


@pytest.mark.parametrize("name", OPTIONS)
def test_so_they_are_whatever_the_training(name):
    assert found(task(VECTORIZED["conv"], **OPTIONS[name])) < BOUND


def test_a_model_that_remembers_between_steps_is_seen():
    assert found(task(Counting)) > BOUND


def test_draws_from_a_global_generator_are_refused():
    import numpy as np

    class Drawing(nn.Linear):
        def forward(self, x):
            return super().forward(x) * np.random.rand()

    with pytest.raises(VectorizeError, match="global generator of Python or NumPy"):
        found(task(lambda: Drawing(6, 2)))


def test_nan_is_no_equality():
    assert not found(task(), n=1) > BOUND
    broken = task(loss=lambda model, batch: model(batch.x).sum() * float("nan"))
    assert not found(broken, n=1) < BOUND
    assert torch.isnan(torch.tensor(found(broken, n=1)))
