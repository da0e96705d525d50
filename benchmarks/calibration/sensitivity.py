"""The second opinions that stand beside a verdict: permutation, sign flips, bootstrap-t."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from benchmarks.calibration import draws
from benchmarks.calibration.rows import Cell, Check, Measured, Scale, share

from trialist.stats.bootstrap import bootstrap_t_interval_paired, percentile_bootstrap_interval
from trialist.stats.resampling import permutation_p, sign_flip_p
from trialist.values.evidence import Interval

_RESAMPLES = 2_000


def measure(scale: Scale) -> Measured:
    """Measure the product's own functions; they never decide a verdict."""
    permuted = [_permutation(scale, n) for n in (4, 5, 7)]
    flipped = [_sign_flip(scale, n) for n in (6, 8, 10)]
    return Measured(
        checks=(
            Check(name="permutation p, n = 4 / 5 / 7: type I", cells=tuple(permuted), high=0.05),
            Check(name="sign-flip p, n = 6 / 8 / 10: type I", cells=tuple(flipped), high=0.05),
            Check(name="bootstrap-t interval, normal, n = 8 / 10 / 20: covers",
                  cells=_cover(scale, _bootstrap_t, draws.normal, 0.0, (8, 10, 20)), low=0.94),
            Check(name="bootstrap-t interval, ceiling, n = 8 / 10 / 20: covers",
                  cells=_cover(scale, _bootstrap_t, draws.ceiling, draws.CEILING_MEAN, (8, 10, 20)),
                  low=0.94),
            Check(name="percentile bootstrap interval, normal, n = 10 / 20: covers",
                  cells=_cover(scale, _percentile, draws.normal, 0.0, (10, 20)),
                  note="95 % promised; refused below 10, never without the t interval"),
        )
    )  # fmt: skip


def _permutation(scale: Scale, n: int) -> Cell:
    rng = scale.rng("permutation draws")
    studies = draws.normal(scale.rng(f"permutation {n}"), scale.few(10), 2, n).tolist()
    return share(f"n={n}", [permutation_p(a, b, rng=rng) <= 0.05 for a, b in studies])


def _sign_flip(scale: Scale, n: int) -> Cell:
    rng = scale.rng("flip draws")
    studies = scale.rng(f"flip {n}").normal(size=(scale.few(10), n)).tolist()
    return share(f"n={n}", [sign_flip_p(row, rng=rng) <= 0.05 for row in studies])


def _bootstrap_t(values: list[float], rng: np.random.Generator) -> Interval:
    return bootstrap_t_interval_paired(values, rng=rng, draws=_RESAMPLES)


def _percentile(values: list[float], rng: np.random.Generator) -> Interval:
    return percentile_bootstrap_interval(values, rng=rng, draws=_RESAMPLES)


def _cover(
    scale: Scale,
    interval: Callable[[list[float], np.random.Generator], Interval],
    draw: draws.Draw,
    truth: float,
    sizes: tuple[int, ...],
) -> tuple[Cell, ...]:
    cells = []
    for n in sizes:
        rng = scale.rng("resamples")
        rows = draw(scale.rng(f"second opinion {n}"), scale.few(10), 1, n)[:, 0].tolist()
        found = [interval(row, rng) for row in rows]
        cells.append(share(f"n={n}", [one.low <= truth <= one.high for one in found]))
    return tuple(cells)
