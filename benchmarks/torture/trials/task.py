"""Trainings that keep all that a loop can keep, of data in memory and of data that is loaded."""

import os
import random
import time
from dataclasses import replace
from pathlib import Path

import promises
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from trialist.train import AdamW, LoaderData, Task, TensorData, plateau

PAUSE_S = 0.006
N, N_VAL = 600, 400
WAYS = {
    "accumulation": {"micro_batch": 24, "clip_norm": 1.0, "schedule": "one_cycle"},
    "ema": {"ema": 0.9, "schedule": "cosine", "warmup": 5},
    "cycle": {"schedule": "one_cycle", "clip_norm": 0.5},
    "plateau": {"schedule": plateau(patience=0, factor=0.5, min_delta=0.05)},
}
digits = load_digits()
x = torch.tensor(digits.data, dtype=torch.float32)
y = torch.tensor(digits.target)


class Drawn(torch.utils.data.Dataset):
    """Draws for each example that it gives, as augmentation in a dataset does."""

    def __init__(self, first, n):
        self._first, self._n = first, n

    def __len__(self):
        return self._n

    def __getitem__(self, number):
        found = x[self._first + number] / 8 - 1 + 0.1 * random.random() + 0.1 * torch.randn(64)
        return found, y[self._first + number]


class Noted:
    """A run that notes what it was promised; each step takes a while, so that a kill finds it."""

    def __init__(self, run):
        self._run = run

    def __getattr__(self, name):
        return getattr(self._run, name)

    def should_stop(self):
        time.sleep(PAUSE_S)
        return self._run.should_stop()

    def restore(self):
        found = self._run.restore()
        promises.note(self._run, "restore", step=self._run.resumed_step)
        return found

    def log(self, values, *, step=None):
        self._kept("log", values, step=step)

    def checkpoint(self, state, *, step=None):
        self._kept("checkpoint", state, step=step)

    def _kept(self, name, given, *, step):
        call = getattr(self._run, name)
        promises.kept(self._run, name, call, given, step=step, fields={"step": step})

    def predictions(self, *given):
        promises.kept(self._run, "predictions", self._run.predictions, *given)


task = Task(
    model=lambda hp: nn.Sequential(
        nn.Linear(64, 24), nn.LayerNorm(24), nn.ReLU(), nn.Dropout(1 - hp.gain), nn.Linear(24, 10)
    ),
    loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y),
    data=TensorData(train=(x[:N], y[:N]), val=(x[N : N + N_VAL], y[N : N + N_VAL])).normalized(),
    optimizer=AdamW(lr="lr"),
    steps="steps",
    log_every=7,
    val_every=6,
    checkpoint_every=4,
)


def data_of(run):
    """Give the data of an attempt: with more workers the second time, where that is asked for."""
    asked = Path(os.environ["TRIALIST_TORTURE"] + ".workers").read_text().split()
    if not asked:
        return task.data
    workers = int(asked[0] if run.directory.name == "attempt-1" else asked[-1])
    return LoaderData(Drawn(0, N), Drawn(N, N_VAL), workers=workers)


def train(config, run):
    """Goes on to the bits of a run that nobody disturbed, and says when it came to its end."""
    recipe = replace(task, data=data_of(run), **WAYS[config["way"]])
    values = recipe(config, Noted(run))
    promises.note(run, "finished")
    return values
