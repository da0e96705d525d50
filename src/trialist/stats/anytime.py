"""The safe t test: evidence that may be looked at after every seed, planned or not.

E is the average, over effects of all plausible sizes, of how much better an effect explains the
data than none does. With no difference, the chance that it ever reaches 1 / alpha is at most alpha,
however often it is looked at and whenever the study stops (Ville 1939).
"""

from __future__ import annotations

import math

from scipy.special import stdtr

from trialist.stats.level import check_alpha
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError

PRIOR_VARIANCE = 4.0
"""g: effects are expected at about 2 SDs, the size that a few seeds can show."""

_LARGEST_LOG = 300 * math.log(10)  # beyond it, E is no longer a number that can be written


def e_value(t: float, n_a: int, n_b: int | None = None, *, g: float = PRIOR_VARIANCE) -> float:
    """Give the evidence against "no difference" in a t statistic; reject where it is 1 / alpha.

    E-values of independent replications multiply. Cut at 1e300. Assumes normal noise, equal in
    both variants if unpaired, and that E was looked at from the first seed on by this rule alone.
    Measured type I error at alpha .05 with a look after every seed up to 20 / 60: .023 / .028
    paired, .019 / .025 unpaired. Smallest n: 2; with 3 pairs or fewer it never reaches 20.

    Args:
        t: The paired t, or the pooled t.
        n_a: Pairs; or runs of one side.
        n_b: Runs of the other side; None for pairs.
        g: Variance of the effects that are averaged over, in SDs of the difference or the runs.

    Raises:
        ConfigError: If `g` is not above 0.
        InsufficientDataError: If there are no degrees of freedom.
        MetricError: If `t` is NaN.

    References:
        Lai (1976), Annals of Statistics 4, 265-280; Perez-Ortiz, Lardy, de Heide & Grunwald (2022),
        "E-statistics, group invariance and anytime valid testing".

    Example:
        >>> [round(e_value(4.2, n), 1) for n in (3, 5, 8)]
        [3.9, 9.2, 19.9]
    """
    return math.exp(min(log_e_value(t, n_a, n_b, g=g), _LARGEST_LOG))


def log_e_value(t: float, n_a: int, n_b: int | None = None, *, g: float = PRIOR_VARIANCE) -> float:
    """Give the natural logarithm of the e-value, at any t; see `e_value`."""
    if math.isnan(t):
        raise MetricError("the t statistic is NaN", todo="count the runs that diverged apart")
    gain, nu = _gain(n_a, n_b, g)
    scaled = t / math.sqrt(nu)
    noise = 1 / (1 + scaled * scaled)  # the share of the noise in all variation
    return (nu * math.log1p(gain) - (nu + 1) * math.log1p(gain * noise)) / 2


def critical_t(
    alpha: float, n_a: int, n_b: int | None = None, *, g: float = PRIOR_VARIANCE
) -> float:
    """Give the |t| at which E reaches 1 / alpha: infinite where no t does.

    `estimate +- critical_t * se` is a confidence sequence: with 1 - alpha, all of them together
    hold the true difference.

    Raises:
        ConfigError: If `alpha` is not between 0 and 1, or `g` not above 0.
        InsufficientDataError: If there are no degrees of freedom.

    Example:
        >>> [round(critical_t(0.05, n), 2) for n in (3, 4, 5, 8, 10, 20)]
        [inf, 7.21, 5.36, 4.2, 3.97, 3.63]
    """
    check_alpha(alpha)
    gain, nu = _gain(n_a, n_b, g)
    growth = (math.log1p(gain) - 2 * math.log(alpha)) / (nu + 1)
    if growth >= math.log1p(gain):
        return math.inf
    return math.sqrt(nu * math.expm1(growth) / -math.expm1(growth - math.log1p(gain)))


def anytime_threshold(alpha: float, n_a: int, n_b: int | None = None) -> float:
    """Give the two-sided p of the t test at `critical_t`: 0 where nothing can be rejected.

    Example:
        >>> [round(anytime_threshold(0.05, n), 4) for n in (3, 5, 10, 20)]
        [0.0, 0.0059, 0.0032, 0.0018]
    """
    critical = critical_t(alpha, n_a, n_b)
    nu = _gain(n_a, n_b, PRIOR_VARIANCE)[1]
    return 0.0 if math.isinf(critical) else 2 * float(stdtr(nu, -critical))


def _gain(n_a: int, n_b: int | None, g: float) -> tuple[float, int]:
    """Give n g with the size that counts, and the degrees of freedom."""
    if not 0 < g < math.inf:
        raise ConfigError(f"the prior variance is {g!r}, not above 0", todo="use 4")
    nu = n_a - 1 if n_b is None else n_a + n_b - 2
    if nu < 1 or min(n_a, n_a if n_b is None else n_b) < 1:
        sides = f"{n_a} pairs" if n_b is None else f"{n_a} and {n_b} runs"
        raise InsufficientDataError(
            f"the safe t test of {sides} has no degrees of freedom", todo="run more seeds"
        )
    size = n_a if n_b is None else n_a * n_b / (n_a + n_b)
    return size * g, nu
