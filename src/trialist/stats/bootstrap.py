"""Bootstrap intervals of a mean and of a difference of means: sensitivity analyses.

They are shown beside a verdict and decide nothing. Below the sizes that they ask for they lie: a
percentile bootstrap of 3 values covers the mean in 75 % of cases instead of 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trialist.stats.draws import Draws, weights
from trialist.stats.level import check_level
from trialist.stats.resample_data import (
    affordable,
    canonical_side,
    canonical_sides,
    check_size,
    check_spread,
    chunks,
)
from trialist.stats.spread import has_spread, mean_of, sd_of
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.evidence import Interval

Array = npt.NDArray[np.float64]

BOOTSTRAP_T_MIN_N = 8
PERCENTILE_MIN_N = 10

_NO_VARIANCE = 1e-12  # of the largest square: what rounding leaves of equal values


def bootstrap_t_interval(
    a: Sequence[float],
    b: Sequence[float],
    *,
    rng: Draws,
    level: float = 0.95,
    draws: int = 10_000,
) -> Interval:
    """Give the bootstrap-t interval of `mean(b) - mean(a)`.

    Each resample brings its own Welch standard error, so skewed noise bends the interval. Assumes
    independent runs; smallest n: 8 a side (measured coverage of one mean under a skewed noise at
    8: .944). Beyond 2,000 runs fewer draws, at least 999.

    Raises:
        ConfigError: If `level` is not between 0 and 1, or `draws` too few for it.
        InsufficientDataError: If a side has fewer than 8 values, none has spread, or so many
            resamples have none that the interval would be infinite.
        MetricError: If a value is NaN or infinite.

    References:
        Efron (1981), Canadian Journal of Statistics 9, 139-158; Hall (1988).
    """
    check_size(min(len(a), len(b)), BOOTSTRAP_T_MIN_N, "a bootstrap-t interval", "runs a side")
    draws = _draws(draws, level, len(a) + len(b))
    check_spread(a, b)
    _, smaller, larger = canonical = canonical_sides(a, b)
    scale = max(_sd(smaller), _sd(larger))
    means = np.zeros(draws)
    variances = np.zeros(draws)
    for side, sign in ((smaller, -1.0), (larger, 1.0)):
        shifts, own = _resampled(_standardized(side, scale), draws, rng)
        means += sign * shifts
        variances += own
    se = math.hypot(*(_sd(side) / math.sqrt(len(side)) for side in (smaller, larger)))
    estimate = mean_of(larger) - mean_of(smaller)
    return _turned(_studentized(means, variances, estimate, se, level), canonical[0])


def bootstrap_t_interval_paired(
    differences: Sequence[float],
    *,
    rng: Draws,
    level: float = 0.95,
    draws: int = 10_000,
) -> Interval:
    """Give the bootstrap-t interval of the mean paired difference.

    Assumes independent pairs; smallest n: 8. Beyond 2,000 pairs fewer draws, at least 999.

    Raises:
        ConfigError: If `level` is not between 0 and 1, or `draws` too few for it.
        InsufficientDataError: If there are fewer than 8 pairs, no spread, or so many resamples
            without spread that the interval would be infinite.
        MetricError: If a difference is NaN or infinite.

    References:
        Efron (1981), Canadian Journal of Statistics 9, 139-158; Hall (1988).
    """
    n = len(differences)
    check_size(n, BOOTSTRAP_T_MIN_N, "a bootstrap-t interval", "pairs")
    draws = _draws(draws, level, n)
    check_spread(differences)
    sign, values = canonical_side(differences)
    sd = _sd(values)
    means, variances = _resampled(_standardized(values, sd), draws, rng)
    found = _studentized(means, variances, mean_of(values), sd / math.sqrt(n), level)
    return _turned(found, sign)


def percentile_bootstrap_interval(
    values: Sequence[float],
    *,
    rng: Draws,
    level: float = 0.95,
    draws: int = 10_000,
) -> Interval:
    """Give the percentile bootstrap interval of the mean, an option beside the t interval.

    It is too short at every small n: measured coverage at nominal .95 of .75 / .84 / .89 / .90 /
    .93 with 3 / 5 / 8 / 10 / 20 values of normal noise, where Student's t has .95. Assumes
    independent values; smallest n: 10. Beyond 2,000 values fewer draws, at least 999.

    Raises:
        ConfigError: If `level` is not between 0 and 1, or `draws` too few for it.
        InsufficientDataError: If there are fewer than 10 values, or no spread.
        MetricError: If a value is NaN or infinite.

    References:
        Efron & Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13.
    """
    n = len(values)
    check_size(n, PERCENTILE_MIN_N, "a percentile bootstrap interval", "values")
    draws = _draws(draws, level, n)
    check_spread(values)
    sign, ordered = canonical_side(values)
    sd, mean = _sd(ordered), mean_of(ordered)
    means = _resampled(_standardized(ordered, sd), draws, rng)[0].copy()
    place = _place(draws, level)
    means.partition((place, draws - 1 - place))
    found = Interval(low=mean + sd * float(means[place]), high=mean + sd * float(means[-1 - place]))
    return _turned(found, sign)


def _turned(interval: Interval, sign: float) -> Interval:
    low, high = sorted((sign * interval.low, sign * interval.high))
    return Interval(low=low, high=high)


def _sd(values: Sequence[float]) -> float:
    return sd_of(values) if has_spread(values) else 0.0


def _standardized(values: Sequence[float], scale: float) -> Array:
    mean = mean_of(values)
    return np.array([(x - mean) / scale for x in values])


def _resampled(values: Array, draws: int, rng: Draws) -> tuple[Array, Array]:
    """Give mean and squared standard error of each resample of centred values."""
    n = len(values)
    both = np.stack([values, values**2]) / n
    parts = [both @ weights(rng, rows, n).T for rows in chunks(draws, n)]
    means, squares = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    variances = (squares - means**2) / (n - 1)
    none = _NO_VARIANCE * float(np.square(values).max())
    return means, np.where(variances > none, variances, 0.0)


def _studentized(
    means: Array, variances: Array, estimate: float, se: float, level: float
) -> Interval:
    spread = np.sqrt(variances)
    flat = spread == 0
    if flat.any():
        t = np.where(flat, np.copysign(math.inf, means), means / np.where(flat, 1.0, spread))
    else:
        t = means / spread
    place = _place(len(t), level)
    t.partition((place, len(t) - 1 - place))
    low, high = float(t[place]), float(t[-1 - place])
    if math.isinf(low) or math.isinf(high):
        raise InsufficientDataError(
            f"{float(np.mean(variances == 0)):.1%} of the resamples have no spread: too many "
            "values are equal for a bootstrap-t interval",
            todo="rely on the t interval",
        )
    return Interval(low=estimate - high * se, high=estimate - low * se)


def _draws(draws: int, level: float, n: int) -> int:
    check_level(level)
    fewest = math.ceil(2 / (1 - level))
    if draws < fewest:
        raise ConfigError(
            f"{draws} draws are too few for an interval of level {level:g}",
            todo=f"draw {fewest} or more",
        )
    return max(fewest, affordable(draws, n))


def _place(draws: int, level: float) -> int:
    return max(0, math.floor((1 - level) / 2 * (draws + 1) + 1e-9) - 1)
