"""A small convolutional network on MNIST-1D: signals of 40 points in ten classes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

# There is no validation set, so 1,000 of the 4,000 training signals become one. Which ones, the
# seed decides: the split is as much chance as the weights are, and the study varies it.
N_TRAIN, N_VAL = 3000, 1000
BATCH_SIZE = 100
WIDTH = 32
LOG_EVERY = 100

with np.load(Path(__file__).parent / "mnist1d.npz") as data:
    SIGNALS = torch.from_numpy(data["x"]).unsqueeze(1)
    LABELS = torch.from_numpy(data["y"]).long()
loss_of = nn.CrossEntropyLoss()


def build(config: Mapping[str, Any]) -> nn.Module:
    """Three convolutions of stride 2; batch normalization after each, dropout before the end."""
    layers: list[nn.Module] = []
    for channels in (1, WIDTH, WIDTH):
        layers.append(nn.Conv1d(channels, WIDTH, kernel_size=5, stride=2, padding=2))
        if config["norm"]:
            layers.append(nn.BatchNorm1d(WIDTH))
        layers.append(nn.ReLU())
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Dropout(config["dropout"]), nn.Linear(5 * WIDTH, 10)
    )


def augmented(signals: torch.Tensor, how: Mapping[str, float] | None) -> torch.Tensor:
    """Shift each signal in a circle by a few points, and scale it; None leaves them as they are."""
    if how is None:
        return signals
    n, _, length = signals.shape
    shifts = torch.randint(-int(how["shift"]), int(how["shift"]) + 1, (n, 1))
    places = (torch.arange(length) + shifts) % length
    scales = 1 + how["scale"] * torch.randn(n, 1, 1)
    return signals.gather(2, places.unsqueeze(1)) * scales


def batches(rows: torch.Tensor, seed: int) -> Iterator[torch.Tensor]:
    """Rows of one batch after the other, without end, shuffled anew in every epoch."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(len(rows), generator=generator)
        yield from rows[order].split(BATCH_SIZE)


@torch.no_grad()
def evaluate(model: nn.Module, rows: torch.Tensor) -> dict[str, float]:
    """Loss and accuracy on the validation rows."""
    model.eval()
    scores, labels = model(SIGNALS[rows]), LABELS[rows]
    model.train()
    accuracy = (scores.argmax(dim=1) == labels).double().mean()
    return {"val/loss": loss_of(scores, labels).item(), "val/accuracy": accuracy.item()}


def train(config: Mapping[str, Any], run: Any) -> dict[str, float]:
    """Train one variant with one seed and give its accuracy at the end."""
    shuffled = torch.randperm(len(LABELS), generator=torch.Generator().manual_seed(run.seed.split))
    train_rows, val_rows = shuffled[:N_TRAIN], shuffled[N_TRAIN : N_TRAIN + N_VAL]

    torch.manual_seed(run.seed.model)
    model = build(config)
    run.log({"n_parameters": sum(weights.numel() for weights in model.parameters())})
    optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config["max_train_steps"])

    torch.manual_seed(run.seed.train)  # from here on augmentation and dropout draw from it
    model.train()
    for step, rows in enumerate(batches(train_rows, run.seed.data), start=1):
        loss = loss_of(model(augmented(SIGNALS[rows], config["augmentation"])), LABELS[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % LOG_EVERY == 0:
            run.log({"train/loss": loss.item(), **evaluate(model, val_rows)}, step=step)
        if step == config["max_train_steps"] or run.should_stop():
            break
    return {"val/accuracy": evaluate(model, val_rows)["val/accuracy"]}
