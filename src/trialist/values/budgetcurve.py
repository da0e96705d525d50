"""The budget curve: what the best of m trials is, and what doubling the trials would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.values.missing import Missing, present


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPoint:
    """The best of m trials, over all subsets of m of the trials that there are.

    Attributes:
        m: How many trials a search has.
        mean: What its best trial scores on average, in the metric's own sign.
        low: The lower quartile of that.
        median: Its median.
        high: The upper quartile.
    """

    m: int
    mean: float
    low: float
    median: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Give the point as plain data."""
        return {
            "m": self.m,
            "mean": self.mean,
            "low": self.low,
            "median": self.median,
            "high": self.high,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCurve:
    """What more trials bring to one variant.

    Attributes:
        variant: The variant's name.
        n: Its trials, those that diverged among them.
        points: Ascending in m, from 4 or fewer to n.
        gain: How much better the best of n is than the best of n/2, on average: plus, in the
            metric's unit. An estimate of what the last doubling brought.
        noise: The standard deviation between runs of one configuration; None where unknown.
        reason: Why there are no points; empty where there are some.
    """

    variant: str
    n: int
    points: tuple[BudgetPoint, ...]
    gain: float | Missing
    noise: float | None = None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the curve as plain data."""
        missing = {"gain": self.gain.reason} if isinstance(self.gain, Missing) else {}
        if self.reason:
            missing["points"] = self.reason
        return {
            "variant": self.variant,
            "n": self.n,
            "points": [point.to_dict() for point in self.points],
            "gain": present(self.gain),
            "noise": self.noise,
            **({"missing": missing} if missing else {}),
        }
