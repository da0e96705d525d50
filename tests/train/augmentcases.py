"""Pictures for the tests of augmentation, and a small training on them."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from trialist.train.augment.key import AugmentKey
from trialist.train.batch import Batch
from trialist.train.fitting import fit
from trialist.train.optimizers import AdamW
from trialist.train.seeding import seed_everything
from trialist.train.tensordata import TensorData

N, N_VAL, SIZE = 41, 12, (3, 8, 8)


def pictures(n, seed, size=SIZE):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, *size, generator=generator), torch.arange(n) % 2


def data(**options):
    return TensorData(pictures(N, 0), pictures(N_VAL, 1), **options)


def batch(n=6, first=0, size=SIZE):
    x, y = pictures(first + n, 0, size)
    return Batch({"x": x[first:], "y": y[first:]}, torch.arange(first, first + n))


def key(*, seed=1, epoch=0, position=0, step=0, total=100):
    return AugmentKey(seed, epoch, position, step, total)


def built(seed):
    seed_everything(seed)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(4 * 36, 2)
    )


def loss(model, batch):
    return functional.cross_entropy(model(batch.x), batch.y)


def trained(run, augment, *, given=None, **options):
    settings = {"steps": 13, "batch_size": 10, "val_every": 4, "log_every": 3} | options
    return fit(
        built(run.seed.model), loss=loss, data=given or data(), optimizer=AdamW(lr=0.01), run=run,
        augment=augment, progress=False, **settings,
    )  # fmt: skip
