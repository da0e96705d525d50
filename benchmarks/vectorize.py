"""Whole studies of a task, with `vectorize: auto` and `off`: what the decision is worth.

`python -m benchmarks.vectorize [--rounds 1]`: wall time of the command, with start-up, probe and
report, in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import Figure, machine, show

TASK = """\
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from trialist.train import AdamW, Task, TensorData

digits = load_digits()
x = torch.tensor(digits.data, dtype=torch.float32) / 16
y = torch.tensor(digits.target)


def model(hp):
    if hp.model == "mlp":
        return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    return nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2), nn.BatchNorm2d(32), nn.ReLU(), nn.Flatten(),
        nn.Linear(288, 10),
    )


task = Task(
    model=model,
    loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y),
    data=TensorData(train=(x[:1200], y[:1200]), val=(x[1200:], y[1200:])),
    optimizer=AdamW(lr="lr"),
    steps="steps",
    batch_size=32,
)
"""
STUDY = """\
name: vectorize
trial: train.py:task
metric: {{name: val/accuracy, goal: maximize}}
config: {{model: {model}, lr: 0.003, steps: {steps}}}
variants: {{baseline: {{}}, slow: {{lr: 0.001}}, fast: {{lr: 0.01}}}}
seeds: {seeds}
"""


@dataclass(frozen=True)
class Case:
    """One study; `bound` is the most that auto may take of off."""

    name: str
    model: str
    steps: int
    seeds: int
    bound: float


CASES = (
    Case("MLP 64-32-10, 24 runs", "mlp", 12000, 8, 0.7),
    Case("small CNN, 12 runs", "cnn", 1200, 4, 1.3),
)
"""A study that is left to processes pays once for the asking, about 3 s: its bound allows that."""


@dataclass(frozen=True)
class Made:
    """What one command took, in seconds, and what it decided."""

    wall: float
    words: str


def made(case: Case, folder: Path, mode: str) -> Made:
    """Run the study in a new store."""
    folder.mkdir()
    (folder / "train.py").write_text(TASK)
    (folder / "study.yaml").write_text(
        STUDY.format(model=case.model, steps=case.steps, seeds=case.seeds)
    )
    began = time.monotonic()
    ended = subprocess.run(
        [*(sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet"), f"vectorize={mode}"],
        cwd=folder, env={**os.environ, "XDG_STATE_HOME": str(folder / "state")}, check=False,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"the study exits {ended.returncode}")
    plan = json.loads((folder / "experiments" / "vectorize" / "plan.json").read_text())
    decided = plan.get("vectorize", {"backend": "processes", "chunk": 1})
    return Made(
        wall=time.monotonic() - began,
        words=f"{decided['backend']}, {decided['chunk']} together",
    )


def figures(rounds: int = 1) -> list[Figure]:
    """Give all figures."""
    found: list[Figure] = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as name:
            pairs = [
                tuple(made(case, Path(name) / f"{mode}{n}", mode) for mode in ("off", "auto"))
                for n in range(rounds)
            ]
        wall = statistics.median(auto.wall / off.wall for off, auto in pairs)
        off, auto = pairs[-1]
        said = f"{off.wall:.0f} s -> {auto.wall:.0f} s; {auto.words}"
        found.append(Figure(f"{case.name}, auto / off, all in", wall, "x", case.bound, said))
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    print(machine())
    return show(figures(parser.parse_args().rounds))


if __name__ == "__main__":
    sys.exit(main())
