"""How many seeds, for which difference: power of the t tests, with no look before the end."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.special import chdtri, ndtri

from trialist.stats.noncentral import noncentral_beyond
from trialist.stats.ttest import critical_at
from trialist.values.errors import InsufficientDataError

LIMIT = 100_000

Alpha = float | Callable[[int], float]
"""Two-sided error rate of a test, or the one that holds at n seeds per variant."""


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
    critical = critical_at(df, alpha)
    return min(1.0, noncentral_beyond(critical, df, ncp))


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
    df = n - 1 if paired else 2 * n - 2
    critical = critical_at(df, alpha)
    return detectable_beyond(critical, df, math.sqrt(n if paired else n / 2), power=power)


def detectable_beyond(critical: float, df: float, scale: float, *, power: float = 0.8) -> float:
    """Give the smallest effect at which |T| exceeds `critical` with probability `power`.

    Args:
        critical: What the t statistic has to reach.
        df: Its degrees of freedom.
        scale: The noncentrality of an effect of 1.
        power: Probability of finding the effect.
    """

    def found(effect: float) -> float:
        return noncentral_beyond(critical, df, effect * scale)

    low, high = 0.0, 1.0
    while found(high) < power:
        low, high = high, 2 * high
    for _ in range(50):
        middle = (low + high) / 2
        if found(middle) < power:
            low = middle
        else:
            high = middle
    return high


def seeds_needed(
    effect: float, *, paired: bool, alpha: Alpha = 0.05, power: float = 0.8, limit: int = LIMIT
) -> int:
    """Give the fewest seeds per variant with which the test finds `effect` with `power`.

    Args:
        effect: Difference in SDs, as in `power_of_t`: the relevant one, never the observed one.
        paired: Whether the pairs are compared.
        alpha: Two-sided error rate of the test; a function where it depends on the seeds.
        power: Probability of finding the difference.
        limit: The most seeds that are considered.

    Raises:
        InsufficientDataError: If even `limit` seeds are too few.

    Example:
        >>> seeds_needed(1.0, paired=False), seeds_needed(1.0, paired=True)
        (17, 10)
    """

    def enough(n: int) -> bool:
        return _power_at(effect, n, paired, alpha) >= power

    low, high = _around(enough, _guess(effect, paired, alpha, power, limit), limit)
    if high > limit:
        raise InsufficientDataError(
            f"a difference of {effect:g} SD needs more than {limit} seeds per variant",
            todo="ask for a larger difference, or make the runs less noisy",
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _guess(effect: float, paired: bool, alpha: Alpha, power: float, limit: int) -> int:  # noqa: FBT001
    """Give about as many seeds as are needed: mostly right, and at most one or two off.

    References:
        Guenther (1981), The American Statistician 35, 243-244.
    """
    n = float(limit)
    for _ in range(2 if callable(alpha) else 1):  # the level may depend on the answer
        level = alpha(max(2, round(n))) if callable(alpha) else alpha
        if not (effect and level > 0):
            return limit
        z = -float(ndtri(min(level, 0.5) / 2))
        reach = min(abs((z + float(ndtri(power))) / effect), math.sqrt(limit))
        n = reach**2 + z**2 / 2 if paired else 2 * reach**2 + z**2 / 4
        n = min(n, float(limit))
    return max(2, math.ceil(n))


def _around(enough: Callable[[int], bool], start: int, limit: int) -> tuple[int, int]:
    """Give seeds that are not enough and more that are, near `start`; above `limit`: none are."""
    step = 1
    if enough(start):
        low, high = start - 1, start
        while low > 1 and enough(low):
            low, high, step = max(1, low - step), low, 2 * step
        return low, high
    low = start
    while low < limit:
        high = min(limit, low + step)
        if enough(high):
            return low, high
        low, step = high, 2 * step
    return limit, limit + 1


def _power_at(effect: float, n: int, paired: bool, alpha: Alpha) -> float:  # noqa: FBT001
    level = alpha(n) if callable(alpha) else alpha
    return power_of_t(effect, n, paired=paired, alpha=level)


def more_seeds(
    sd: float, df: float, n: int, *, relevant: float, paired: bool, alpha: Alpha
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


def _seeds_or_limit(effect: float, paired: bool, alpha: Alpha) -> int:  # noqa: FBT001
    try:
        return seeds_needed(effect, paired=paired, alpha=alpha)
    except InsufficientDataError:
        return LIMIT
