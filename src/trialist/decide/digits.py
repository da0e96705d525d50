"""How many decimals a verdict's sentence needs so that rounding never changes what it says."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for
from trialist.values.verdict import Verdict

_MOST_DIGITS = 3


def decimals_of(verdict: Verdict, metric: Metric, *, beside: Sequence[float] = ()) -> int:
    """Give the decimals of the numbers in the sentence of `verdict`.

    One significant digit of the half-width, two where the first one is a 1 or a 2 (there a single
    digit says too little); more, up to three, where rounding would move an end onto zero, onto
    the relevant difference or onto the estimate, or across one of them.

    Args:
        verdict: Gives the estimate and the interval.
        metric: Gives the unit and the relevant difference.
        beside: Further numbers that the sentence holds the interval against.
    """
    interval, estimate = verdict.interval, verdict.estimate
    if isinstance(interval, Missing) or isinstance(estimate, Missing):
        return 4
    factor = Unit.of(metric).factor
    ends = (interval.low * factor, interval.high * factor)
    marks = (*_marks(metric, factor), *(number * factor for number in beside))
    half = Interval(low=ends[0], high=ends[1]).half_width
    for digits in range(_fewest_digits(half), _MOST_DIGITS):
        decimals = decimals_for(half, digits=digits)
        if _is_faithful(ends, estimate * factor, marks=marks, decimals=decimals):
            return decimals
    return decimals_for(half, digits=_MOST_DIGITS)


def _fewest_digits(half: float) -> int:
    return 2 if f"{half:.0e}"[0] in "12" else 1


def _marks(metric: Metric, factor: float) -> tuple[float, ...]:
    if metric.relevant is None:
        return (0.0,)
    return (0.0, metric.relevant * factor, -metric.relevant * factor)


def _is_faithful(
    ends: tuple[float, float], estimate: float, *, marks: tuple[float, ...], decimals: int
) -> bool:
    if round(estimate, decimals) in {round(end, decimals) for end in ends}:
        return False
    kept = all(
        _side(round(end, decimals), mark) == _side(end, mark) for end in ends for mark in marks
    )
    return kept and not (round(estimate, decimals) == 0 and min(ends) * max(ends) > 0)


def _side(value: float, mark: float) -> int:
    return (value > mark) - (value < mark)
