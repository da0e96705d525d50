"""What pairs buy, and whether published results that share seed numbers are pairs at all."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
from benchmarks.calibration import draws, twin
from benchmarks.calibration.rows import Cell, Check, Grid, Measured, Scale, percent

from trialist.stats.paired import pair_correlation
from trialist.values.missing import Missing

SIZES = (3, 5, 10)
RHOS = (0.0, 0.2, 0.5, 0.9)


def measure(scale: Scale) -> Measured:
    """Measure power by correlation, and the correlations of a published table."""
    checks, grids = (), (_power(scale),)
    found = published(scale.data)
    if found:
        checks, published_grid = _published(found)
        grids = (*grids, published_grid)
    return Measured(checks=checks, grids=grids)


def _power(scale: Scale) -> Grid:
    rows = []
    sizes = SIZES[:2] if scale.quick else SIZES
    for effect in (1.0, 2.0):
        cells = [percent(_finds(scale, effect, n, 0.0, paired=False), 0) for n in sizes]
        rows.append((f"{effect:g} SD apart, Welch's t", *cells))
        for rho in RHOS:
            cells = [percent(_finds(scale, effect, n, rho, paired=True), 0) for n in sizes]
            rows.append((f"{effect:g} SD apart, paired t, correlation {rho:g}", *cells))
    return Grid(
        name="pairing-power",
        title="Finds a difference that is there",
        header=("", *(f"n = {n}" for n in sizes)),
        rows=tuple(rows),
        note=f"{scale.studies:,} simulated studies per cell, one look, 5 %.",
    )


def _finds(scale: Scale, effect: float, n: int, rho: float, *, paired: bool) -> float:
    values = draws.normal(scale.rng(f"pairs {n} {rho}"), scale.studies, 2, n, rho)
    values[:, 1] += effect
    outcome = twin.judged(values, twin.protocol(1, (n,), paired=paired))
    return float((outcome.code[:, 0] == twin.BETTER).mean())


def published(folder: str | None) -> dict[str, np.ndarray]:
    """Give the correlations over equal seed numbers between models, by data set."""
    path = Path(folder or "") / "tabular-dl-seeds" / "num_embeddings_scores.csv"
    if not folder or not path.exists():
        print("pairing: published results left out, TRIALIST_DATA is not set or has no such table")
        return {}
    scores: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scores[row["dataset"]][row["group"]][int(row["seed"])] = float(row["test_score"])
    found = {name: _correlations(models) for name, models in scores.items()}
    return {name: r for name, r in found.items() if len(r)}


def _correlations(models: dict[str, dict[int, float]]) -> np.ndarray:
    found = []
    for one, two in combinations(models.values(), 2):
        seeds = sorted(one.keys() & two.keys())
        r = pair_correlation([one[seed] for seed in seeds], [two[seed] for seed in seeds])
        if not isinstance(r, Missing):
            found.append(r)
    return np.array(found)


def _published(found: dict[str, np.ndarray]) -> tuple[tuple[Check, ...], Grid]:
    every = np.concatenate(list(found.values()))
    middle = Cell(label="median", value=float(np.median(every)))
    check = Check(
        name="published table, 15 seeds per model: median correlation over equal seed numbers",
        cells=(middle,), low=-0.1, high=0.1, note=f"{len(every):,} pairs of models",
    )  # fmt: skip
    rows = [
        (name, f"{len(r):,}", f"{np.median(r):.3f}", _middle_half(r),
         percent(float((r > 0.5).mean())))
        for name, r in (("all", every), *sorted(found.items()))
    ]  # fmt: skip
    grid = Grid(
        name="pairing-published",
        title="Correlation over equal seed numbers in a published table",
        header=("data set", "pairs of models", "median", "middle half", "above 0.5"),
        rows=tuple(rows),
        note="Test scores of 36 tabular models, 15 seeds each. Independent runs would give a "
        "median of 0 and a middle half of -0.19 to 0.19.",
    )
    return (check,), grid


def _middle_half(values: np.ndarray) -> str:
    low, high = np.quantile(values, (0.25, 0.75))
    return f"{low:.2f} to {high:.2f}"
