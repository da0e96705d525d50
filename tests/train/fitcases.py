"""Small trainings for the tests of the loop, and a run that can be interrupted anywhere."""

from __future__ import annotations

import io
import itertools

import torch
from torch import nn
from torch.nn import functional

from trialist.train import checkpoint
from trialist.train.loaderdata import LoaderData
from trialist.train.seeding import seed_everything
from trialist.train.tensordata import TensorData
from trialist.values.seeds import SeedSet

N, N_VAL = 203, 40


class Interrupted(BaseException):
    """The process was killed here."""


class Recorded:
    """A run whose rows and checkpoints outlive it; `kill_at` ends it before that step."""

    def __init__(self, earlier=None, *, kill_at=None, seed=3):
        self.seed = SeedSet.of(seed)
        self.rows = dict(earlier.rows) if earlier else {}
        self.saved = earlier.saved if earlier else None
        self.findings = []
        self.used = []
        self.predicted = None
        self._asked = itertools.count()
        self._kill_at = kill_at

    def log(self, values, *, step=None):
        self.rows[step] = dict(values)

    def system(self, values):
        self.used.append(dict(values))

    def finding(self, message):
        self.findings.append(message)

    def should_stop(self):
        if next(self._asked) == self._kill_at:
            raise Interrupted
        return False

    def checkpoint(self, state, *, step=None):
        file = io.BytesIO()
        taken = checkpoint.taken(state, step=step, identity={}, recorded={})
        checkpoint.write(taken, file)
        self.saved = file.getvalue()

    def restore(self):
        if self.saved is None:
            return None
        found = checkpoint.read(io.BytesIO(self.saved), name="step.pt")
        found.put_back()
        self.rows = {step: row for step, row in self.rows.items() if step <= found.step}
        return found.state

    def predictions(self, split, ids, y_true, y_pred):
        self.predicted = (split, list(ids), y_true, y_pred)


def arrays(n, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 6, generator=generator)
    return x, (x[:, 0] + x[:, 1] * x[:, 2] > 0).long()


def tensor_data(**options):
    return TensorData(arrays(N, 0), arrays(N_VAL, 1), **options)


class Noisy(torch.utils.data.Dataset):
    """Draws from every global source for each example, as augmentation in a dataset does."""

    def __init__(self, n, seed):
        self.x, self.y = arrays(n, seed)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, number):
        import random

        import numpy as np

        shift = random.random() + np.random.rand() + torch.rand(1).item()
        return self.x[number] + 0.01 * shift, self.y[number]


def loader_data(workers=0):
    return LoaderData(Noisy(N, 0), Noisy(N_VAL, 1), workers=workers)


def net(*, batch_norm=False):
    layers = [nn.Linear(6, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2)]
    if batch_norm:
        layers.insert(1, nn.BatchNorm1d(16))
    return nn.Sequential(*layers)


def loss(model, batch):
    return functional.cross_entropy(model(batch.x), batch.y)


def built(seed, **options):
    seed_everything(SeedSet.of(seed).model)
    return net(**options)


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
