"""The training loop beside a hand-written one, Fabric, Accelerate and Lightning: time per step.

`make bench-loop` runs it in an environment that has them; without them it leaves them out.

Each way does the same: shuffled batches, a cosine over the steps, AdamW (fused), the mean loss read
every 50 steps. A stamp is taken in the loss function, after a fifth of the steps and at the last
one, so that no set-up counts. It is CPU time of one thread, so that waiting for other programs does
not count either. Ways follow each other in every round, the closest ones three times, of which the
fastest counts; ratios are taken within a round.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import math
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from benchmarks.table import Figure, machine, markdown, show
from torch import nn
from torch.nn import functional

from trialist.train import AdamW, TensorData, fit

LR = 1e-3
READ_EVERY = 50
FROM_1_MS, BELOW_US, IN_MEMORY = 1.02, 20.0, 0.75


@dataclass(frozen=True)
class Work:
    """What is trained."""

    name: str
    model: Callable[[], nn.Module]
    shape: tuple[int, ...]
    n_classes: int
    batch: int
    steps: int

    def data(self) -> tuple[torch.Tensor, torch.Tensor]:
        generator = torch.Generator().manual_seed(0)
        n = 32 * self.batch
        x = torch.randn(n, *self.shape, generator=generator)
        return x, torch.randint(self.n_classes, (n,), generator=generator)


def mlp(*widths: int) -> Callable[[], nn.Module]:
    def made() -> nn.Module:
        layers = [
            part for a, b in itertools.pairwise(widths) for part in (nn.Linear(a, b), nn.ReLU())
        ]
        return nn.Sequential(*layers[:-1])

    return made


def convolutional() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2048, 10),
    )  # fmt: skip


WORKS = (
    Work("MLP 20-64-64-2, B64", mlp(20, 64, 64, 2), (20,), 2, 64, 1000),
    Work("MLP 784-256-128-10, B128", mlp(784, 256, 128, 10), (784,), 10, 128, 300),
    Work("MLP 64-256-256-10, B128", mlp(64, 256, 256, 10), (64,), 10, 128, 400),
    Work("CNN 16-32, 3x32x32, B32", convolutional, (3, 32, 32), 10, 32, 100),
)


class Stamp:
    """Takes the CPU time at two calls of the loss."""

    def __init__(self, steps: int) -> None:
        self.first, self.last = steps // 5, steps
        self.n, self.began, self.ended = 0, 0.0, 0.0

    def __call__(self) -> None:
        self.n += 1
        if self.n == self.first:
            self.began = time.process_time()
        elif self.n == self.last:
            self.ended = time.process_time()

    @property
    def us(self) -> float:
        return 1e6 * (self.ended - self.began) / (self.last - self.first)


def cosine(step: int, steps: int) -> float:
    return 0.5 * (1 + math.cos(math.pi * step / steps))


class Losses:
    """Reads the mean loss every 50 steps."""

    def __init__(self) -> None:
        self.waiting: list[torch.Tensor] = []
        self.read: list[float] = []

    def add(self, loss: torch.Tensor) -> None:
        self.waiting.append(loss.detach())
        if len(self.waiting) == READ_EVERY:
            self.read.append(torch.stack(self.waiting).mean().item())
            self.waiting = []


def by_hand(work: Work, stamp: Stamp) -> None:
    """The loop that a careful person writes: batches gathered from tensors in memory."""
    (x, y), model, losses = work.data(), work.model(), Losses()
    optimizer = torch.optim.AdamW(model.parameters(), LR, fused=True)
    generator = torch.Generator().manual_seed(0)
    per_epoch = len(x) // work.batch
    for step in range(work.steps):
        place = step % per_epoch
        if place == 0:
            order = torch.randperm(len(x), generator=generator)
        index = order[place * work.batch : (place + 1) * work.batch]
        for group in optimizer.param_groups:
            group["lr"] = LR * cosine(step, work.steps)
        stamp()
        loss = functional.cross_entropy(model(x.index_select(0, index)), y.index_select(0, index))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.add(loss)


def loader_of(work: Work) -> Any:
    data = torch.utils.data.TensorDataset(*work.data())
    return torch.utils.data.DataLoader(data, batch_size=work.batch, shuffle=True)


def by_hand_with_loader(
    work: Work, stamp: Stamp, prepare: Any = None, backward: Any = None
) -> None:
    """The loop that most people write: a DataLoader over tensors."""
    model, loader, losses = work.model(), loader_of(work), Losses()
    optimizer: Any = torch.optim.AdamW(model.parameters(), LR, fused=True)
    if prepare is not None:
        model, optimizer, loader = prepare(model, optimizer, loader)
    step = 0
    while step < work.steps:
        for x, y in loader:
            for group in optimizer.param_groups:
                group["lr"] = LR * cosine(step, work.steps)
            stamp()
            loss = functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward() if backward is None else backward(loss)
            optimizer.step()
            losses.add(loss)
            step += 1
            if step == work.steps:
                return


def by_fit(work: Work, stamp: Stamp, **options: Any) -> None:
    def loss(model: Any, batch: Any) -> torch.Tensor:
        stamp()
        return functional.cross_entropy(model(batch.x), batch.y)

    fit(
        work.model(), loss=loss, data=TensorData(work.data()), optimizer=AdamW(lr=LR),
        steps=work.steps, batch_size=work.batch, schedule="cosine", log_every=READ_EVERY,
        progress=False, device="cpu", **{"seed": 0, **options},
    )  # fmt: skip


def by_fit_recorded(work: Work, stamp: Stamp) -> None:
    import tempfile

    import trialist

    with (
        tempfile.TemporaryDirectory() as folder,
        trialist.start_run("loop", seed=0, store=folder) as run,
    ):
        by_fit(work, stamp, run=run, seed=None, checkpoint_every=0)


def by_fabric(work: Work, stamp: Stamp) -> None:
    from lightning.fabric import Fabric

    fabric = Fabric(accelerator="cpu", devices=1)

    def prepare(model: Any, optimizer: Any, loader: Any) -> tuple[Any, Any, Any]:
        return (*fabric.setup(model, optimizer), fabric.setup_dataloaders(loader))

    by_hand_with_loader(work, stamp, prepare, fabric.backward)


def by_accelerate(work: Work, stamp: Stamp) -> None:
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    by_hand_with_loader(work, stamp, accelerator.prepare, accelerator.backward)


def by_lightning(work: Work, stamp: Stamp, *, logs: bool = False) -> None:
    import lightning.pytorch as lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = work.model()

        def training_step(self, batch: Any, _number: int) -> torch.Tensor:
            stamp()
            loss = functional.cross_entropy(self.net(batch[0]), batch[1])
            if logs:
                self.log("train_loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.AdamW(self.parameters(), LR, fused=True)
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, work.steps)
            return [optimizer], [{"scheduler": schedule, "interval": "step"}]

    trainer = lightning.Trainer(
        accelerator="cpu", devices=1, max_steps=work.steps, max_epochs=-1, logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        log_every_n_steps=READ_EVERY,
    )  # fmt: skip
    trainer.fit(Module(), loader_of(work))


def by_lightning_with_log(work: Work, stamp: Stamp) -> None:
    by_lightning(work, stamp, logs=True)


HAND, LOADER, FIT = "by hand, in memory", "by hand, DataLoader", "trialist.train.fit"
RECORDED = "trialist.train.fit, recorded"
CLOSE = (HAND, FIT, RECORDED)
WAYS: dict[str, tuple[Callable[[Work, Stamp], None], str]] = {
    HAND: (by_hand, "torch"),
    FIT: (by_fit, "torch"),
    RECORDED: (by_fit_recorded, "torch"),
    LOADER: (by_hand_with_loader, "torch"),
    "Fabric": (by_fabric, "lightning"),
    "Accelerate": (by_accelerate, "accelerate"),
    "Lightning": (by_lightning, "lightning"),
    "Lightning, self.log": (by_lightning_with_log, "lightning"),
}


def _round(work: Work, ways: dict[str, Callable[[Work, Stamp], None]]) -> dict[str, float]:
    fastest = dict.fromkeys(ways, math.inf)
    for name in (*CLOSE, *CLOSE, *ways):
        stamp = Stamp(work.steps)
        torch.manual_seed(0)
        ways[name](work, stamp)
        fastest[name] = min(fastest[name], stamp.us)
    return fastest


def measured(rounds: int, works: tuple[Work, ...] = WORKS) -> dict[str, dict[str, list[float]]]:
    """Give microseconds per step by workload and way, one per round; the first round is dropped."""
    ways = {name: way for name, (way, needs) in WAYS.items() if find_spec(needs) is not None}
    found: dict[str, dict[str, list[float]]] = {
        work.name: {name: [] for name in ways} for work in works
    }
    for number in range(rounds + 1):
        for work in works:
            stamps = _round(work, ways)
            for name in ways if number else ():
                found[work.name][name].append(stamps[name])
    return found


def ratio(one: list[float], other: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def difference(one: list[float], other: list[float]) -> float:
    return statistics.median(a - b for a, b in zip(one, other, strict=True))


def figures(rounds: int = 7, works: tuple[Work, ...] = WORKS) -> list[Figure]:
    """Give each way against the loop by hand, and fit's bounds."""
    found: list[Figure] = []
    for work, ways in measured(rounds, works).items():
        hand = statistics.median(ways[HAND])
        found.append(Figure(f"{work}: {HAND}", hand / 1000, unit="ms"))
        for name in ways:
            if name in (HAND, FIT):
                continue
            more = difference(ways[name], ways[HAND])
            found.append(Figure(f"{work}: {name} / by hand", ratio(ways[name], ways[HAND]),
                                note=f"{more:+.0f} us per step"))  # fmt: skip
        more = difference(ways[FIT], ways[HAND])
        if hand >= 1000:
            found.append(Figure(f"{work}: fit / by hand", ratio(ways[FIT], ways[HAND]),
                                bound=FROM_1_MS, note=f"{more:+.0f} us per step"))  # fmt: skip
        else:
            found.append(Figure(f"{work}: fit - by hand", more, unit="us", bound=BELOW_US,
                                note=f"{ratio(ways[FIT], ways[HAND]):.3f} x"))  # fmt: skip
        found.append(Figure(f"{work}: fit / by hand with a DataLoader",
                            ratio(ways[FIT], ways[LOADER]),
                            bound=IN_MEMORY if work == works[0].name else None))  # fmt: skip
    return found


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--report", type=Path, help="a Markdown file for the table")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    logging.getLogger("lightning.fabric").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    found = figures(given.rounds)
    if given.report:
        text = f"# A step of the training loop\n\n{__doc__.split(chr(10), 3)[3].strip()}\n\n"
        given.report.write_text(f"{text}{machine()}\n\n{markdown(found)}", encoding="utf-8")
    return show(found)


if __name__ == "__main__":
    sys.exit(main())
