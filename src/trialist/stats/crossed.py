"""Seeds crossed with examples: every run of two recipes is judged on the same examples.

The difference carries two noises that do not shrink together: more seeds say nothing about other
examples, and more examples nothing about other seeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialist.stats.examplemean import MIN_EXAMPLES, Clusters, mean_noise
from trialist.stats.spread import NO_SPREAD
from trialist.stats.ttest import t_test_of
from trialist.stats.unpaired import prefers_pooled
from trialist.values.errors import InsufficientDataError, MetricError

Scores = NDArray[np.float64]
"""Values of shape (n_seeds, n_examples)."""

MIN_SEEDS = 3
_FEW_DF = 2.0  # of the seeds' noise: from there up the squares of Satterthwaite's formula hold
_ROUNDING = 1e-10  # as a share of the largest value: what lies below is the arithmetic's own


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseShares:
    """Where the variance of a mean difference comes from, as shares that add up to 1.

    Attributes:
        examples: Share that only more examples make smaller.
        seeds: Share that only more seeds make smaller.
        interplay: Share that both make smaller: seeds differ on single examples.
    """

    examples: float
    seeds: float
    interplay: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossedT:
    """A t test of "no difference" over seeds and examples at once.

    Attributes:
        estimate: The mean difference.
        se: Its standard error.
        df: Satterthwaite's degrees of freedom.
        t: `estimate / se`.
        p: Two-sided p.
        sd: Pooled SD of the run means between seeds; 0 where the seeds change nothing.
        shares: Where the noise comes from.
    """

    estimate: float
    se: float
    df: float
    t: float
    p: float
    sd: float
    shares: NoiseShares


def crossed_t(a: Scores, b: Scores, *, clusters: Clusters | None = None) -> CrossedT:
    """Give the crossed two-way t of `mean(b) - mean(a)`.

    Seeds are drawn anew for each recipe, examples are the same for all runs and drawn from a
    population: the claim is about the recipes on that population. Assumes independent seeds, and
    examples (or clusters of them) that are independent. Smallest n: 3 seeds a side, 2 examples,
    5 clusters where examples belong together. With 3 seeds of one recipe against 9 or more of the
    other the noise of seeds is taken to be equal in both, as in `prefers_pooled`. Measured type I
    error at 5 %, 15 cells of 3 to 10 seeds on 1,000 examples: .030-.054; on 20 to 100 examples
    .002-.056; unequal numbers of seeds .045-.065 (3 against 10 or 30 without pooling .065-.077).

    Args:
        a: The baseline's values, of shape (n_seeds, n_examples).
        b: The variant's values on the same examples in the same order.
        clusters: Number of the cluster of each example, where examples belong together.

    Raises:
        InsufficientDataError: If a side has fewer than 3 seeds, there are too few examples or
            clusters, or nothing varies.
        MetricError: If a value is NaN or infinite.

    References:
        Satterthwaite (1946), Biometrics Bulletin 2, 110-114; Owen (2007), Annals of Applied
        Statistics 1, 386-411 (crossed random effects).
    """
    _check(a, b)
    scale = max(float(np.abs(a).max()), float(np.abs(b).max())) or 1.0
    return _tested([_side(a / scale, -1), _side(b / scale, 1)], clusters, scale)


def crossed_mean(a: Scores, *, clusters: Clusters | None = None) -> CrossedT:
    """Give the crossed t of one mean over seeds and examples; its p is about a mean of zero.

    For one recipe, or for differences of runs that share a seed by design (there each seed gives
    one row of differences). Assumptions and smallest n as in `crossed_t`. Measured type I error
    at 5 %: .037-.058 with 3 seeds, where the squared weights of Satterthwaite's formula would give
    up to .078 and plain ones are used; .050-.063 with 4 and .050-.060 with 5.
    """
    _check(a, a)
    scale = float(np.abs(a).max()) or 1.0
    return _tested([_side(a / scale, 1)], clusters, scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One recipe, ready to be added up; `sign` is that of its mean in the contrast."""

    profile: Scores
    mean: float
    of_mean: float
    residual: float
    n: int

    @property
    def df(self) -> int:
        return self.n - 1


