"""What a t test says: the estimate, its standard error, and the two-sided p."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import stdtr, stdtrit


@dataclass(frozen=True, slots=True, kw_only=True)
class TTest:
    """A t test of "no difference".

    Attributes:
        estimate: The mean difference.
        se: Its standard error.
        df: Degrees of freedom.
        t: `estimate / se`.
        p: Two-sided p.
        sd: SD of the paired differences, or the pooled SD of the runs.
    """

    estimate: float
    se: float
    df: float
    t: float
    p: float
    sd: float


def t_test_of(*, estimate: float, se: float, df: float, sd: float) -> TTest:
    """Give the test of an estimate with a standard error above 0."""
    t = estimate / se
    return TTest(estimate=estimate, se=se, df=df, t=t, p=2 * float(stdtr(df, -abs(t))), sd=sd)


def critical_at(df: float, p: float) -> float:
    """Give the t whose two-sided p is `p`; `p` above 0.

    Example:
        >>> round(critical_at(4, 0.05), 3)
        2.776
    """
    return -float(stdtrit(df, p / 2))
