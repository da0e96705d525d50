"""A small network on scikit-learn's digits: real data, about half a second per run."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

# 600 images to learn from and 797 to compare variants on. The other 400 are a test set, and
# nothing here looks at them: choosing between variants is what validation data is for.
N_TRAIN, N_VAL = 600, 797
BATCH_SIZE = 64
LOG_EVERY = 50

digits = load_digits()
IMAGES = torch.tensor(digits.data / 16, dtype=torch.float32)
LABELS = torch.tensor(digits.target)
loss_of = nn.CrossEntropyLoss()


def build(dropout: float) -> nn.Module:
    """Two hidden layers of 256; dropout has no weights, so equal seeds start from equal weights."""
    return nn.Sequential(
        nn.Linear(64, 256), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(256, 256), nn.ReLU(), nn.Dropout(dropout),
        nn.Linear(256, 10),
    )  # fmt: skip


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
    scores, labels = model(IMAGES[rows]), LABELS[rows]
    model.train()
    accuracy = (scores.argmax(dim=1) == labels).double().mean()
    return {"val/loss": loss_of(scores, labels).item(), "val/accuracy": accuracy.item()}


def train(config: Mapping[str, Any], run: Any) -> dict[str, float]:
    """Train one variant with one seed and give its accuracy at the end."""
    shuffled = torch.randperm(len(LABELS), generator=torch.Generator().manual_seed(run.seed.split))
    train_rows, val_rows = shuffled[:N_TRAIN], shuffled[N_TRAIN : N_TRAIN + N_VAL]

    torch.manual_seed(run.seed.model)
    model = build(config["dropout"])
    optimizer = torch.optim.SGD(
        model.parameters(), lr=config["lr"], momentum=0.9, weight_decay=config["weight_decay"]
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config["max_train_steps"])

    torch.manual_seed(run.seed.train)  # from here on only dropout draws from it
    model.train()
    for step, rows in enumerate(batches(train_rows, run.seed.data), start=1):
        loss = loss_of(model(IMAGES[rows]), LABELS[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % LOG_EVERY == 0:
            run.log({"train/loss": loss.item(), **evaluate(model, val_rows)}, step=step)
        if step == config["max_train_steps"] or run.should_stop():
            break
    return {"val/accuracy": evaluate(model, val_rows)["val/accuracy"]}
