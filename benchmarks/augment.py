"""What augmentation costs: CPU time per batch of 64 pictures, 3 x 32 x 32, on one thread.

`python -m benchmarks.augment` writes benchmarks/augment.md.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from trialist.train.augment.key import AugmentKey
from trialist.train.augment.keyedops import Augmentation
from trialist.train.augment.operations import Crop, Cutout, Erase, Flip, Shift
from trialist.train.augment.tiers import augmentation
from trialist.train.batch import Batch
from trialist.train.normalizer import Normalizer

ROUNDS, CALLS = 15, 4
REPORT = Path(__file__).with_name("augment.md")


def ways() -> dict[str, Callable[[int], object]]:
    """Give what is timed, by name: each gets the number of the batch."""
    torch.manual_seed(0)
    x = torch.rand(64, 3, 32, 32)
    index = torch.arange(64)
    normalizer = Normalizer.fit(x)
    batch, normal = Batch({"x": x}, index), Batch({"x": normalizer(x)}, index)

    def timed(augment, given=batch):
        return lambda number: augment(given, AugmentKey(0, 0, number, number, 10_000))

    found = {
        "weak": timed(augmentation("weak")),
        "weak, uint8": timed(augmentation("weak"), Batch({"x": (x * 255).byte()}, index)),
        "only the draws": timed(Augmentation()),
    }
    found |= {
        repr(one): timed(Augmentation(one))
        for one in (Flip(), Crop(4), Shift(0.1), Erase(0.5), Cutout(8))
    }
    try:
        from kornia.augmentation import RandomCrop, RandomHorizontalFlip
    except ImportError:
        return found
    modules = [RandomHorizontalFlip(p=0.5), RandomCrop((32, 32), padding=4)]

    def of_kornia(_number):
        changed = x
        for module in modules:
            changed = module(changed)
        return changed

    return found | {
        "weak, as modules of kornia": of_kornia,
        "medium": timed(augmentation("medium")),
        "strong": timed(augmentation("strong")),
        "strong, normalized": timed(augmentation("strong", normalizer=normalizer), normal),
    }


def measured() -> dict[str, float]:
    """Give the milliseconds of each; the median of rounds in which all take turns."""
    torch.set_num_threads(1)
    timed = ways()
    seconds: dict[str, list[float]] = {name: [] for name in timed}
    for way in timed.values():
        way(0)
    for turn in range(ROUNDS):
        for name, way in timed.items():
            began = time.process_time()
            for call in range(CALLS):
                way(turn * CALLS + call)
            seconds[name].append((time.process_time() - began) / CALLS)
    return {name: 1e3 * statistics.median(one) for name, one in seconds.items()}


def page(found: dict[str, float]) -> str:
    """Give the report."""
    rows = "\n".join(f"| {name} | {value:.2f} |" for name, value in found.items())
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    libraries = f"torch {torch.__version__}, kornia {_version('kornia')}"
    return f"""# What augmentation costs

Made by `python -m benchmarks.augment`: CPU time per batch of 64 pictures, 3 x 32 x 32, on one
thread ({machine}; {libraries}); medians of {ROUNDS} rounds.

| | ms per batch |
|---|---|
{rows}
"""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    text = page(measured())
    REPORT.write_text(text, encoding="utf-8")
    print(text)
