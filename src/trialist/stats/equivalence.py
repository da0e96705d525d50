"""How many seeds show that two variants do not differ by what matters."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.special import ndtr

from trialist.stats.power import LIMIT
from trialist.stats.spread_density import spread_density
from trialist.stats.ttest import critical_at
from trialist.values.errors import InsufficientDataError

SDS_TO_CALL_EQUAL = {2: 3.0, 3: 3.0, 4: 2.5}
"""The least margin, in SDs, with which so few seeds may call two variants equal at all.

By the smaller side's runs: the noise must be far below the margin (statistics.md 3.5).
"""
_NODES = 200
_REACH = 12.0  # SDs of the estimated SD that are integrated over


def power_of_equivalence(margin: float, n: int, *, paired: bool, alpha: float) -> float:
    """Give the chance that the interval at 1 - alpha lies within the margin, at no difference.

    Assumes normal noise, equal in both variants if unpaired. Two one-sided tests at 5 % each are
    the interval at alpha = .10. Below 2 seeds there is no interval: 0.

    Args:
        margin: The largest difference that does not matter, in SDs: of the runs if unpaired, of
            the differences if paired.
        n: Seeds per variant.
        paired: Whether the pairs are compared.
        alpha: One minus the level of the interval.

    References:
        Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Example:
        >>> round(power_of_equivalence(1.0, 18, paired=False, alpha=0.10), 2)
        0.8
    """
    if n < 2 or alpha <= 0:
        return 0.0
    df = n - 1 if paired else 2 * n - 2
    room = margin * math.sqrt(n if paired else n / 2)  # the margin in standard errors
    critical = critical_at(df, alpha)
    sd = 1 / math.sqrt(2 * df)
    low, high = max(0.0, 1 - _REACH * sd), min(1 + _REACH * sd, room / critical)
    if high <= low:
        return 0.0
    x, weights = _rule()
    spread = low + (high - low) * x
    inside = 2 * ndtr(room - critical * spread) - 1
    chance = float((inside * spread_density(spread, df)) @ weights) * (high - low)
    return min(1.0, max(0.0, chance))


def seeds_for_equivalence(
    margin: float, *, paired: bool, alpha: float = 0.05, power: float = 0.8, limit: int = LIMIT
) -> int:
    """Give the fewest seeds per variant that show no difference beyond `margin` with `power`.

    Arguments as in `power_of_equivalence`.

    Raises:
        InsufficientDataError: If even `limit` seeds are too few.

    Example:
        >>> seeds_for_equivalence(1.0, paired=False, alpha=0.10)
        18
    """
    low, high = 1, 2
    while power_of_equivalence(margin, high, paired=paired, alpha=alpha) < power:
        if high >= limit:
            raise InsufficientDataError(
                f"a margin of {margin:g} SD needs more than {limit} seeds per variant",
                todo="name a larger margin, or make the runs less noisy",
            )
        low, high = high, min(2 * high, limit)
    while high - low > 1:
        middle = (low + high) // 2
        if power_of_equivalence(margin, middle, paired=paired, alpha=alpha) < power:
            low = middle
        else:
            high = middle
    return high


@cache
def _rule() -> tuple[np.ndarray, np.ndarray]:
    x, weights = np.polynomial.legendre.leggauss(_NODES)
    return (x + 1) / 2, weights / 2
