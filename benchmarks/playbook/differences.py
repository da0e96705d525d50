"""What an isolation plot says of two variants: who is best, and by how much."""

from __future__ import annotations

import numpy as np
from benchmarks.calibration.rows import Check, Grid, Measured, Scale, percent, share
from benchmarks.playbook.surfaces import DIMENSIONS, Search, Surface, design, table_of

from trialist.analysis.isolation import isolation_of_variants
from trialist.values.evidence import Interval
from trialist.values.isolation import Isolation

SIZES = (16, 32)
NOISES = (0.01, 0.03, 0.1)
SHIFTS = (0.0, 0.15)
DRAWS = 1_000


def measure(scale: Scale) -> Measured:
    """Measure how often equal variants are told apart, and how often the better one comes first."""
    noises = NOISES[1:2] if scale.quick else NOISES
    equal = {
        (noise, shift, n): [_plot(scale, one, noise, shift, n, 0.0) for one in range(_few(scale))]
        for noise in noises
        for shift in SHIFTS
        for n in SIZES
    }
    better = {
        (noise, n): [_plot(scale, one, noise, 0.0, n, 3.0) for one in range(_few(scale))]
        for noise in noises
        for n in SIZES
    }
    return Measured(
        checks=(_told_apart(equal), _bootstrap(scale), _ranked(better)), grids=(_grid(equal),)
    )


def _few(scale: Scale) -> int:
    return scale.few(5, 60)


def _searches(
    rng: np.random.Generator, noise: float, shift: float, n: int, sds: float
) -> dict[str, list[Search]]:
    units = design(n, rng)
    first = Surface(noise=noise)
    second = Surface(optimum=(0.5 + shift,) * DIMENSIONS, noise=noise)
    return {
        "first": [Search(units=units, scores=first.scores(units, rng))],
        "second": [Search(units=units, scores=second.scores(units, rng) - sds * noise)],
    }


def _plot(
    scale: Scale, study: int, noise: float, shift: float, n: int, sds: float
) -> Isolation:  # fmt: skip
    rng = scale.rng(f"isolation {study} {noise} {shift} {n} {sds}")
    return isolation_of_variants(table_of(_searches(rng, noise, shift, n, sds)), rng=rng)


def _is_told(plot: Isolation) -> bool:
    interval = plot.differences[0].interval
    return isinstance(interval, Interval) and not interval.low <= 0 <= interval.high


def _told_apart(equal: dict) -> Check:
    cells = [
        share(f"noise {noise} shift {shift} n={n}", [_is_told(plot) for plot in plots])
        for (noise, shift, n), plots in equal.items()
    ]
    return Check(
        name="equal variants with a shared design are told apart by the interval of the "
        "difference of their bests, n = 16 and 32",
        cells=tuple(cells), high=0.08, note="5 % is nominal",
    )  # fmt: skip


def _bootstrap(scale: Scale) -> Check:
    """Resample the points with replacement instead, as the field does."""
    told = []
    for study in range(_few(scale)):
        rng = scale.rng(f"bootstrap {study}")
        both = _searches(rng, 0.03, 0.0, 16, 0.0)
        a, b = both["first"][0].scores, both["second"][0].scores
        places = rng.integers(16, size=(DRAWS, 16))
        low, high = np.quantile(a[places].min(axis=1) - b[places].min(axis=1), (0.025, 0.975))
        told.append(not low <= 0 <= high)
    return Check(
        name="contrast: the same by a bootstrap of the points, n = 16, noise 0.03",
        cells=(share("told apart", told),), note="5 % promised",
    )  # fmt: skip


def _ranked(better: dict) -> Check:
    cells = [
        share(f"noise {noise} n={n}", [plot.differences[0].against == "second" for plot in plots])
        for (noise, n), plots in better.items()
    ]
    return Check(
        name="the variant that is three seed SDs better comes first, n = 16 and 32",
        cells=tuple(cells), low=0.9,
    )  # fmt: skip


def _grid(equal: dict) -> Grid:
    cells = list(dict.fromkeys((noise, shift) for noise, shift, _ in equal))
    rows = [
        (f"n = {n}", *(_shown(equal[noise, shift, n]) for noise, shift in cells)) for n in SIZES
    ]
    return Grid(
        name="isolation",
        title="Equal variants that share a design are told apart",
        header=("seed noise, shift", *(f"{noise:g}, {shift:g}" for noise, shift in cells)),
        rows=tuple(rows),
        note=f"{len(next(iter(equal.values()))):,} studies per cell. The interval says what the "
        "luck of one search explains; whether a variant is better is for fresh runs to say.",
    )


def _shown(plots: list[Isolation]) -> str:
    return percent(float(np.mean([_is_told(plot) for plot in plots])))
