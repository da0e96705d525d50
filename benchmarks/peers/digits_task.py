"""The training that the tools are compared with: a small network on scikit-learn's digits."""

from __future__ import annotations

import os
import time

import torch
from sklearn.datasets import load_digits
from torch import nn

data = load_digits()
IMAGES = torch.tensor(data.data / 16, dtype=torch.float32)
LABELS = torch.tensor(data.target)


def work(seed: int, steps: int) -> float:
    """Train and give the accuracy on the images that were not trained with."""
    began = time.monotonic()
    if os.environ.get("BENCH_THREADS") == "one":
        torch.set_num_threads(1)
    accuracy = _trained(seed, steps)
    if "BENCH_TIMES" in os.environ:
        file = os.open(os.environ["BENCH_TIMES"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(file, f"{began} {time.monotonic()}\n".encode())
        os.close(file)
    return accuracy


def _trained(seed: int, steps: int) -> float:
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
    """One run of trialist's study."""
    return {"val/accuracy": work(run.seed.base, config["steps"])}
