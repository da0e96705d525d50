"""The training that the pool is measured with: a small network on scikit-learn's digits."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn

data = load_digits()
IMAGES = torch.tensor(data.data / 16, dtype=torch.float32)
LABELS = torch.tensor(data.target)


def work(seed: int, steps: int) -> float:
    """Train and give the accuracy on the images that were not trained with."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(),
                          nn.Linear(256, 10))  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        rows = torch.randint(0, 600, (64,))
        loss = nn.functional.cross_entropy(model(IMAGES[rows]), LABELS[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return (model(IMAGES[600:]).argmax(1) == LABELS[600:]).double().mean().item()


def train(config, run):
    """One run of the study that the pool makes."""
    return {"val/accuracy": work(run.seed.train % 2**31, config["steps"])}


def measured(seed: int, steps: int) -> None:
    """Train once and write begin and end of the training itself to a file."""
    began = time.monotonic()
    work(seed, steps)
    line = f"{began} {time.monotonic()}\n"
    with Path(os.environ["BENCH_TIMES"]).open("a") as file:
        file.write(line)


if __name__ == "__main__":
    for one in sys.argv[2:]:
        measured(int(one), int(sys.argv[1]))
