"""Values of a metric as a reader wants them: the half-width of the interval decides the digits."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for, fixed, is_unreadable, powers, signed
from trialist.values.verdict import VariantSummary, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """An estimate and the ends of its interval in words, aligned to the same digit."""

    estimate: str
    low: str
    high: str

    @property
    def interval(self) -> str:
        """The interval in brackets; empty where there is none."""
        return f"[{self.low}, {self.high}]" if self.low else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A mean and a standard deviation in words."""

    mean: str
    sd: str


def number(value: float, decimals: int, *, sign: bool = False) -> str:
    """Give `value` with `decimals`; by powers of ten where that would be unreadable."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "-∞")
    if is_unreadable(value, decimals):
        return powers(value, decimals, sign=sign)
    return signed(value, decimals) if sign else fixed(value, decimals)


def difference_amounts(verdict: Verdict, metric: Metric) -> Amounts | Missing:
    """Give the estimate and interval of `verdict` in the unit of `metric`, plus is better."""
    if isinstance(verdict.estimate, Missing):
        return verdict.estimate
    return estimate_amounts(verdict.estimate, verdict.interval, metric)


def estimate_amounts(estimate: float, interval: Interval | Missing, metric: Metric) -> Amounts:
    """Give a difference and its interval in the unit of `metric`, with signs."""
    factor = Unit.of(metric).factor
    if isinstance(interval, Missing):
        if estimate == 0:
            return Amounts(estimate="0", low="", high="")
        decimals = decimals_for(abs(estimate) * factor)
        return Amounts(estimate=number(estimate * factor, decimals, sign=True), low="", high="")
    decimals = _clear_of_zero(
        (interval.low * factor, interval.high * factor),
        decimals_for(interval.half_width * factor),
    )
    shown = [
        number(value * factor, decimals, sign=True)
        for value in (estimate, interval.low, interval.high)
    ]
    return Amounts(estimate=shown[0], low=shown[1], high=shown[2])


def _clear_of_zero(ends: tuple[float, float], decimals: int) -> int:
    """Give up to two more decimals where an end would be shown as zero and is not."""
    for more in range(2):
        if not any(end and round(end, decimals + more) == 0 for end in ends):
            return decimals + more
    return decimals + 2


def spread_of(summary: VariantSummary, metric: Metric) -> Spread:
    """Give mean and SD of a variant in the unit of `metric`; "-" where a number is missing."""
    half_width = summary.interval.half_width if isinstance(summary.interval, Interval) else None
    mean = None if isinstance(summary.mean, Missing) else summary.mean
    sd = None if isinstance(summary.sd, Missing) else summary.sd
    return mean_and_sd(mean, sd, metric, half_width=half_width)


def mean_and_sd(
    mean: float | None, sd: float | None, metric: Metric, *, half_width: float | None = None
) -> Spread:
    """Give a mean and an SD in the unit of `metric`.

    Args:
        mean: The mean; None gives "-".
        sd: The standard deviation; None gives "-".
        metric: The metric that both belong to.
        half_width: Half of the mean's interval; without it the SD decides the digits.
    """
    factor = Unit.of(metric).factor
    if mean is None:
        return Spread(mean="-", sd="-")
    scale = half_width or sd or 0.0
    if scale > 0:
        shown = number(mean * factor, decimals_for(scale * factor))
    else:  # one run or no spread: as many digits as the number has, up to six
        shown = f"{mean * factor:.6g}"
    if sd is None:
        return Spread(mean=shown, sd="-")
    return Spread(mean=shown, sd=number(sd * factor, decimals_for(sd * factor)) if sd else "0")
