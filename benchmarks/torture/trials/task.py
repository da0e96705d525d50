import time

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from trialist.train import AdamW, Task, TensorData

digits = load_digits()
x = torch.tensor(digits.data, dtype=torch.float32)
y = torch.tensor(digits.target)


def loss(model, batch):
    if model.training:
        time.sleep(0.004)  # so that a kill finds it at work
    return functional.cross_entropy(model(batch.x), batch.y)


task = Task(
    model=lambda hp: nn.Sequential(
        nn.Linear(64, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Dropout(1 - hp.gain), nn.Linear(24, 10)
    ),
    loss=loss,
    data=TensorData(train=(x[:1000], y[:1000]), val=(x[1000:], y[1000:])).normalized(),
    optimizer=AdamW(lr="lr"),
    steps="steps",
    micro_batch=24,
    schedule="one_cycle",
    clip_norm=1.0,
    ema=0.9,
    log_every=7,
    val_every=13,
    checkpoint_every=5,
)
