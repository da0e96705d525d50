"""The exercise "3 variants x 3 seeds", answered: its own numbers, and what they can show."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from benchmarks.calibration import draws, methods, twin
from benchmarks.calibration.rows import Check, Grid, Measured, Scale, fact, percent

from trialist import compare
from trialist.stats.dunnett import dunnett_critical
from trialist.stats.interval import mean_interval
from trialist.stats.noncentral import noncentral_sf
from trialist.values.evidence import Interval
from trialist.values.missing import Missing

BASELINE = (0.842, 0.838, 0.851)
PRINTED = {"+ augment": (0.861, 0.852, 0.870), "+ dropout": (0.849, 0.842, 0.858)}
"""Mean and 95 % percentile interval as printed; at three seeds its ends are two of the values."""

VARIANTS = 2
SEEDS = 3
RHOS = (0.0, 0.5, 0.9)


def values() -> dict[str, tuple[float, ...]]:
    """Give the nine accuracies: the printed mean and both ends leave one value for each."""
    found = {"baseline": BASELINE}
    for name, (mean, low, high) in PRINTED.items():
        found[name] = (low, round(3 * mean - low - high, 3), high)
    return found


def measure(scale: Scale) -> Measured:
    """Answer the exercise, and measure what three seeds detect."""
    return Measured(checks=_checks(), grids=(_exercise(scale), _verdicts(), _detects(scale)))


def _checks() -> tuple[Check, ...]:
    interval = mean_interval(BASELINE).interval
    assert isinstance(interval, Interval)
    criticals = [
        dunnett_critical(0.05, df=df, n_baseline=SEEDS, n_others=[SEEDS] * VARIANTS)
        for df in (6, 4)
    ]
    return (
        Check(name="the exercise's baseline: mean of 0.842, 0.838, 0.851",
              cells=(fact("mean", sum(BASELINE) / 3),), low=0.8436, high=0.8437,
              note="printed there as 0.842"),
        Check(name="its 95 % t interval against the percentile one, 0.838 to 0.851",
              cells=(fact("ratio", 2 * interval.half_width / 0.013),), low=2.5, high=2.6,
              unit="x as wide"),
        Check(name="critical value of Dunnett (6 df), two variants, n = 3",
              cells=(fact("Dunnett", criticals[0]),), low=2.855, high=2.87),
        Check(name="critical value of block Dunnett (4 df), two variants, n = 3",
              cells=(fact("block", criticals[1]),), low=3.29, high=3.32),
    )  # fmt: skip


def _exercise(scale: Scale) -> Grid:
    rows = []
    for name, runs in values().items():
        low, high = methods.percentile_ends(np.array([runs]), scale.rng("exercise"))
        interval = mean_interval(runs).interval
        assert isinstance(interval, Interval)
        printed = PRINTED.get(name, (0.842, 0.838, 0.851))
        rows.append(
            (
                name,
                ", ".join(f"{value:.3f}" for value in runs),
                f"{printed[0]:.3f} [{printed[1]:.3f}, {printed[2]:.3f}]",
                f"{sum(runs) / 3:.4f}",
                f"[{low[0]:.3f}, {high[0]:.3f}]",
                f"[{interval.low:.3f}, {interval.high:.3f}]",
            )
        )
    return Grid(
        name="three-seeds-exercise",
        title="The nine runs of the exercise",
        header=("variant", "accuracies", "as printed", "mean", "percentile bootstrap",
                "95 % t interval"),
        rows=tuple(rows),
        note="The exercise lists the baseline's runs only. At three seeds the percentile interval "
        "is the smallest and the largest run, so the printed mean and ends give the third.",
    )  # fmt: skip


def _verdicts() -> Grid:
    result = compare(
        {name: list(runs) for name, runs in values().items()},
        goal="maximize", metric="accuracy", baseline="baseline",
    )  # fmt: skip
    rows = []
    for verdict in result.verdicts.values():
        interval = verdict.interval
        assert isinstance(interval, Interval)
        assert not isinstance(verdict.estimate, Missing)
        assert not isinstance(verdict.p_adjusted, Missing)
        rows.append(
            (verdict.variant, f"{100 * verdict.estimate:+.2f} points",
             f"{100 * interval.low:+.2f} to {100 * interval.high:+.2f}",
             f"{verdict.p_adjusted:.3f}", verdict.name.value.replace("_", " "))
        )  # fmt: skip
    return Grid(
        name="three-seeds-verdicts",
        title="What trialist says of them",
        header=("variant", "difference", "95 % interval, both at once", "p, Holm", "verdict"),
        rows=tuple(rows),
    )


def _detects(scale: Scale) -> Grid:
    welch, dunnett = _holm_detects(scale, 0.0, paired=False), _exact(6, 0.0)
    pairs = [_holm_detects(scale, rho, paired=True) for rho in RHOS]
    blocks = [_exact(4, rho) for rho in RHOS]
    rows = [
        ("Welch's t with Holm (the default)", f"{welch:.1f}", "", ""),
        ("paired t with Holm", *(f"{one:.1f}" for one in pairs)),
        ("Dunnett: equal noise declared before the runs", f"{dunnett:.1f}", "", ""),
        ("block Dunnett: pairs, equal noise declared", *(f"{one:.1f}" for one in blocks)),
    ]
    return Grid(
        name="three-seeds",
        title="Difference in seed SDs that is found with a chance of 80 %, two variants, n = 3",
        header=("5 % for any false find", "unpaired, or correlation 0", "correlation 0.5", "0.9"),
        rows=tuple(rows),
        note="Dunnett's rows are integrated, Holm's simulated "
        f"({scale.studies:,} studies; the other variant equals the baseline). "
        f'"More than 2 sqrt(s1² + s2²)" finds 2 SDs in {percent(_two_sds(scale))} of studies.',
    )  # fmt: skip


def _two_sds(scale: Scale) -> float:
    runs = draws.normal(scale.rng("two sds of three"), scale.studies, 2, SEEDS)
    runs[:, 1] += 2
    return float(methods.two_sds(runs, scale.rng("unused")).mean())


def _exact(df: int, rho: float) -> float:
    critical = dunnett_critical(0.05, df=df, n_baseline=SEEDS, n_others=[SEEDS] * VARIANTS)
    se = math.sqrt(2 / SEEDS) * math.sqrt(1 - rho)

    def power(effect: float) -> float:
        ncp = effect / se
        return noncentral_sf(critical, df, ncp) + noncentral_sf(critical, df, -ncp)

    return _where(power)


def _holm_detects(scale: Scale, rho: float, *, paired: bool) -> float:
    noise = draws.normal(scale.rng(f"detects {rho}"), scale.studies, VARIANTS + 1, SEEDS, rho)
    plan = twin.protocol(VARIANTS, (SEEDS,), paired=paired)

    def power(effect: float) -> float:
        runs = noise.copy()
        runs[:, 1] += effect
        return float((twin.judged(runs, plan).code[:, 0] == twin.BETTER).mean())

    return _where(power)


def _where(power: Callable[[float], float]) -> float:
    low, high = 0.0, 20.0
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle) < 0.8 else (low, middle)
    return high
