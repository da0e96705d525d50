"""Several variants against one baseline: the chance of any false find, and the share of them."""

from __future__ import annotations

import math

import numpy as np
from benchmarks.calibration import draws, twin
from benchmarks.calibration.rows import Check, Measured, Scale, mean, share

from trialist.design.looks import Judging
from trialist.stats.dunnett import blocked_many, dunnett_critical, dunnett_p, pooled_many
from trialist.values.judging import Mode, Variance
from trialist.values.plan import Protocol

FAMILIES = (3, 6, 12)
SIZES = (3, 5, 10)
SPREADS = {
    "equal noise": (1.0, 1.0),
    "baseline 3x as noisy": (3.0, 1.0),
    "baseline half as noisy": (0.5, 1.0),
    "one variant 3x as noisy": (1.0, 3.0),
}


def measure(scale: Scale) -> Measured:
    """Measure the error rate of a family, with Holm, Dunnett, and Benjamini-Hochberg."""
    families = (3,) if scale.quick else FAMILIES
    return Measured(
        checks=(
            *_holm(scale, families),
            *_dunnett(scale, families),
            _dunnett_is_its_critical_value(scale),
            _uneven_dunnett(scale, families),
            *_power(scale),
            _false_discoveries(scale, families),
            _explore_is_the_product(scale),
            *_pooled_engine(scale),
        )
    )


def _draw(
    scale: Scale, name: str, k: int, n: int, spread: tuple[float, float], rho: float = 0.0
) -> np.ndarray:
    values = draws.normal(scale.rng(f"{name} {k} {n} {spread}"), scale.studies, k + 1, n, rho)
    values[:, 0] *= spread[0]
    values[:, 1] *= spread[1]
    return values


def _holm(scale: Scale, families: tuple[int, ...]) -> list[Check]:
    checks = []
    for paired in (False, True):
        cells = []
        for k in families:
            for n in SIZES:
                for label, spread in SPREADS.items():
                    values = _draw(scale, "holm", k, n, spread, 0.5 * paired)
                    outcome = twin.judged(values, twin.protocol(k, (n,), paired=paired))
                    cells.append(share(f"k={k} n={n} {label}", outcome.any_difference))
        test = "paired t" if paired else "Welch's t"
        checks.append(
            Check(
                name=f"family-wise error, Holm over {test}, {_counts(families)} variants, n = 3 to "
                "10, equal and unequal noise",
                cells=tuple(cells),
                high=0.055,
            )
        )
    return checks


def _counts(families: tuple[int, ...]) -> str:
    return " / ".join(str(k) for k in families)


def statistics(values: np.ndarray, *, paired: bool) -> tuple[np.ndarray, float]:
    """Give Dunnett's t for all studies, and their degrees of freedom: the product's formulas."""
    _, arms, n = values.shape
    means = values.mean(axis=2, keepdims=True)
    if paired:
        residuals = values - means - values.mean(axis=1, keepdims=True)
        residuals += values.mean(axis=(1, 2), keepdims=True)
        df = (arms - 1) * (n - 1)
    else:
        residuals = values - means
        df = arms * (n - 1)
    sd = np.sqrt((residuals**2).sum(axis=(1, 2)) / df)
    return (means[:, 1:, 0] - means[:, :1, 0]) / (sd * math.sqrt(2 / n))[:, None], float(df)


def _rejects(values: np.ndarray, *, paired: bool) -> np.ndarray:
    t, df = statistics(values, paired=paired)
    n, k = values.shape[2], values.shape[1] - 1
    return np.asarray(np.abs(t) >= dunnett_critical(0.05, df=df, n_baseline=n, n_others=[n] * k))


def _dunnett(scale: Scale, families: tuple[int, ...]) -> list[Check]:
    checks = []
    for paired, name in ((False, "Dunnett"), (True, "block Dunnett, correlation 0.5")):
        cells = [
            share(
                f"k={k} n={n}",
                _rejects(
                    _draw(scale, "dunnett", k, n, (1.0, 1.0), 0.5 * paired), paired=paired
                ).any(axis=1),
            )
            for k in (2, *families)
            for n in SIZES
        ]
        checks.append(
            Check(name=f"family-wise error, {name}, equal noise, n = 3 to 10",
                  cells=tuple(cells), low=0.045, high=0.06)
        )  # fmt: skip
    return checks


