"""Values of a parameter from points of the unit interval, and back."""

from __future__ import annotations

import bisect
import itertools
import math
from statistics import NormalDist
from typing import Any

from trialist.values.space import OFF_SHARE, Law, Parameter, Scale

_INNERMOST = 1e-12
"""A normal law has no value at 0 and 1."""


def value_at(parameter: Parameter, u: float) -> Any:
    """Give the value of `parameter` at the point `u` of [0, 1].

    Args:
        parameter: A range, or choices.
        u: A point of its dimension. A switched parameter is off below `OFF_SHARE`.

    Raises:
        ValueError: If `u` lies outside of [0, 1].

    Example:
        >>> value_at(Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG), 0.5)
        0.01
    """
    if not 0.0 <= u <= 1.0:
        raise ValueError(f"the point {u} lies outside of the unit interval")
    if parameter.switch:
        if u < OFF_SHARE:
            return parameter.off
        u = (u - OFF_SHARE) / (1 - OFF_SHARE)
    if parameter.choices:
        return parameter.choices[_place(parameter, u)]
    return _number_at(parameter, u)


def unit_of(parameter: Parameter, value: Any) -> float | None:
    """Give where `value` lies in the parameter's range, from 0 to 1 in its scale.

    What lies outside of the range lies outside of [0, 1]; None where the value has no place: a
    switched parameter that is off, an unknown choice, no number. Of a choice it is the middle of
    its cell. The switch takes no room: the place is that among the values that are on.

    Example:
        >>> unit_of(Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG), 0.01)
        0.5
    """
    if parameter.switch and value == parameter.off:
        return None
    if parameter.choices:
        return _middle(parameter, value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return _unit_of_number(parameter, float(value))


def ends_of(parameter: Parameter) -> tuple[float, float]:
    """Give the ends of a range in its scale: logarithms where the scale is one.

    Raises:
        ValueError: If the parameter has no range.
    """
    if parameter.low is None or parameter.high is None:
        raise ValueError(f"{parameter.shown} has no range")
    low, high = _latent(parameter, parameter.low), _latent(parameter, parameter.high)
    return (high, low) if parameter.scale is Scale.ONE_MINUS_LOG else (low, high)


def _place(parameter: Parameter, u: float) -> int:
    n = len(parameter.choices)
    if not parameter.probabilities:
        return min(int(u * n), n - 1)
    ends = list(itertools.accumulate(parameter.probabilities))
    return min(bisect.bisect_right(ends, u * ends[-1]), n - 1)


def _middle(parameter: Parameter, value: Any) -> float | None:
    places = [place for place, one in enumerate(parameter.choices) if _is_same(one, value)]
    if not places:
        return None
    weights = parameter.probabilities or (1.0,) * len(parameter.choices)
    before = sum(weights[: places[0]])
    return (before + weights[places[0]] / 2) / sum(weights)


def _is_same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _number_at(parameter: Parameter, u: float) -> float | int:
    x = _of_law(parameter, u)
    if parameter.integer and parameter.step is None and parameter.law is Law.UNIFORM:
        return _whole_at(parameter, x, u)
    value = _natural(parameter, x)
    if parameter.law is Law.UNIFORM and parameter.low is not None and parameter.high is not None:
        value = min(max(value, parameter.low), parameter.high)
    if parameter.step is not None:
        value = float(f"{round(value / parameter.step) * parameter.step:.12g}")
    return round(value) if parameter.integer else value


def _of_law(parameter: Parameter, u: float) -> float:
    """Give the point of the law in the parameter's scale."""
    if parameter.law is Law.UNIFORM:
        low, high = ends_of(parameter)
        place = 1 - u if parameter.scale is Scale.ONE_MINUS_LOG else u
        return low + place * (high - low)
    first, second = parameter.shape or (0.0, 1.0)
    if parameter.law is Law.NORMAL:
        inside = min(max(u, _INNERMOST), 1 - _INNERMOST)
        return NormalDist(first, second).inv_cdf(inside) if second > 0 else first
    from scipy.special import betaincinv

    return float(betaincinv(first, second, u))


def _whole_at(parameter: Parameter, x: float, u: float) -> int:
    """Give a whole number: on a linear scale each is as likely as the others."""
    low, high = int(parameter.low or 0), int(parameter.high or 0)
    if parameter.scale is Scale.LINEAR:
        return min(low + int(u * (high - low + 1)), high)
    return min(max(round(_natural(parameter, x)), low), high)


def _latent(parameter: Parameter, value: float) -> float:
    if parameter.scale is Scale.LOG:
        return math.log(value)
    return math.log1p(-value) if parameter.scale is Scale.ONE_MINUS_LOG else value


def _natural(parameter: Parameter, x: float) -> float:
    if parameter.scale is Scale.LOG:
        return float(f"{math.exp(x):.12g}")  # 0.01, not 0.010000000000000002
    return -math.expm1(x) if parameter.scale is Scale.ONE_MINUS_LOG else x


def _unit_of_number(parameter: Parameter, value: float) -> float | None:
    if parameter.law is Law.UNIFORM:
        return _unit_in_range(parameter, value)
    if parameter.scale is Scale.LOG and value <= 0:
        return None
    x = _latent(parameter, value)
    first, second = parameter.shape or (0.0, 1.0)
    if parameter.law is Law.NORMAL:
        return NormalDist(first, second).cdf(x) if second > 0 else 0.5
    from scipy.special import betainc

    return float(betainc(first, second, min(max(x, 0.0), 1.0)))


def _unit_in_range(parameter: Parameter, value: float) -> float | None:
    if parameter.scale is Scale.LOG and value <= 0:
        return None
    if parameter.scale is Scale.ONE_MINUS_LOG and value >= 1:
        return None
    low, high = ends_of(parameter)
    x = _latent(parameter, value)
    if low == high:
        return 0.5
    place = (x - low) / (high - low)
    place = 1 - place if parameter.scale is Scale.ONE_MINUS_LOG else place
    return float(f"{place:.12g}")
