"""A small study that runs in a fraction of a second, without torch."""

from __future__ import annotations

import math
import random
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import trialist

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


def _train(config, run):
    rng = random.Random(f"{run.seed.train}/{config['gain']}")
    for step in range(1, 6):
        loss = math.nan if step == 3 else 1 / step + rng.random()
        run.log({"train/loss": loss, "val/accuracy": rng.random()}, step=step)
    if config["gain"] == 9:
        raise ValueError("too much")
    gain = math.nan if config["gain"] == 8 else config["gain"]
    return {"val/accuracy": 0.8 + gain + rng.gauss(0, 0.01)}


def _in_this_process():
    def trial(config, run):  # a function within a function cannot be imported by a worker
        return _train(config, run)

    return trial


@pytest.fixture(scope="session")
def _one_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a store with a study whose variants help, diverge and fail, and one of two runs."""
    place = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        for name, gains in (("mixed", (0.1, 8, 9)), ("other", ())):
            variants = {f"gain{gain}": {"gain": gain} for gain in gains} or {"better": {"gain": 1}}
            study = trialist.Study(
                name=name,
                trial=_in_this_process(),
                metric={"name": "val/accuracy", "goal": "maximize"},
                config={"gain": 0.0, "opt": {"lr": 0.1}},
                variants={"baseline": {}, **variants},
                seeds=3,
            )
            trialist.run(study, store=place / "experiments")
    return place / "experiments"


@pytest.fixture
def stored(_one_store: Path, tmp_path: Path) -> Path:
    """Give a store of one's own with the studies `mixed` and `other`; without an index."""
    store = tmp_path / "stored"
    shutil.copytree(_one_store, store, ignore=shutil.ignore_patterns(".index*"))
    return store
