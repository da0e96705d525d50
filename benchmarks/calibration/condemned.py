"""The usual shortcuts on the same draws: how often they find a difference that is not there."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from benchmarks.calibration import draws, twin
from benchmarks.calibration.anytime import thresholds_until
from benchmarks.calibration.methods import (
    METHODS,
    bca_ends,
    percentile_ends,
    rejects_at,
)
from benchmarks.calibration.rows import Check, Grid, Measured, Scale, percent, share
from scipy.special import stdtrit

SIZES = (3, 5, 10)
COVER_SIZES = (3, 5, 8, 10, 20)
LOOKS = (5, 8, 12, 20)


def measure(scale: Scale) -> Measured:
    """Measure each shortcut on normal noise and near a ceiling."""
    sizes = SIZES[:2] if scale.quick else SIZES
    grid, checks = _shortcuts(scale, sizes)
    return Measured(
        checks=checks,
        grids=(
            grid,
            _bootstrap(scale, COVER_SIZES[:3] if scale.quick else COVER_SIZES),
            _overlap(scale, sizes),
            _two_sds(scale, sizes),
            _peeking(scale),
        ),
    )


def _null(scale: Scale, n: int, rho: float = 0.0) -> np.ndarray:
    return draws.normal(scale.rng(f"null {n} {rho}"), scale.studies, 2, n, rho)


def _rate(scale: Scale, name: str, values: np.ndarray) -> float:
    return float(METHODS[name](values, scale.rng(name)).mean())


def _shortcuts(scale: Scale, sizes: tuple[int, ...]) -> tuple[Grid, tuple[Check, ...]]:
    columns = {f"n = {n}": _null(scale, n) for n in sizes}
    columns[f"n = {sizes[1]}, correlation 0.5"] = _null(scale, sizes[1], 0.5)
    columns[f"n = {sizes[0]}, ceiling"] = draws.ceiling(
        scale.rng("ceiling null"), scale.studies, 2, sizes[0]
    )
    rates = {name: [_rate(scale, name, values) for values in columns.values()] for name in METHODS}
    rows = [(name, *(percent(rate) for rate in found)) for name, found in rates.items()]
    rows += list(_peeks(scale, columns.values()))
    grid = Grid(
        name="shortcuts",
        title="Two variants that do not differ: says that there is a difference",
        header=("rule", *columns),
        rows=tuple(rows),
        note=f"{scale.studies:,} studies per cell: standard error at most "
        f"{percent(math.sqrt(0.25 / scale.studies), 2)}; near 5 % "
        f"{percent(math.sqrt(0.0475 / scale.studies), 2)}.",
    )
    lies = share("n=3", METHODS["paired percentile bootstrap"](columns["n = 3"], scale.rng("lie")))
    check = Check(
        name="contrast: paired percentile bootstrap at n = 3, 5 % promised",
        cells=(lies,), low=0.20, note="if this row were low, the benchmark would be broken",
    )  # fmt: skip
    return grid, (check,)


def _peeks(scale: Scale, columns: Iterable[np.ndarray]) -> Iterable[tuple[str, ...]]:
    shapes = [values.shape[2] for values in columns]
    for label, first, last in (("after every seed, 3 to 10", 3, 10), ("3 to 20", 3, 20)):
        values = draws.normal(scale.rng(f"peek {last}"), scale.studies, 2, last)
        hit = np.zeros(len(values), dtype=bool)
        for n in range(first, last + 1):
            hit |= rejects_at(values, n)
        name = "paired t, p < 0.05 looked for " + label
        yield (name, percent(float(hit.mean())), *("" for _ in shapes[1:]))


def _bootstrap(scale: Scale, sizes: tuple[int, ...]) -> Grid:
    """For docs/explanation/bootstrap.md."""
    intervals = {
        "Student's t": _t_ends,
        "percentile bootstrap": percentile_ends,
        "BCa bootstrap": bca_ends,
    }
    tests = {
        "Student's t": "paired t (trialist)",
        "percentile bootstrap": "paired percentile bootstrap",
        "BCa bootstrap": "paired BCa bootstrap",
    }
    rows = []
    for name, ends in intervals.items():
        covered = []
        for n in sizes:
            values = draws.normal(scale.rng(f"boot cover {n}"), scale.studies, 1, n)[:, 0]
            low, high = ends(values, scale.rng(f"{name} {n}"))
            covered.append(percent(float(((low <= 0) & (high >= 0)).mean())))
        errors = [percent(_rate(scale, tests[name], _null(scale, n))) for n in sizes]
        rows += [(f"{name}: the interval covers", *covered), (f"{name}: false alarms", *errors)]
    rows.sort(key=lambda row: "false" in row[0])
    return Grid(
        name="bootstrap",
        title="95 % intervals of a mean, and what they say about two equal variants",
        header=("normal noise", *(f"n = {n}" for n in sizes)),
        rows=tuple(rows),
        note=f"95 % and 5 % are promised. {scale.studies:,} simulated studies per cell.",
    )


def _t_ends(values: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # noqa: ARG001
    n = values.shape[1]
    half = -float(stdtrit(n - 1, 0.025)) * values.std(axis=1, ddof=1) / math.sqrt(n)
    means = values.mean(axis=1)
    return means - half, means + half


def _against(scale: Scale, names: Iterable[str], sizes: tuple[int, ...]) -> list[tuple[str, ...]]:
    rows = []
    for name in names:
        cells = []
        for shift in (0.0, 2.0):
            for n in sizes:
                values = _null(scale, n).copy()
                values[:, 1] += shift
                cells.append(percent(_rate(scale, name, values)))
        rows.append((name, *cells))
    return rows


def _header(sizes: tuple[int, ...]) -> tuple[str, ...]:
    no, yes = "no difference, n = ", "2 seed SDs apart, n = "
    return ("says that they differ", *(f"{no}{n}" for n in sizes), *(f"{yes}{n}" for n in sizes))


def _overlap(scale: Scale, sizes: tuple[int, ...]) -> Grid:
    names = (
        "Welch's t (trialist)",
        "percentile intervals do not overlap",
        "95 % t intervals do not overlap",
        "bars of 1 SD do not overlap",
        "mean outside of the baseline's 1 SD",
    )
    return Grid(
        name="overlap",
        title="Reading overlap",
        header=_header(sizes),
        rows=tuple(_against(scale, names, sizes)),
        note=f"{scale.studies:,} simulated studies per cell, normal noise, unpaired.",
    )


def _two_sds(scale: Scale, sizes: tuple[int, ...]) -> Grid:
    names = (
        "Welch's t (trialist)",
        "means more than 2 sqrt(s1² + s2²) apart",
        "means more than 2 pooled SDs apart",
    )
    return Grid(
        name="two-sds",
        title="Two standard deviations",
        header=_header(sizes),
        rows=tuple(_against(scale, names, sizes)),
        note=f"{scale.studies:,} simulated studies per cell, normal noise, unpaired.",
    )


def _peeking(scale: Scale) -> Grid:
    rows = []
    for label, first, last in (("every seed, 3 to 10", 3, 10), ("every seed, 3 to 20", 3, 20)):
        rules = dict.fromkeys(range(first, last + 1), 0.05)
        rows.append((f"p < 0.05 after {label}", *_stopping(scale, rules)))
    plan = twin.protocol(1, LOOKS, paired=True)
    planned = {look.n: look.thresholds[0] for look in plan.looks}
    rows.append(("trialist, looks 5, 8, 12, 20", *_stopping(scale, planned)))
    rows.append(
        ("trialist, after any seed (safe t), to 20", *_stopping(scale, thresholds_until(20)))
    )
    rows.append(("one look at 20", *_stopping(scale, {20: 0.05})))
    return Grid(
        name="peeking",
        title="Looking before the end",
        header=("paired; stops at", "no difference: claims one", "0.5 SD apart: interval covers",
                "1 SD apart: finds it", "pairs on average", "2 SDs apart: pairs on average"),
        rows=tuple(rows),
        note=f"{scale.studies:,} simulated studies per cell; SDs of the paired difference. The "
        "interval is the one shown at the stop, at the p of that look; 95 % is promised.",
    )  # fmt: skip


def _stopping(scale: Scale, rule: dict[int, float]) -> tuple[str, ...]:
    cells = {}
    for effect in (0.0, 0.5, 1.0, 2.0):
        rng = scale.rng(f"stopping {effect}")
        apart = rng.normal(size=(scale.studies, max(rule))) + effect
        cells[effect] = _stop(apart, rule, effect)
    return (
        percent(cells[0.0][0]), percent(cells[0.5][1]), percent(cells[1.0][0]),
        f"{cells[1.0][2]:.1f}", f"{cells[2.0][2]:.1f}",
    )  # fmt: skip


def _stop(apart: np.ndarray, rule: dict[int, float], effect: float) -> tuple[float, float, float]:
    stopped = np.full(len(apart), max(rule))
    going = np.ones(len(apart), dtype=bool)
    found = np.zeros(len(apart), dtype=bool)
    covered = np.zeros(len(apart), dtype=bool)
    for n, threshold in sorted(rule.items()):
        seen = apart[:, :n]
        centre, se = seen.mean(axis=1), seen.std(axis=1, ddof=1) / math.sqrt(n)
        half = -float(stdtrit(n - 1, threshold / 2)) * se if threshold > 0 else math.inf
        hit = np.abs(centre) >= half
        end = going & (hit | (n == max(rule)))
        found |= going & hit
        covered[end] = (np.abs(centre - effect) <= half)[end]
        stopped[end] = n
        going &= ~end
    return float(found.mean()), float(covered.mean()), float(stopped.mean())
