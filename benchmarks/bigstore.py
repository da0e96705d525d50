"""Makes a store as large as asked for: real journals and a real log, without training anything.

`python -m benchmarks.bigstore FOLDER --variants 10 --seeds 1000 --points 150`
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from trialist.lab.prepare import prepare
from trialist.lab.registration import open_log, register
from trialist.lab.study import load_study
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import JournalWriter
from trialist.ledger.protocol_log import LogKind
from trialist.ledger.store import Store
from trialist.values.plan import Plan
from trialist.values.seeds import SeedSet

TRIAL = """def train(config, run):
    raise RuntimeError("every run of this study is there already")
"""


@dataclass(frozen=True)
class Size:
    """How much a store holds; `series` is at most 4."""

    studies: int = 1
    variants: int = 10
    seeds: int = 1000
    points: int = 150
    series: int = 2

    @property
    def runs(self) -> int:
        return self.studies * self.variants * self.seeds


def make(place: Path, size: Size) -> tuple[Path, ...]:
    """Write study files and a store into `place`; give the study files."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "train.py").write_text(TRIAL, encoding="utf-8")
    files = [_study_file(place, number, size) for number in range(size.studies)]
    store = Store(place / "experiments")
    store.create()
    with _without_sync():
        for file in files:
            _fill(store, file, size)
    return tuple(files)


def _study_file(place: Path, number: int, size: Size) -> Path:
    names = ["baseline", *(f"variant{k}" for k in range(1, size.variants))]
    lines = [
        f"name: big{number}",
        "question: How fast is a large store?",
        "trial: train.py:train",
        "metric: {name: val/accuracy, goal: maximize}",
        "config: {gain: 0.0, lr: 0.1}",
        "variants:",
        *(f"  {name}: {{gain: {0.001 * k}}}" for k, name in enumerate(names)),
        f"seeds: {size.seeds}",
        "vary: [order, init, train]",
    ]
    path = place / f"study{number}.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _fill(store: Store, file: Path, size: Size) -> None:
    study = load_study(file)
    plan = prepare(study).plan
    folder = store.study(plan.study)
    folder.root.mkdir()
    clock = _Clock()
    with closing(open_log(folder)) as log:
        log._clock = clock  # noqa: SLF001  # the lines are to lie some seconds apart
        register(folder, log, plan, study)
        log.append(LogKind.SESSION, workers=2, command=[], file=str(file), overrides=[],
                   store=str(store.root))  # fmt: skip
        for seed in plan.seeds:
            for variant in plan.variants:
                log.append(LogKind.STARTED, variant=variant.name, seed=seed, attempt=1)
                _journal(folder, plan, (variant.name, seed), clock, size)


def _journal(
    folder: StudyFolder, plan: Plan, key: tuple[str, int], clock: _Clock, size: Size
) -> None:
    variant, seed = key
    config = plan.config_of(variant)
    rng = random.Random(f"{variant}/{seed}")
    place = folder.attempt(variant, seed, 1)
    place.mkdir(parents=True)
    writer = JournalWriter(place / "journal.jsonl", clock=clock)
    writer.start(
        {
            "run": f"{variant}/seed-{seed}", "attempt": 1, "plan": plan.hash,
            "metric": plan.metric.name, "config": dict(config), "host": "benchmark", "pid": 1,
            "seeds": asdict(SeedSet.of(seed, vary=plan.vary)), "threads": 1,
            "environment": {"python": "3.11", "torch": "2", "numpy": "2"},
        }
    )  # fmt: skip
    names = ["train/loss", "val/accuracy", *(f"train/extra{k}" for k in range(2, size.series))]
    level = 0.8 + float(config["gain"])
    for step in range(1, size.points + 1):
        noise = rng.gauss(0, 0.005)
        values = [1 / step + abs(noise), level * (1 - 1 / (step + 1)) + noise, noise, noise]
        writer.metric(dict(zip(names[: size.series], values, strict=False)), step)
    value = level + rng.gauss(0, 0.005)
    writer.end({"status": "finished", "value": value, "failure": None, "message": None,
                "returned": {plan.metric.name: value}, "seconds": 12.5})  # fmt: skip


class _Clock:
    """A clock that goes on by a hundredth of a second each time it is asked."""

    def __init__(self) -> None:
        self.now = time.time() - 1e6

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


@contextmanager
def _without_sync() -> Iterator[None]:
    # Two syncs per journal are the price of safety, and not what is measured here.
    sync = os.fsync
    os.fsync = lambda _: None
    try:
        yield
    finally:
        os.fsync = sync


def main() -> None:
    """Make one from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, given in vars(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=given)
    asked = vars(parser.parse_args())
    place = asked.pop("folder")
    began = time.perf_counter()
    size = Size(**asked)
    make(place, size)
    print(f"{size.runs:,} runs in {time.perf_counter() - began:.1f} s: {place}")


if __name__ == "__main__":
    main()