def _dunnett_is_its_critical_value(scale: Scale) -> Check:
    studies = scale.few(100, 60)
    cells = []
    for paired in (False, True):
        values = _draw(scale, "same dunnett", 3, 5, (1.0, 1.0), 0.5 * paired)[:studies]
        values[: studies // 2, 1] += 2.0
        rejected = _rejects(values, paired=paired)
        same = []
        for study, row in zip(values, rejected, strict=True):
            many = (blocked_many if paired else pooled_many)(study.tolist())
            p = [dunnett_p(t, df=many.df, n_baseline=5, n_others=[5] * 3) for t in many.t]
            same.append([value <= 0.05 for value in p] == row.tolist())
        cells.append(share("blocked" if paired else "pooled", same))
    return Check(
        name="the vectorised Dunnett says what the product's p says, pooled / blocked",
        cells=tuple(cells), low=1.0, note=f"{studies} studies each",
    )  # fmt: skip


def _uneven_dunnett(scale: Scale, families: tuple[int, ...]) -> Check:
    cells = [
        share(
            f"k={k} baseline 3x",
            _rejects(_draw(scale, "uneven dunnett", k, 5, (3.0, 1.0)), paired=False).any(axis=1),
        )
        for k in families
    ]
    return Check(
        name=f"known limit: Dunnett where the baseline is 3x as noisy, n = 5, k = "
        f"{_counts(families)}",
        cells=tuple(cells),
        note="assumes equal noise; the verdict warns above a ratio of 3",
    )


def _power(scale: Scale) -> list[Check]:
    checks = []
    for paired in (False, True):
        values = _draw(scale, "many power", 6, 5, (1.0, 1.0), 0.5 * paired)
        values[:, 1:4] += 1.5
        dunnett = _rejects(values, paired=paired)[:, :3].mean(axis=1)
        holm = twin.judged(values, twin.protocol(6, (5,), paired=paired)).differs[:, :3]
        name = "block Dunnett / Holm over paired t" if paired else "Dunnett / Holm over Welch's t"
        checks.append(
            Check(
                name=f"power per effect of 1.5 seed SDs, 3 of 6 variants, n = 5: {name}",
                cells=(mean("Dunnett", dunnett), mean("Holm", holm.mean(axis=1))),
            )
        )
    return checks


def _false_discoveries(scale: Scale, families: tuple[int, ...]) -> Check:
    cells = []
    for k in families:
        for n in (5, 10):
            for true in (0, k // 2):
                values = _draw(scale, f"explore {true}", k, n, (1.0, 1.0))
                values[:, 1 : true + 1] += 2.0
                plan = twin.protocol(k, (n,), paired=False, mode=Mode.EXPLORE)
                found = twin.judged(values, plan).differs
                false = found[:, true:].sum(axis=1) / np.maximum(found.sum(axis=1), 1)
                cells.append(mean(f"k={k} n={n} true={true}", false))
    return Check(
        name=f"explore: share of false finds, {_counts(families)} variants, none or half of them "
        "better by 2 SDs",
        cells=tuple(cells), high=0.05,
    )  # fmt: skip


def _explore_is_the_product(scale: Scale) -> Check:
    studies = scale.few(100, 60)
    plan = twin.protocol(4, (5,), paired=False, mode=Mode.EXPLORE)
    values = draws.normal(scale.rng("same explore"), studies, 5, 5)
    values[:, 1:3] += 2.0
    return Check(
        name="explore: the twin says what the product says",
        cells=(share("same", twin.equality(values, plan)),), low=1.0, note=f"{studies} studies",
    )  # fmt: skip


def _pooled_engine(scale: Scale) -> list[Check]:
    """`variance: pooled` over looks, vectorised, and the product on a sample of the studies."""
    looks, k = (5, 8, 12, 20), 3
    error, same = [], []
    for paired in (False, True):
        judging = Judging(paired=paired, variance=Variance.POOLED)
        plan = twin.protocol(k, looks, paired=paired, judging=judging)
        name = "paired" if paired else "unpaired"
        values = draws.normal(
            scale.rng(f"pooled looks {name}"), scale.studies, k + 1, 20, 0.5 * paired
        )
        error.append(share(name, _rejects_at_looks(values, plan).any(axis=1)))
        some = values[: scale.few(100, 60)].copy()
        some[: len(some) // 2, 1] += 1.5
        ours = _rejects_at_looks(some, plan).any(axis=1)
        same.append(share(name, twin.any_difference(plan, some) == ours))
    return [
        Check(name="family-wise error, `variance: pooled`, looks 5 8 12 20, 3 variants, unpaired / "
              "paired", cells=tuple(error), low=0.045, high=0.06),
        Check(name="`variance: pooled`: the twin says what the product says, unpaired / paired",
              cells=tuple(same), low=1.0, note="any difference or none"),
    ]  # fmt: skip


def _rejects_at_looks(values: np.ndarray, plan: Protocol) -> np.ndarray:
    """Tell what is rejected at any look; all variants go on to the end."""
    k = values.shape[1] - 1
    found = np.zeros((len(values), k), dtype=bool)
    for look in plan.looks:
        t, df = statistics(values[:, :, : look.n], paired=plan.paired)
        threshold = look.thresholds[0]
        found |= np.abs(t) >= dunnett_critical(
            threshold, df=df, n_baseline=look.n, n_others=[look.n] * k
        )
    return found
