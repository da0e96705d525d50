"""How many seeds, for which difference: power of the t tests, with no look before the end."""

from __future__ import annotations

import math

from scipy.special import chdtri, stdtrit

from trialist.stats.noncentral import noncentral_sf
from trialist.values.errors import InsufficientDataError

LIMIT = 100_000


def power_of_t(effect: float, n: int, *, paired: bool, alpha: float) -> float:
    """Give the probability that a two-sided t test at `alpha` finds a difference of `effect`.

    Assumes normal noise, equal in both variants if unpaired. A test that cannot be done (n below
    2) finds nothing: 0.

    Args:
        effect: True difference in SDs: of the runs if unpaired, of the differences if paired.
        n: Seeds per variant.
        paired: Whether the pairs are compared.
        alpha: Two-sided error rate of the test.

    References:
        Cohen (1988), "Statistical Power Analysis", section 2.2.

    Example:
        >>> round(power_of_t(2.0, 5, paired=False, alpha=0.05), 2)
        0.79
    """
    if n < 2 or alpha <= 0:
        return 0.0
    if math.isinf(effect):
        return 1.0
    df = n - 1 if paired else 2 * n - 2
    ncp = abs(effect) * math.sqrt(n if paired else n / 2)
    critical = -float(stdtrit(df, alpha / 2))
    return min(1.0, noncentral_sf(critical, df, ncp) + noncentral_sf(critical, df, -ncp))


def detectable_effect(n: int, *, paired: bool, alpha: float, power: float = 0.8) -> float:
    """Give the smallest true difference, in SDs, that the test finds with probability `power`.

    Raises:
        InsufficientDataError: If there are fewer than 2 seeds per variant.

    Example:
        >>> round(detectable_effect(5, paired=False, alpha=0.05), 2)
        2.02
    """
    if n < 2:
        raise InsufficientDataError(
            f"{n} seed per variant cannot find any difference", todo="plan 3 seeds or more"
        )
    low, high = 0.0, 1.0
    while power_of_t(high, n, paired=paired, alpha=alpha) < power:
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        if power_of_t(middle, n, paired=paired, alpha=alpha) < power:
            low = middle
        else:
            high = middle
    return high


def seeds_needed(
    effect: float, *, paired: bool, alpha: float = 0.05, power: float = 0.8, limit: int = LIMIT
) -> int:
    """Give the fewest seeds per variant with which the test finds `effect` with `power`.

    Args:
        effect: Difference in SDs, as in `power_of_t`: the relevant one, never the observed one.
        paired: Whether the pairs are compared.
        alpha: Two-sided error rate of the test.
        power: Probability of finding the difference.
        limit: The most seeds that are considered.

    Raises:
        InsufficientDataError: If even `limit` seeds are too few.

    Example:
        >>> seeds_needed(1.0, paired=False), seeds_needed(1.0, paired=True)
        (17, 10)
    """
    low, high = 1, 2
    while power_of_t(effect, high, paired=paired, alpha=alpha) < power:
        if high >= limit:
            raise InsufficientDataError(
                f"a difference of {effect:g} SD needs more than {limit} seeds per variant",
                todo="ask for a larger difference, or make the runs less noisy",
            )
        low, high = high, min(2 * high, limit)
    while high - low > 1:
        middle = (low + high) // 2
        if power_of_t(effect, middle, paired=paired, alpha=alpha) < power:
            low = middle
        else:
            high = middle
    return high


def more_seeds(
    sd: float, df: float, n: int, *, relevant: float, paired: bool, alpha: float
) -> tuple[int, int]:
    """Give how many more seeds per variant would tell `relevant` from nothing, as a range.

    The SD is itself an estimate: the range takes it at its 20 % and 80 % chi-square bounds. The
    upper end is enough in 80 % of cases. The range ends at 100,000 seeds in all.

    Args:
        sd: SD of the differences if paired, else the pooled SD of the runs; above 0.
        df: Its degrees of freedom.
        n: Seeds per variant that are there.
        relevant: The smallest difference worth having, in the unit of `sd`.
        paired: Whether the pairs are compared.
        alpha: Two-sided error rate of the test.

    Returns:
        Fewest and most, each at least 1.
    """
    low, high = (
        max(
            1,
            _seeds_or_limit(relevant / (sd * math.sqrt(df / chdtri(df, tail))), paired, alpha) - n,
        )
        for tail in (0.2, 0.8)
    )
    return low, high


def _seeds_or_limit(effect: float, paired: bool, alpha: float) -> int:  # noqa: FBT001
    try:
        return seeds_needed(effect, paired=paired, alpha=alpha)
    except InsufficientDataError:
        return LIMIT