def _side(values: Scores, sign: int) -> _Side:
    n, n_examples = values.shape
    runs, profile = values.mean(axis=1), values.mean(axis=0)
    mean = float(runs.mean())
    residuals = values - runs[:, None] - profile + mean
    degrees = (n - 1) * (n_examples - 1)
    return _Side(
        profile=sign * profile,
        mean=sign * mean,
        of_mean=float(runs.var(ddof=1)) / n,
        residual=float((residuals**2).sum()) / degrees / (n * n_examples),
        n=n,
    )


def _tested(sides: list[_Side], clusters: Clusters | None, scale: float) -> CrossedT:
    profile = np.sum([side.profile for side in sides], axis=0)
    among = mean_noise(profile, clusters)
    of_examples = among.se**2
    seeds = _noise_of_seeds(sides)
    of_seeds = seeds.variance
    of_both = math.fsum(side.residual for side in sides)
    # What seeds and examples do together is in both parts; a difference of estimates can come out
    # next to nothing, or below, where the truth is at least the larger of the two.
    variance = max(of_examples + of_seeds - of_both, max(of_examples, of_seeds) / 2)
    if variance <= _ROUNDING**2:
        raise InsufficientDataError(
            f"seeds and examples without spread ({NO_SPREAD})",
            todo="check that seeds and variants change the predictions",
        )
    if seeds.df <= _FEW_DF:
        lost = variance * (of_examples / among.df + of_seeds / seeds.df)
    else:
        lost = of_examples**2 / among.df + of_seeds**2 / seeds.df
    between = math.fsum(side.of_mean * side.n * side.df for side in sides)
    test = t_test_of(
        estimate=scale * math.fsum(side.mean for side in sides),
        se=scale * math.sqrt(variance),
        df=variance**2 / lost,
        sd=scale * math.sqrt(between / sum(side.df for side in sides)),
    )
    return CrossedT(
        estimate=test.estimate,
        se=test.se,
        df=test.df,
        t=test.t,
        p=test.p,
        sd=test.sd,
        shares=_shares(of_examples, of_seeds, of_both),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SeedNoise:
    """The variance of the mean difference that comes from the seeds, and its degrees of freedom."""

    variance: float
    df: float


def _noise_of_seeds(sides: list[_Side]) -> _SeedNoise:
    variance = math.fsum(side.of_mean for side in sides)
    if len(sides) == 2 and prefers_pooled(*(side.n for side in sides)):
        df = sum(side.df for side in sides)
        pooled = math.fsum(side.of_mean * side.n * side.df for side in sides) / df
        return _SeedNoise(variance=pooled * math.fsum(1 / side.n for side in sides), df=df)
    lost = math.fsum(side.of_mean**2 / side.df for side in sides)
    return _SeedNoise(variance=variance, df=variance**2 / lost if lost else math.inf)


def _shares(of_examples: float, of_seeds: float, of_both: float) -> NoiseShares:
    examples, seeds = max(of_examples - of_both, 0.0), max(of_seeds - of_both, 0.0)
    total = examples + seeds + of_both
    return NoiseShares(examples=examples / total, seeds=seeds / total, interplay=of_both / total)


def _check(a: Scores, b: Scores) -> None:
    if a.shape[1] != b.shape[1]:
        raise MetricError(
            f"{a.shape[1]} and {b.shape[1]} examples cannot be compared",
            todo="keep the examples that both have, in one order",
        )
    for values in (a, b):
        if not np.isfinite(values).all():
            raise MetricError(
                "NaN or infinity cannot be averaged", todo="leave these examples or runs out"
            )
        if values.shape[0] < MIN_SEEDS:
            raise InsufficientDataError(
                f"a claim about a recipe needs {MIN_SEEDS} seeds, not {values.shape[0]}",
                todo="run more seeds",
            )
    if a.shape[1] < MIN_EXAMPLES:
        raise InsufficientDataError("one example cannot be judged", todo="judge on more examples")
