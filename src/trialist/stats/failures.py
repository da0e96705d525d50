"""Runs that gave no value: how often that happens, and whether two variants differ in it."""

from __future__ import annotations

import math

from scipy.special import betaincinv

from trialist.stats.level import check_level
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.evidence import Interval


def clopper_pearson(k: int, n: int, *, level: float = 0.95) -> Interval:
    """Give Clopper and Pearson's interval of a rate of which `k` of `n` runs are evidence.

    Exact: it covers the true rate with at least `level`, at any n. Two-sided at every k, also
    where no run failed: `not_ruled_out` is the one-sided bound. Assumes independent runs that
    fail with one probability; smallest n: 1.

    Raises:
        ConfigError: If `k` is not between 0 and `n`, or `level` not between 0 and 1.
        InsufficientDataError: If there is no run.

    References:
        Clopper & Pearson (1934), Biometrika 26, 404-413.

    Example:
        >>> rate = clopper_pearson(1, 10)
        >>> f"{rate.low:.4f} {rate.high:.4f}"
        '0.0025 0.4450'
    """
    _check(k, n)
    check_level(level)
    tail = (1 - level) / 2
    low = float(betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    # 1 - x of the mirrored rate: the interval of n - k is the mirror image, to the last digit
    high = 1 - float(betaincinv(n - k, k + 1, tail)) if k < n else 1.0
    return Interval(low=low, high=high)


def fisher_exact(k_a: int, n_a: int, k_b: int, n_b: int) -> float:
    """Give Fisher's exact two-sided p of "runs of both variants fail equally often".

    Sums the chances of all tables with these margins that are no likelier than the one seen, in
    whole numbers: ties are ties. Assumes independent runs; smallest n: 1 a side, but a p below .05
    needs 4 a side.

    Args:
        k_a: Failed runs of one variant.
        n_a: All its runs.
        k_b: Failed runs of the other.
        n_b: All its runs.

    Raises:
        ConfigError: If more runs failed than there are, or a count is negative.
        InsufficientDataError: If a side has no run.

    References:
        Fisher (1935), JRSS 98, 39-82.

    Example:
        >>> round(fisher_exact(0, 10, 4, 10), 4)
        0.0867
    """
    _check(k_a, n_a)
    _check(k_b, n_b)
    k = k_a + k_b
    seen = math.comb(n_a, k_a) * math.comb(n_b, k_b)
    low, high = max(0, k - n_b), min(k, n_a)
    ways = math.comb(n_a, low) * math.comb(n_b, k - low)  # to have `low` of the k on side a
    extreme = 0
    for place in range(low, high + 1):
        if ways <= seen:
            extreme += ways
        step = (n_a - place) * (k - place)
        ways = ways * step // ((place + 1) * (n_b - k + place + 1))
    return extreme / math.comb(n_a + n_b, k)


def not_ruled_out(n: int, *, level: float = 0.95) -> float:
    """Give the largest rate of failures at which `n` runs without one are no surprise.

    One-sided: with a higher rate, some run would have failed with more than `level`.

    Raises:
        ConfigError: If `level` is not between 0 and 1.
        InsufficientDataError: If there is no run.

    References:
        Hanley & Lippman-Hand (1983), JAMA 249, 1743-1745 (the "rule of three", there rounded).

    Example:
        >>> [round(not_ruled_out(n), 2) for n in (3, 5, 10, 20)]
        [0.63, 0.45, 0.26, 0.14]
    """
    _check(0, n)
    check_level(level)
    return -math.expm1(math.log1p(-level) / n)


def _check(k: int, n: int) -> None:
    if n == 0:
        raise InsufficientDataError(
            "no run: there is no rate of failures", todo="run at least one seed"
        )
    if not 0 <= k <= n:
        raise ConfigError(f"{k} of {n} runs failed", todo="count the failed runs among all runs")
