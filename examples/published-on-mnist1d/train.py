"""The four models of the MNIST-1D paper, trained as its authors did, as one task."""

import os
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from trialist.train import Adam, Task, TensorData

with np.load(Path(os.environ["TRIALIST_DATA"]) / "mnist1d" / "mnist1d.npz") as data:
    train = torch.from_numpy(data["x"]).float(), torch.from_numpy(data["y"])
    test = torch.from_numpy(data["x_test"]).float(), torch.from_numpy(data["y_test"])


class Perceptron(nn.Module):
    """Two hidden layers of 100; the second one is added to the first."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(40, 100), nn.Linear(100, 100)
        self.last = nn.Linear(100, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = functional.relu(self.first(x))
        return self.last(hidden + functional.relu(self.second(hidden)))


class Recurrent(nn.Module):
    """A bidirectional GRU of 6 units; the states of all 40 points go into one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(1, 6, batch_first=True, bidirectional=True)
        self.last = nn.Linear(2 * 6 * 40, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.gru(x.unsqueeze(2))
        return self.last(states.flatten(1))


def convolutional() -> nn.Module:
    """Three convolutions of 25 channels and stride 2."""
    return nn.Sequential(
        nn.Unflatten(1, (1, 40)),
        nn.Conv1d(1, 25, 5, stride=2, padding=1), nn.ReLU(),
        nn.Conv1d(25, 25, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv1d(25, 25, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(125, 10),
    )  # fmt: skip


MODELS = {
    "logistic": lambda: nn.Linear(40, 10),
    "mlp": Perceptron,
    "cnn": convolutional,
    "gru": Recurrent,
}

task = Task(
    model=lambda hp: MODELS[hp.model](),
    loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y),
    # What is called validation here is the published test part: nothing is chosen by it.
    data=TensorData(train=train, val=test),
    optimizer=Adam(lr="lr"),
    steps="steps",
    batch_size=100,
    val_every=500,
    log_every=250,
)
