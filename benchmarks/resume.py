"""Killed in the middle of an epoch, and resumed: how far the weights end from an undisturbed run's.

`make bench-resume` writes benchmarks/resume.md. The same small training for all: 32 steps of 12 per
epoch, dropout, AdamW with a one-cycle learning rate, and a dataset that adds noise to each example
it gives, as augmentation does. A checkpoint is written after step 17, SIGKILL comes in step 21, and
a new process goes on from the checkpoint as the documentation of each library says:

- trialist: `fit(..., run=run)` is called again.
- Lightning: `seed_everything(0, workers=True)`, `ModelCheckpoint`, `trainer.fit(ckpt_path=...)`;
  with a DataLoader, and with torchdata's StatefulDataLoader, whose state Lightning saves.
- Accelerate: `set_seed(0)`, seedable sampler, `save_state`, `load_state`, `set_epoch` and
  `skip_first_batches`; and with `use_stateful_dataloader`.

Each is also run twice without a kill, to show that it repeats at all.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from benchmarks.table import machine
from torch import nn
from torch.nn import functional

N, BATCH, STEPS, SAVED, KILLED = 192, 16, 32, 17, 21
PER_EPOCH = N // BATCH
LR = 0.01


class Noisy(torch.utils.data.Dataset):
    """Adds noise from the global source to each example that it gives."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(0)
        self.x = torch.randn(N, 6, generator=generator)
        self.y = (self.x[:, 0] + self.x[:, 1] * self.x[:, 2] > 0).long()

    def __len__(self) -> int:
        return N

    def __getitem__(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.x[number] + 0.1 * torch.randn(6), self.y[number]


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 2))


def one_cycle(optimizer: torch.optim.Optimizer) -> Any:
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=STEPS)


@dataclass
class Leg:
    """One process: it trains from the start or goes on, to its end or to where it is killed."""

    folder: Path
    workers: int
    dies: bool
    batches: list[str] = field(default_factory=list)

    def step(self, y: torch.Tensor) -> None:
        """Note a step's batch by its labels; die in the middle of the last one."""
        self.batches.append("".join(map(str, y.tolist())))
        if self.dies and len(self.batches) == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)

    @property
    def options(self) -> dict[str, Any]:
        return {"batch_size": BATCH, "shuffle": True, "num_workers": self.workers}


def by_fit(leg: Leg) -> nn.Module:
    import trialist
    from trialist.train import AdamW, LoaderData, fit

    def loss(model: Any, batch: Any) -> torch.Tensor:
        leg.step(batch.y)
        return functional.cross_entropy(model(batch.x), batch.y)

    with trialist.start_run("resume", seed=0, store=leg.folder) as run:
        done = fit(
            net(), loss=loss, data=LoaderData(Noisy(), workers=leg.workers),
            optimizer=AdamW(lr=LR), steps=STEPS, batch_size=BATCH, schedule="one_cycle",
            checkpoint_every=SAVED, run=run, device="cpu",
        )  # fmt: skip
    return done.model


def by_lightning(leg: Leg, loader: Any = torch.utils.data.DataLoader) -> nn.Module:
    import lightning.pytorch as lightning

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = net()

        def training_step(self, batch: Any, _number: int) -> torch.Tensor:
            leg.step(batch[1])
            return functional.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.AdamW(self.parameters(), LR)
            return [optimizer], [{"scheduler": one_cycle(optimizer), "interval": "step"}]

    lightning.seed_everything(0, workers=True, verbose=False)
    saving = lightning.callbacks.ModelCheckpoint(
        leg.folder, filename="saved", every_n_train_steps=SAVED
    )
    trainer = lightning.Trainer(
        accelerator="cpu", devices=1, max_steps=STEPS, max_epochs=-1, logger=False,
        callbacks=[saving], enable_progress_bar=False, enable_model_summary=False,
    )  # fmt: skip
    found = next(iter(sorted(leg.folder.glob("*.ckpt"))), None)
    module = Module()
    trainer.fit(module, loader(Noisy(), **leg.options), ckpt_path=found, weights_only=False)
    return module.net


def by_lightning_stateful(leg: Leg) -> nn.Module:
    from torchdata.stateful_dataloader import StatefulDataLoader

    return by_lightning(leg, StatefulDataLoader)


