"""Small groups of replicates for the tests, models that vectorize, and models that do not."""

from __future__ import annotations

import random

import torch
from fitcases import Interrupted, Recorded, loss, net, tensor_data
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from trialist.train import AdamW, Task
from trialist.train.precision import Precision
from trialist.train.replicates.assembly import Assembly
from trialist.train.replicates.group import Own, data_of
from trialist.values.seeds import SeedSet

CPU = torch.device("cpu")


class Two(nn.Module):
    """Two layers, and in between what a subclass does."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(6, 8), nn.Linear(8, 2)

    def forward(self, x):
        return self.b(self.between(self.a(x)))

    def between(self, h):
        return h.relu()


class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv1d(1, 4, 3, padding=1), nn.BatchNorm1d(4)
        self.drop, self.out = nn.Dropout1d(0.2), nn.Linear(24, 2)

    def forward(self, x):
        return self.out(self.drop(self.norm(self.conv(x[:, None])).relu()).flatten(1))


class Attention(Two):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)

    def between(self, h):
        return self.layer(h[:, None])[:, 0]


class Tied(Two):
    def __init__(self):
        super().__init__()
        self.c, self.d = nn.Linear(8, 8), nn.Linear(8, 8)
        self.d.weight = self.c.weight

    def between(self, h):
        return self.d(self.c(h).tanh())


class Partly(Two):
    """A layer without gradients, one that is not used, and embeddings."""

    def __init__(self):
        super().__init__()
        self.unused, self.fixed = nn.Linear(3, 3), nn.Linear(8, 8).requires_grad_(False)
        self.embedding = nn.Embedding(2, 8)

    def between(self, h):
        return self.fixed(h) + self.embedding((h[:, 0] > 0).long())


class WeightNormed(Two):
    def __init__(self):
        super().__init__()
        nn.utils.parametrizations.weight_norm(self.a)


class Recurrent(Two):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(8, 8, batch_first=True)

    def between(self, h):
        return self.cell(h[:, None])[0][:, 0]


class Item(Two):
    def between(self, h):
        return h * h.abs().max().item()


class Branch(Two):
    def between(self, h):
        if h.sum() > 0:
            return -h
        return h


class Masked(Two):
    def between(self, h):
        return h + h[h > 0].sum()


class CumulativeNorm(Two):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(8, momentum=None)

    def between(self, h):
        return self.norm(h)


class Checkpointed(Two):
    def between(self, h):
        return checkpoint(torch.relu, h, use_reentrant=False)


class Unkeyed(Two):
    def between(self, h):
        return functional.dropout(h, 0.3, self.training)


class Lucky(Two):
    def between(self, h):
        return h * random.random()


class Counting(nn.Module):
    """Gives something else at each call."""

    def __init__(self):
        super().__init__()
        self.layer, self.calls = nn.Linear(6, 2), 0

    def forward(self, x):
        self.calls += 1
        return self.layer(x) * self.calls


VECTORIZED = {
    "mlp": lambda: net(batch_norm=True),
    "conv": Conv,
    "attention": Attention,
    "tied": Tied,
    "partly": Partly,
    "weight norm": WeightNormed,
}
REFUSED = {
    Recurrent: "no batching rule for lstm",
    Item: r"\.item\(\) asks for one number",
    Branch: "an `if` on a tensor's values",
    Masked: "a boolean mask",
    CumulativeNorm: r"\.item\(\)",
    Checkpointed: "activation checkpointing",
    Unkeyed: "draws from torch's global generator",
    Lucky: "global generator of Python or NumPy",
}


def task(model=net, **options):
    settings = {"optimizer": AdamW(lr="lr"), "steps": 23, "batch_size": 32, **options}
    settings = {"val_every": 5, "log_every": 3, "loss": loss, "data": tensor_data(), **settings}
    return Task(model=lambda hp: model(), **settings)


def configs(n):
    return [{"lr": 0.01 * (number + 1)} for number in range(n)]


def runs(n, earlier=None):
    return [Recorded(earlier[number] if earlier else None, seed=number + 1) for number in range(n)]


def assembly(task, n, *, backend="vmap", seeds=None, double=False):
    """Give the parts of a group, and the models that they were made of."""
    group = [Own.of(task, config) for config in configs(n)]
    sets = [SeedSet.of(seed) for seed in (seeds or range(n))]
    models = [task.built(own.hp, one.model) for own, one in zip(group, sets, strict=True)]
    if double:
        models = [model.double() for model in models]
    parts = Assembly.of(
        models, group, sets, data=data_of(task, group), loss=task.loss,
        precision=Precision.of("fp32", CPU), backend=backend,
    )  # fmt: skip
    return parts, models


def trained(parts, steps, first=0):
    """Make some steps; give the losses."""
    return [
        parts.stepper(parts.batches.at(step), step, parts.rates.at(step))
        for step in range(first, first + steps)
    ]


__all__ = [
    "CPU", "REFUSED", "VECTORIZED", "Interrupted", "assembly", "configs", "runs", "task", "trained",
]  # fmt: skip
