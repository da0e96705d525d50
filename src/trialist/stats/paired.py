"""The paired t test: equal seeds share what the plan says they share."""

from __future__ import annotations

import math
from collections.abc import Sequence

from trialist.stats.spread import NO_SPREAD, check_finite, has_spread, mean_of, sd_of
from trialist.stats.ttest import TTest, t_test_of
from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

__all__ = ["TTest", "pair_correlation", "paired_t"]


def paired_t(differences: Sequence[float]) -> TTest:
    """Give the paired t test of differences between runs that share a seed.

    Assumes independent pairs with normal differences; smallest n: 2.

    Args:
        differences: One per pair, plus where the variant is better.

    Raises:
        InsufficientDataError: If there are fewer than 2 pairs, or all differences are equal.
        MetricError: If a difference is NaN or infinite.

    References:
        Student (1908), "The probable error of a mean".

    Example:
        >>> test = paired_t([0.008, 0.013, 0.009, 0.012, 0.010])
        >>> f"{test.estimate:.4f} {test.p:.5f}"
        '0.0104 0.00036'
    """
    n = len(differences)
    if n < 2:
        raise InsufficientDataError(
            f"a paired t test needs 2 pairs, not {n}", todo="run more seeds of both variants"
        )
    if not has_spread(differences):
        raise InsufficientDataError(
            f"{n} paired differences without spread ({NO_SPREAD})",
            todo="check that the seed changes the run",
        )
    sd = sd_of(differences)
    return t_test_of(estimate=mean_of(differences), se=sd / math.sqrt(n), df=n - 1, sd=sd)


def pair_correlation(a: Sequence[float], b: Sequence[float]) -> float | Missing:
    """Give Pearson's r of the pairs `(a[i], b[i])`: what pairing bought.

    Raises:
        MetricError: If a value is NaN or infinite.
    """
    if len(a) < 3:
        check_finite((*a, *b))
        return Missing(f"{len(a)} pairs are too few for a correlation")
    if not (has_spread(a) and has_spread(b)):
        return Missing(f"a side has no spread ({NO_SPREAD})")
    mean_a, mean_b, sd_a, sd_b = mean_of(a), mean_of(b), sd_of(a), sd_of(b)
    products = ((x - mean_a) / sd_a * ((y - mean_b) / sd_b) for x, y in zip(a, b, strict=True))
    return max(-1.0, min(1.0, math.fsum(products) / (len(a) - 1)))