def by_accelerate(leg: Leg, *, is_stateful: bool = False) -> nn.Module:
    from accelerate import Accelerator, DataLoaderConfiguration
    from accelerate.utils import set_seed

    set_seed(0)
    config = DataLoaderConfiguration(use_seedable_sampler=True, use_stateful_dataloader=is_stateful)
    accelerator = Accelerator(cpu=True, dataloader_config=config)
    model = net()
    optimizer = torch.optim.AdamW(model.parameters(), LR)
    loader = torch.utils.data.DataLoader(Noisy(), **leg.options)
    model, optimizer, loader, schedule = accelerator.prepare(
        model, optimizer, loader, one_cycle(optimizer)
    )
    place, done = leg.folder / "saved", 0
    if place.exists():
        accelerator.load_state(str(place))
        done = SAVED
    while done < STEPS:
        epoch, skipped = divmod(done, PER_EPOCH)
        loader.set_epoch(epoch)
        batches = loader
        if skipped and not is_stateful:
            batches = accelerator.skip_first_batches(loader, skipped)
        for x, y in batches:
            leg.step(y)
            loss = functional.cross_entropy(model(x), y)
            accelerator.backward(loss)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            done += 1
            if done == SAVED:
                accelerator.save_state(str(place))
            if done == STEPS:
                break
    return accelerator.unwrap_model(model)


def by_accelerate_stateful(leg: Leg) -> nn.Module:
    return by_accelerate(leg, is_stateful=True)


WAYS = {
    "trialist.train.fit": (by_fit, ("trialist",)),
    "Lightning, DataLoader": (by_lightning, ("lightning",)),
    "Lightning, StatefulDataLoader": (by_lightning_stateful, ("lightning", "torchdata")),
    "Accelerate, skip_first_batches": (by_accelerate, ("accelerate",)),
    "Accelerate, StatefulDataLoader": (by_accelerate_stateful, ("accelerate", "torchdata")),
}


@dataclass(frozen=True)
class End:
    """How a process ended: the model's weights, and the batches that it saw."""

    weights: dict[str, torch.Tensor]
    batches: list[str]


def leg(way: str, folder: Path, *, workers: int, dies: bool = False) -> End:
    """Run a process; give how it ended."""
    words = ["--leg", way, str(folder), str(workers), "dies" if dies else "lives"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.resume", *words],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    expected = -signal.SIGKILL if dies else 0
    if done.returncode != expected:
        raise RuntimeError(f"{way} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return End({}, []) if dies else End(**torch.load(folder / "end.pt", weights_only=True))


def largest(one: End, other: End) -> float:
    return max(float((one.weights[name] - other.weights[name]).abs().max()) for name in one.weights)


def compared(way: str, before: int, after: int) -> tuple[float, float, int]:
    """Give the largest difference of two undisturbed runs and of a resumed one; equal batches."""
    with tempfile.TemporaryDirectory(prefix="resume-") as temporary:
        folders = [Path(temporary, name) for name in ("one", "two", "three")]
        for folder in folders:
            folder.mkdir()
        one = leg(way, folders[0], workers=before)
        two = leg(way, folders[1], workers=before)
        leg(way, folders[2], workers=before, dies=True)
        resumed = leg(way, folders[2], workers=after)
    pairs = zip(one.batches[SAVED:], resumed.batches, strict=True)
    return largest(one, two), largest(one, resumed), sum(a == b for a, b in pairs)


def table() -> str:
    """Give the comparison as Markdown, and print it as it comes."""
    lines = [
        "| way | workers | twice undisturbed | killed and resumed | same batches afterwards |",
        "|---|---|---|---|---|",
    ]
    for name, (_, needs) in WAYS.items():
        if not all(find_spec(one) for one in needs):
            continue
        for before, after in ((0, 0), (2, 2), *([(0, 2)] if needs == ("trialist",) else [])):
            again, resumed, same = compared(name, before, after)
            workers = str(before) if before == after else f"{before}, then {after}"
            lines.append(
                f"| {name} | {workers} | {again:.2g} | {resumed:.2g} | {same} of {STEPS - SAVED} |"
            )
            print(lines[-1], flush=True)
    return "\n".join(lines) + "\n"


def versions() -> str:
    names = ("lightning", "accelerate", "torchdata")
    return ", ".join(f"{name} {version(name)}" for name in names if find_spec(name))


def main() -> int:
    """Run the command line, or one process of the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leg", nargs=4, metavar=("WAY", "FOLDER", "WORKERS", "END"))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    if given.leg:
        way, folder, workers, end = given.leg
        done = Leg(Path(folder), int(workers), end == "dies")
        made = WAYS[way][0](done)
        torch.save({"weights": made.state_dict(), "batches": done.batches}, done.folder / "end.pt")
        return 0
    text = "\n".join((__doc__ or "").strip().splitlines()[2:])
    head = f"# A resumed run beside an undisturbed one\n\n{text}\n\n"
    place = f"Differences are the largest of any weight. {machine()}, {versions()}.\n\n"
    Path(__file__).with_suffix(".md").write_text(head + place + table(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
