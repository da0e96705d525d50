"""How far a range is extended where the best values lie at its end."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from trialist.stats.unitscale import ends_of
from trialist.values.space import Law, Parameter, Scale

_SHARE = 0.5  # of the range, in its scale
_DECADE = math.log(10)
_FEW = 8  # fewer new trials tell nothing of the new part


@dataclass(frozen=True, slots=True, kw_only=True)
class Widened:
    """A range with one end moved out."""

    low: float
    high: float


def widened(parameter: Parameter, side: str) -> Widened | None:
    """Give the range with `side` moved by half of it, by a decade at least on a log scale.

    Never beyond a hard limit, and not across 0 where the range lies beside it. None where there is
    nothing to move: choices, a law without ends, or an end that lies on its hard limit.

    Example:
        >>> widened(Parameter(name="lr", low=1e-4, high=0.1, scale=Scale.LOG), "high")
        Widened(low=0.0001, high=3.16227766)
    """
    low, high = parameter.low, parameter.high
    if low is None or high is None or parameter.law is not Law.UNIFORM or at_limit(parameter, side):
        return None
    moved = _moved(parameter, side)
    if side == "low":
        return Widened(low=_bounded(parameter, moved), high=high)
    return Widened(low=low, high=_bounded(parameter, moved))


def new_trials(parameter: Parameter, wider: Widened, n: int) -> int:
    """Give how many trials the new part of a range takes, as densely as `n` lie in the old one.

    Never more than half of `n`, nor fewer than 8 where half of `n` is more.

    Example:
        >>> depth = Parameter(name="depth", low=1, high=60, integer=True)
        >>> new_trials(depth, Widened(low=0, high=60), 600)
        11
    """
    low, high = ends_of(parameter)
    new_low, new_high = ends_of(replace(parameter, low=wider.low, high=wider.high))
    old = abs(high - low)
    share = abs(new_high - new_low) / old - 1 if old else _SHARE
    most = math.ceil(_SHARE * n)
    return min(most, max(_FEW, math.ceil(share * n)))


def at_limit(parameter: Parameter, side: str) -> bool:
    """Tell whether the range's end on this side lies on its hard limit."""
    if side == "low":
        end, limit = parameter.low, parameter.hard_low
        return end is not None and limit is not None and end <= limit
    end, limit = parameter.high, parameter.hard_high
    return end is not None and limit is not None and end >= limit


def _moved(parameter: Parameter, side: str) -> float:
    first, last = ends_of(parameter)
    low, high = min(first, last), max(first, last)
    reach = _SHARE * (high - low)
    if parameter.scale is Scale.LINEAR:
        return low - reach if side == "low" else high + reach
    reach = max(reach, _DECADE)
    if parameter.scale is Scale.LOG:
        return math.exp(low - reach if side == "low" else high + reach)
    # the lower end of the values is the upper end of 1 - x
    return 1 - math.exp(high + reach if side == "low" else low - reach)


def _bounded(parameter: Parameter, value: float) -> float:
    low = parameter.low or 0.0
    if parameter.hard_low is not None:
        value = max(value, parameter.hard_low)
    if parameter.hard_high is not None:
        value = min(value, parameter.hard_high)
    if low > 0 and parameter.hard_low is None:
        value = max(value, 0.0)
    if parameter.integer:
        return float(math.floor(value) if value < low else math.ceil(value))
    return float(f"{value:.9g}")
