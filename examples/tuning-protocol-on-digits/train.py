"""A small network on scikit-learn's digits, trained by SGD with momentum or by Adam."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

N_TRAIN = 600  # the other 1,197 images validate
BATCH_SIZE = 64
EVALUATE_EVERY = 10

digits = load_digits()
IMAGES = torch.tensor(digits.data / 16, dtype=torch.float32)
LABELS = torch.tensor(digits.target)
loss_of = nn.CrossEntropyLoss()


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


def rate_at(step: int, config: Mapping[str, Any]) -> float:
    """The learning rate: up to its value in the warm-up, and down to its last share in a line."""
    n_steps = config["max_train_steps"]
    up = min(1.0, step / max(1.0, config["warmup"] * n_steps))
    return config["lr"] * up * (1 - (1 - config["last_share"]) * step / n_steps)


def batches(rows: torch.Tensor, seed: int) -> Iterator[torch.Tensor]:
    """Rows of one batch after the other, without end, shuffled anew in every epoch."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from rows[torch.randperm(len(rows), generator=generator)].split(BATCH_SIZE)


@torch.no_grad()
def measured(model: nn.Module, rows: torch.Tensor) -> dict[str, float]:
    """Loss and accuracy on the validation rows."""
    scores, labels = model(IMAGES[rows]), LABELS[rows]
    accuracy = (scores.argmax(dim=1) == labels).double().mean().item()
    return {"val/loss": loss_of(scores, labels).item(), "val/accuracy": accuracy}


def train(config: Mapping[str, Any], run: Any) -> dict[str, float]:
    """Train one configuration with one seed; give its validation accuracy at the end."""
    shuffled = torch.randperm(len(LABELS), generator=torch.Generator().manual_seed(run.seed.split))
    train_rows, val_rows = shuffled[:N_TRAIN], shuffled[N_TRAIN:]
    torch.manual_seed(run.seed.model)
    model = build()
    optimizer = optimizer_of(config, model)
    losses: list[float] = []
    for step, rows in enumerate(batches(train_rows, run.seed.data), start=1):
        optimizer.param_groups[0]["lr"] = rate = rate_at(step, config)
        loss = loss_of(model(IMAGES[rows]), LABELS[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % EVALUATE_EVERY == 0:
            mean_loss = sum(losses[-EVALUATE_EVERY:]) / EVALUATE_EVERY
            found = measured(model, val_rows)
            run.log({"train/loss": mean_loss, "train/lr": rate, **found}, step=step)
        if step == config["max_train_steps"] or run.should_stop():
            break
    return measured(model, val_rows)
