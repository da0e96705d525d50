"""The safe t: judged after any seed, planned or not. From n = 2 on, it is asked at every n."""

from __future__ import annotations

from functools import cache

import numpy as np
from benchmarks.calibration import draws, twin
from benchmarks.calibration.rows import Check, Measured, Scale, mean, share

from trialist.design.looks import Judging
from trialist.stats.anytime import anytime_threshold, e_value


def measure(scale: Scale) -> Measured:
    """Measure its error under any stopping, and what it costs."""
    return Measured(
        checks=(*_type_one(scale), *_power(scale), _threshold_is_the_e_value(scale), _engine(scale))
    )


@cache
def thresholds_until(last: int, *, paired: bool = True) -> dict[int, float]:
    """Give the p that the ordinary t test has to reach at each n from 2 to `last`."""
    return {n: anytime_threshold(0.05, n, None if paired else n) for n in range(2, last + 1)}


def _stops(values: np.ndarray, *, paired: bool) -> np.ndarray:
    """Give the n at which each study stops with a difference; 0 where it never does."""
    last = values.shape[2]
    stopped = np.zeros(len(values), dtype=int)
    for n, threshold in thresholds_until(last, paired=paired).items():
        p = _p(values[:, :, :n], paired=paired)
        stopped[(stopped == 0) & (p <= threshold)] = n
    return stopped


def _p(values: np.ndarray, *, paired: bool) -> np.ndarray:
    from scipy.special import stdtr

    n = values.shape[2]
    apart = values[:, 1].mean(axis=1) - values[:, 0].mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if paired:
            se = (values[:, 1] - values[:, 0]).std(axis=1, ddof=1) / np.sqrt(n)
            return np.asarray(2 * stdtr(n - 1, -np.abs(apart / se)))
        se = np.sqrt(values.var(axis=2, ddof=1).sum(axis=1) / n)
        return np.asarray(2 * stdtr(2 * n - 2, -np.abs(apart / se)))


def _type_one(scale: Scale) -> list[Check]:
    checks = []
    cases = (
        ("paired", draws.normal, True, (20, 60)),
        ("unpaired", draws.normal, False, (20,)),
        ("paired, t with 3 df", draws.heavy, True, (20,)),
        ("paired, skewed differences (Gamma(2))", draws.skewed_pairs, True, (20,)),
    )
    for name, draw, paired, ends in cases:
        cells = []
        for last in ends[:1] if scale.quick else ends:
            values = draw(scale.rng(f"safe {name} {last}"), scale.studies, 2, last)
            cells.append(share(f"to {last}", _stops(values, paired=paired) > 0))
        known = "skewed" in name
        until = " / ".join(cell.label[3:] for cell in cells)
        checks.append(
            Check(
                name=f"safe t, {name}: error over every n to {until}",
                cells=tuple(cells),
                high=None if known else 0.05,
                note="known limit" if known else "",
            )
        )
    return checks


def _power(scale: Scale) -> list[Check]:
    checks = []
    for paired in (True, False):
        for effect in (1.0, 2.0):
            values = draws.normal(
                scale.rng(f"safe power {effect}"), scale.studies, 2, 20, 0.5 * paired
            )
            values[:, 1] += effect
            stopped = _stops(values, paired=paired)
            seeds = np.where(stopped == 0, 20, stopped)
            name = "paired (correlation 0.5)" if paired else "unpaired"
            where = f"safe t, {name}, {effect:g} SD: power by 20 seeds"
            low = 0.99 if effect == 2.0 else None
            checks += [
                Check(name=where, cells=(share("power", stopped > 0),), low=low),
                Check(name=f"safe t, {name}, {effect:g} SD: seeds per variant at the stop",
                      cells=(mean("seeds", seeds),), unit="seeds"),
            ]  # fmt: skip
    return checks


def _threshold_is_the_e_value(scale: Scale) -> Check:
    """At the threshold the e-value is 1 / alpha: the two public functions agree."""
    from scipy.special import stdtrit

    same = []
    for n in range(4, 12 if scale.quick else 61):
        for paired in (True, False):
            df = n - 1 if paired else 2 * n - 2
            t = -float(stdtrit(df, anytime_threshold(0.05, n, None if paired else n) / 2))
            same.append(abs(e_value(t, n, None if paired else n) * 0.05 - 1) < 1e-6)
    return Check(
        name="safe t: e-value at the threshold is 1 / alpha, n = 4 to 60",
        cells=(share("same", same),), low=1.0,
    )  # fmt: skip


def _engine(scale: Scale) -> Check:
    """`looks: open`: the product on a sample of the studies."""
    same = []
    for paired in (True, False):
        plan = twin.protocol(
            1, tuple(range(2, 13)), paired=paired, judging=Judging(paired=paired, is_open=True)
        )
        values = draws.normal(scale.rng("open engine"), scale.few(200, 40), 2, 12, 0.5 * paired)
        values[: len(values) // 2, 1] += 1.5
        same += list(twin.any_difference(plan, values) == (_stops(values, paired=paired) > 0))
    return Check(
        name="`looks: open`: the product says what the vectorised safe t says",
        cells=(share("same", same),), low=1.0, note=f"{len(same)} studies, every n from 2 to 12",
    )  # fmt: skip
