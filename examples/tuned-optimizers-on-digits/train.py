"""A small network on scikit-learn's digits, trained by SGD with momentum or by Adam."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

# 600 images to learn from, 797 to choose by; the other 400 are the sealed test set, which only
# `tested` below looks at, once.
N_TRAIN, N_VAL = 600, 797
BATCH_SIZE = 64
EVALUATE_EVERY = 10

digits = load_digits()
IMAGES = torch.tensor(digits.data / 16, dtype=torch.float32)
LABELS = torch.tensor(digits.target)
loss_of = nn.CrossEntropyLoss()


def parts_of(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The rows to train on, to validate on, and to test on."""
    rows = torch.randperm(len(LABELS), generator=torch.Generator().manual_seed(seed))
    return rows[:N_TRAIN], rows[N_TRAIN : N_TRAIN + N_VAL], rows[N_TRAIN + N_VAL :]


def build() -> nn.Module:
    """Three hidden layers of 64, without normalization: not easy to train in 100 steps."""
    hidden = [layer for _ in range(3) for layer in (nn.Linear(64, 64), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(64, 10))


def optimizer_of(config: Mapping[str, Any], model: nn.Module) -> torch.optim.Optimizer:
    """The optimizer with all that the configuration says of it."""
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(model.parameters(), lr=config["lr"], momentum=config["momentum"])
    betas = (config["beta1"], config["beta2"])
    return torch.optim.Adam(model.parameters(), lr=config["lr"], betas=betas, eps=config["eps"])


def batches(rows: torch.Tensor, seed: int) -> Iterator[torch.Tensor]:
    """Rows of one batch after the other, without end, shuffled anew in every epoch."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from rows[torch.randperm(len(rows), generator=generator)].split(BATCH_SIZE)


@torch.no_grad()
def measured(model: nn.Module, rows: torch.Tensor, split: str) -> dict[str, float]:
    """Loss and accuracy on some rows."""
    scores, labels = model(IMAGES[rows]), LABELS[rows]
    accuracy = (scores.argmax(dim=1) == labels).double().mean().item()
    return {f"{split}/loss": loss_of(scores, labels).item(), f"{split}/accuracy": accuracy}


def train(config: Mapping[str, Any], run: Any) -> dict[str, float]:
    """Train one configuration with one seed; give its validation accuracy at the end."""
    train_rows, val_rows, _ = parts_of(run.seed.split)
    torch.manual_seed(run.seed.model)
    model = build()
    optimizer = optimizer_of(config, model)
    losses: list[float] = []
    for step, rows in enumerate(batches(train_rows, run.seed.data), start=1):
        loss = loss_of(model(IMAGES[rows]), LABELS[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % EVALUATE_EVERY == 0:
            mean_loss = sum(losses[-EVALUATE_EVERY:]) / EVALUATE_EVERY
            found = measured(model, val_rows, "val")
            run.log({"train/loss": mean_loss, "train/lr": config["lr"], **found}, step=step)
        if step == config["max_train_steps"] or run.should_stop():
            break
    run.checkpoint({"model": model.state_dict()}, step=step)
    return measured(model, val_rows, "val")


def tested(_config: Mapping[str, Any], run: Any) -> dict[str, float]:
    """Evaluate a trained run on the sealed test rows."""
    _, _, test_rows = parts_of(run.seed.split)
    model = build()
    model.load_state_dict(run.restore()["model"])
    return measured(model, test_rows, "test")
