"""Tests by relabelling the runs, without a normal distribution: sensitivity analyses.

They are shown beside a verdict and decide nothing. Below the sizes that they ask for they cannot
speak: with 3 runs a side no relabelling gives a p below .10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from trialist.stats.bootstrap import (
    bootstrap_t_interval,
    bootstrap_t_interval_paired,
    percentile_bootstrap_interval,
)
from trialist.stats.draws import Draws, signs, splits
from trialist.stats.resample_data import (
    affordable,
    canonical_sides,
    check_size,
    check_spread,
    chunks,
)
from trialist.stats.spread import mean_of

__all__ = [
    "bootstrap_t_interval",
    "bootstrap_t_interval_paired",
    "percentile_bootstrap_interval",
    "permutation_p",
    "sign_flip_p",
]

Array = npt.NDArray[np.float64]

PERMUTATION_MIN_N = 4
SIGN_FLIP_MIN_N = 6

_MOST_SPLITS = 10_000
_MOST_FLIPPED = 13
_RANDOM_DRAWS = 9_999
_TIE = 1e-10  # of the size of the numbers: closer statistics are equal


def permutation_p(a: Sequence[float], b: Sequence[float], *, rng: Draws) -> float:
    """Give the two-sided permutation p of equal means.

    Exact where there are at most 10,000 ways to split the runs (7 a side), else 9,999 random splits
    (fewer, at least 999, beyond 2,000 runs) and the one seen. Assumes that under "no difference"
    the labels could be exchanged, so the two noises are alike; smallest n: 4 a side.

    Raises:
        InsufficientDataError: If a side has fewer than 4 values, or all values are equal.
        MetricError: If a value is NaN or infinite.

    References:
        Fisher (1935), "The Design of Experiments", section 21; Phipson & Smyth (2010), for the
        one seen that counts among the random ones.
    """
    check_size(min(len(a), len(b)), PERMUTATION_MIN_N, "a permutation test", "runs a side")
    check_spread((*a, *b))
    _, smaller, larger = canonical_sides(a, b)
    values = _centred((*smaller, *larger))
    n = len(smaller)
    seen = abs(math.fsum(values[:n].tolist()))
    limit = seen - _TIE * float(np.abs(values).sum())
    if math.comb(len(values), n) <= _MOST_SPLITS:
        ways = np.array(list(combinations(range(len(values)), n)))
        return float(np.mean(np.abs(values[ways].sum(axis=1)) >= limit))
    draws = affordable(_RANDOM_DRAWS, len(values))
    hits = 0
    for rows in chunks(draws, len(values)):
        hits += int((np.abs(splits(rng, rows, len(values), n) @ values) >= limit).sum())
    return (hits + 1) / (draws + 1)


def sign_flip_p(differences: Sequence[float], *, rng: Draws) -> float:
    """Give the two-sided sign-flip p of paired differences around zero.

    Exact up to 13 pairs (8,192 flips), else 9,999 random flips (fewer, at least 999, beyond 2,000
    pairs) and the one seen. Assumes that under "no difference" the differences are symmetric
    around zero; smallest n: 6, where the smallest p is .031.

    Raises:
        InsufficientDataError: If there are fewer than 6 pairs, or all differences are equal.
        MetricError: If a difference is NaN or infinite.

    References:
        Fisher (1935), "The Design of Experiments", section 21.
    """
    n = len(differences)
    check_size(n, SIGN_FLIP_MIN_N, "a sign-flip test", "pairs")
    check_spread(differences)
    scale = max(map(abs, differences))
    sizes = np.sort(np.abs(np.array(differences, dtype=float) / scale))
    limit = abs(math.fsum(x / scale for x in differences)) - _TIE * float(sizes.sum())
    if n <= _MOST_FLIPPED:
        return float(np.mean(np.abs(_all_signs(n) @ sizes) >= limit))
    draws = affordable(_RANDOM_DRAWS, n)
    hits = 0
    for rows in chunks(draws, n):
        hits += int((np.abs(signs(rng, rows, n) @ sizes) >= limit).sum())
    return (hits + 1) / (draws + 1)


@lru_cache(maxsize=4)
def _all_signs(n: int) -> Array:
    bits = np.arange(2**n)[:, None] >> np.arange(n) & 1
    return (1 - 2 * bits).astype(np.float64)


def _centred(values: Sequence[float]) -> Array:
    mean, scale = mean_of(values), max(map(abs, values))
    return np.array([(x - mean) / scale for x in values])
