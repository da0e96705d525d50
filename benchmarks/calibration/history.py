"""The moderated t: the spread of earlier studies helps, as long as it is the spread of today."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from benchmarks.calibration import twin
from benchmarks.calibration.rows import Check, Measured, Scale, share

from trialist.design.looks import Judging
from trialist.stats.moderated import fit_prior, moderated_t
from trialist.values.judging import Variance

GROUPS, RUNS = 10, 5
_PRIOR_DF = 8  # of the true spreads around the common one: sigma^2 = s0^2 * d0 / chi2(d0)


def measure(scale: Scale) -> Measured:
    """Measure error and power with a true, and with a stale, history."""
    studies = scale.few(4)
    sizes = (2, 3, 5)
    error = [share(f"n={n}", _rejects(scale, studies, n, 0.0, 1.0)) for n in sizes]
    power = [share(f"n={n}", _rejects(scale, studies, n, 2.0, 1.0)) for n in sizes]
    stale = [share(f"n={n}", _rejects(scale, studies, n, 0.0, 2.0)) for n in sizes]
    return Measured(
        checks=(
            Check(name="moderated t, history of 10 groups x 5 runs: type I, n = 2 / 3 / 5",
                  cells=tuple(error), high=0.065),
            Check(name="moderated t: power at 2 SDs, n = 2 / 3 / 5", cells=tuple(power),
                  note="Welch at n = 3: see above"),
            Check(name="warning: moderated t where runs are now twice as noisy as the history",
                  cells=tuple(stale), note="a stale history is worse than none"),
            Check(name="`variance: history`, looks 3 5 8: type I over all looks",
                  cells=(share("history", _engine(scale)),), high=0.065,
                  note=f"the product itself, {scale.few(8):,} studies"),
        )
    )  # fmt: skip


def _rejects(scale: Scale, studies: int, n: int, effect: float, factor: float) -> np.ndarray:
    rng = scale.rng(f"history {n} {effect} {factor}")
    sds = np.sqrt(_PRIOR_DF / rng.chisquare(_PRIOR_DF, size=(studies, GROUPS + 1)))
    past = rng.normal(size=(studies, GROUPS, RUNS)) * sds[:, :GROUPS, None]
    now = rng.normal(size=(studies, 2, n)) * sds[:, GROUPS, None, None]
    now[:, 1] += effect * sds[:, GROUPS, None]  # in SDs of these runs
    now *= factor
    past_sds = past.std(axis=2, ddof=1)
    means, spread = now.mean(axis=2), np.sqrt(now.var(axis=2, ddof=1).mean(axis=1))
    found = []
    for row, ends, sd in zip(past_sds.tolist(), means.tolist(), spread.tolist(), strict=True):
        prior = fit_prior(row, [RUNS] * GROUPS)
        test = moderated_t(ends[1] - ends[0], sd, 2 * n - 2, math.sqrt(2 / n), prior)
        found.append(test.p <= 0.05)
    return np.array(found)


def _engine(scale: Scale) -> np.ndarray:
    """Judge whole studies by the product, each with a history of its own."""
    rng = scale.rng("history engine")
    judging = Judging(paired=False, variance=Variance.HISTORY)
    plan = twin.protocol(1, (3, 5, 8), paired=False, judging=judging)
    found = []
    for _ in range(scale.few(8)):
        sds = np.sqrt(_PRIOR_DF / rng.chisquare(_PRIOR_DF, size=GROUPS + 1))
        past = (rng.normal(size=(GROUPS, RUNS)) * sds[:GROUPS, None]).std(axis=1, ddof=1)
        prior = fit_prior(past.tolist(), [RUNS] * GROUPS)
        study = rng.normal(size=(1, 2, 8)) * sds[GROUPS]
        found.append(twin.any_difference(replace(plan, prior=prior), study)[0])
    return np.array(found)
