"""Intervals around one mean, and around any estimate with a standard error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from trialist.stats.spread import NO_SPREAD, has_spread, mean_of, sd_of
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Interval
from trialist.values.missing import Missing

PREDICTION_MIN_N = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanEstimate:
    """A mean with its spread, as far as the values tell.

    Attributes:
        n: How many values.
        mean: Their mean.
        sd: Their sample SD; missing for one value, 0 where all are equal.
        interval: The interval of the mean; missing where there is no spread. Never of width zero.
    """

    n: int
    mean: float
    sd: float | Missing
    interval: Interval | Missing


def mean_interval(values: Sequence[float], *, level: float = 0.95) -> MeanEstimate:
    """Give mean, SD and Student's t interval of the mean.

    Assumes independent values with normal noise; smallest n for an interval: 2.

    Args:
        values: Final values of finished runs.
        level: Confidence level of the interval.

    Raises:
        InsufficientDataError: If there is no value.
        MetricError: If a value is NaN or infinite.

    References:
        Student (1908), "The probable error of a mean".

    Example:
        >>> estimate = mean_interval([0.842, 0.838, 0.851])
        >>> f"{estimate.interval.low:.4f} {estimate.interval.high:.4f}"
        '0.8271 0.8602'
    """
    n = len(values)
    if n == 0:
        raise InsufficientDataError("no value: there is no mean", todo="run at least two seeds")
    spread = has_spread(values)
    mean = mean_of(values)
    if n == 1:
        reason = Missing("one run has no spread")
        return MeanEstimate(n=n, mean=mean, sd=reason, interval=reason)
    if not spread:
        return MeanEstimate(n=n, mean=mean, sd=0.0, interval=Missing(NO_SPREAD))
    sd = sd_of(values)
    interval = t_interval(mean, sd / math.sqrt(n), n - 1, p_threshold=1 - level)
    return MeanEstimate(n=n, mean=mean, sd=sd, interval=interval)


def t_interval(estimate: float, se: float, df: float, *, p_threshold: float) -> Interval:
    """Give the interval of all values that a two-sided t test at `p_threshold` does not reject.

    Args:
        estimate: The estimate.
        se: Its standard error, above 0.
        df: Degrees of freedom of the standard error.
        p_threshold: Nominal p of the test: 1 - level, or the threshold of a look. At 0 nothing
            can be rejected, so the interval is the whole line.
    """
    if p_threshold <= 0:
        return Interval(low=-math.inf, high=math.inf)
    half = -float(stdtrit(df, p_threshold / 2)) * se
    return Interval(low=estimate - half, high=estimate + half)


def prediction_interval(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """Give the range in which one more run of the same recipe falls with probability `level`.

    Assumes independent values with equal normal noise, in the new run too; smallest n: 5.

    Raises:
        InsufficientDataError: If there are fewer than 5 values, or all are equal.
        MetricError: If a value is NaN or infinite.

    References:
        Hahn & Meeker (1991), "Statistical Intervals", section 4.7.
    """
    n = len(values)
    if n < PREDICTION_MIN_N:
        raise InsufficientDataError(
            f"a prediction interval needs {PREDICTION_MIN_N} runs, not {n}",
            todo=f"run at least {PREDICTION_MIN_N} seeds",
        )
    if not has_spread(values):
        raise InsufficientDataError(NO_SPREAD, todo="check that the seed changes the run")
    spread = sd_of(values) * math.sqrt(1 + 1 / n)
    return t_interval(mean_of(values), spread, n - 1, p_threshold=1 - level)
