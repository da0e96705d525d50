"""Real runs of one recipe, drawn twice: whatever is found between them is not there."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from benchmarks.calibration import methods, twin
from benchmarks.calibration.rows import Check, Grid, Measured, Scale, percent, share

SIZES = (3, 5, 10)
LOOKS = (5, 8, 12, 20)
_MOST_APART = 10  # up to here two draws of n share no run


def measure(scale: Scale) -> Measured:
    """Measure the default tests and the shortcuts on real runs; nothing where there are none."""
    sources = sources_in(scale.data)
    checks, rows = [], []
    sizes = SIZES[:2] if scale.quick else SIZES
    for name, groups in sources.items():
        checks += _engine(scale, name, groups, sizes)
        checks.append(_twin(scale, name, groups))
        rows += _shortcuts(scale, name, groups, sizes)
    grid = Grid(
        name="real-null",
        title="Two draws from the runs of one recipe: says that there is a difference",
        header=("real runs", "rule", *(f"n = {n}" for n in sizes)),
        rows=tuple(rows),
        note="; ".join(_counted(name, groups, sizes) for name, groups in sources.items())
        + f". {scale.studies:,} draws per cell; the two draws share no run.",
    )
    return Measured(checks=tuple(checks), grids=(grid,) if sources else ())


def _counted(name: str, groups: list[np.ndarray], sizes: tuple[int, ...]) -> str:
    counts = (sum(len(group) >= 2 * n for group in groups) for n in sizes)
    return f"{name}: {' / '.join(str(count) for count in counts)} groups of equal runs"


def sources_in(folder: str | None) -> dict[str, list[np.ndarray]]:
    """Give the groups of equal runs by source; none, with a printed reason, without the data."""
    if not folder:
        print("real runs: left out, TRIALIST_DATA is not set")
        return {}
    sources = {"NanoGPT, final loss": _nanogpt, "MLPerf, epochs to target": _mlperf}
    found = {}
    for name, read in sources.items():
        try:
            found[name] = read(Path(folder))
        except FileNotFoundError as error:
            print(f"real runs: {name} left out, no file {error.filename}")
    return found


def _nanogpt(folder: Path) -> list[np.ndarray]:
    groups = _grouped(
        folder / "modded-nanogpt" / "final_val_loss.csv", ("group", "steps"), "final_val_loss"
    )
    return [values for values in groups if len(values) >= 10]


def _mlperf(folder: Path) -> list[np.ndarray]:
    groups = _grouped(
        folder / "mlperf-rcps" / "rcps.csv",
        ("round", "benchmark", "config"),
        "epochs_or_samples_to_converge",
    )
    return [values for values in groups if len(values) >= 20 and len(np.unique(values)) >= 5]


def _grouped(path: Path, keys: tuple[str, ...], value: str) -> list[np.ndarray]:
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups[tuple(row[key] for key in keys)].append(float(row[value]))
    return [np.array(values) for values in groups.values()]


def pairs_of_draws(
    rng: np.random.Generator, groups: list[np.ndarray], studies: int, n: int
) -> np.ndarray:
    """Give (studies, 2, n) runs: both "variants" from one group at random, no run twice.

    Where no group has 2 n runs, runs may come twice.
    """
    large = [group for group in groups if len(group) >= 2 * n] if n <= _MOST_APART else []
    usable = large or groups
    chosen = rng.integers(len(usable), size=studies)
    drawn = np.empty((studies, 2, n))
    for place, group in enumerate(usable):
        here = chosen == place
        count = int(here.sum())
        if large:
            order = rng.random((count, len(group))).argsort(axis=1)[:, : 2 * n]
            drawn[here] = group[order].reshape(count, 2, n)
        else:
            drawn[here] = rng.choice(group, size=(count, 2, n))
    return drawn


def _engine(
    scale: Scale, name: str, groups: list[np.ndarray], sizes: tuple[int, ...]
) -> list[Check]:
    checks = []
    for paired in (True, False):
        cells = []
        for looks in (*((n,) for n in sizes), LOOKS):
            values = pairs_of_draws(scale.rng(f"{name} {looks}"), groups, scale.studies, looks[-1])
            outcome = twin.judged(values, twin.protocol(1, looks, paired=paired))
            cells.append(share(f"{looks}", outcome.any_difference))
        test = "paired t" if paired else "Welch's t"
        checks.append(
            Check(name=f"type I, {test}, real runs: {name}, n = {' / '.join(map(str, sizes))} / "
                  "looks 5 8 12 20", cells=tuple(cells), high=0.06)
        )  # fmt: skip
    return checks


def _twin(scale: Scale, name: str, groups: list[np.ndarray]) -> Check:
    studies = scale.few(100, 60)
    cells = []
    for paired in (True, False):
        values = pairs_of_draws(scale.rng(f"same {name}"), groups, studies, 5)
        cells.append(share("same", twin.equality(values, twin.protocol(1, (5,), paired=paired))))
    return Check(name=f"the twin says what the product says on real runs: {name}",
                 cells=tuple(cells), low=1.0, note=f"{studies} draws each")  # fmt: skip


def _shortcuts(
    scale: Scale, name: str, groups: list[np.ndarray], sizes: tuple[int, ...]
) -> list[tuple[str, ...]]:
    drawn = {
        n: pairs_of_draws(scale.rng(f"short {name} {n}"), groups, scale.studies, n) for n in sizes
    }
    return [
        (name, rule, *(percent(float(method(drawn[n], scale.rng(rule)).mean())) for n in sizes))
        for rule, method in methods.METHODS.items()
    ]
