"""A small study that runs in a fraction of a second, without torch."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

TRIAL = """
import random


def train(config, run):
    rng = random.Random(f"{run.seed.train}/{config['gain']}")
    shared = random.Random(run.seed.model).gauss(0, 0.01)
    for step in range(1, 4):
        run.log({"train/loss": 1 / step, "val/accuracy": 0.8}, step=step)
    return {"val/accuracy": 0.8 + shared + config["gain"] + rng.gauss(0, 0.002)}
"""

STUDY = """
name: small
question: Does the gain help?
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize, relevant: 0.005}
config: {gain: 0.0}
variants:
  baseline: {}
  better: {gain: 0.05}
  same: {gain: 0.0001}
seeds: {min: 3, max: 8}
paired: [split, order, init]
resources: {workers: 2}
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the small study into the working folder; keywords replace whole lines of it."""
    monkeypatch.chdir(tmp_path)

    def write(trial: str = TRIAL, **lines: str) -> Path:
        text = STUDY
        for key, value in lines.items():
            old = next(line for line in text.splitlines() if line.startswith(f"{key}:"))
            text = text.replace(old, f"{key}: {value}" if value else "")
        Path("trial.py").write_text(textwrap.dedent(trial), encoding="utf-8")
        path = Path("study.yaml")
        path.write_text(text, encoding="utf-8")
        return path

    return write
