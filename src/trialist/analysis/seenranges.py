"""Parameters as the values of trials show them: a range with its scale, or choices."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from trialist.analysis.declared import Declared
from trialist.values.space import Parameter, Scale

_MOST_LEVELS = 8
_EACH = 2  # values of one level, from which levels are choices and no chance
_CLEARLY = 0.1
"""By how much more even values must lie on another scale than on the linear one."""

_LEAST_RATIO = 4.0
_FEW = 6
_WIDE = 100.0
_OFF_SHARE = 0.05

_LATENT: dict[Scale, Callable[[float], float]] = {
    Scale.LINEAR: float,
    Scale.LOG: math.log,
    Scale.ONE_MINUS_LOG: lambda value: -math.log1p(-value),
}


def seen_parameter(said: Declared, values: Sequence[Any]) -> Parameter | None:
    """Give the parameter of a column, what is not declared as its values show it.

    Few values that come again and again are choices. A range is searched on the scale on which its
    values lie most evenly; zeros below values on a log scale say that it may be off.

    Args:
        said: What is declared of it.
        values: Its values in the trials where it exists, as numbers where all of them are.

    Returns:
        The parameter; None where it has one value only and no range is declared: nothing varied.
    """
    levels = sorted(set(values), key=lambda one: (isinstance(one, str), one))
    if said.low is None and len(levels) < 2:
        return None
    is_text = any(isinstance(one, str) for one in levels)
    if is_text or said.is_choice or _are_choices(said, levels, len(values)):
        ordered = not is_text and len(levels) > 2
        return Parameter(name=said.name, choices=tuple(levels), ordered=ordered)
    if said.low is not None and said.high is not None:
        scale = said.scale or _scale([said.low, said.high])
        return _ranged(said, said.low, said.high, scale, is_whole=said.integer)
    return _seen(said, values)


def _are_choices(said: Declared, levels: Sequence[Any], n: int) -> bool:
    if said.scale is not None or said.low is not None or said.integer:
        return False
    return len(levels) <= _MOST_LEVELS and n >= _EACH * len(levels) and n > _FEW


def _seen(said: Declared, values: Sequence[Any]) -> Parameter:
    """Give a range from its values."""
    on = [one for one in values if one != 0]
    zeros = len(values) - len(on)
    is_off = zeros >= 2 and zeros >= _OFF_SHARE * len(values) and len(set(on)) > 1
    if is_off and said.scale in (None, Scale.LOG) and min(on) > 0 and _scale(on) is Scale.LOG:
        return replace(_seen(said, on), switch=True, off=0)
    scale = said.scale or _scale(values)
    is_whole = said.integer or all(isinstance(one, int) for one in values)
    return _ranged(said, min(values), max(values), scale, is_whole=is_whole)


def _ranged(said: Declared, low: Any, high: Any, scale: Scale, *, is_whole: bool) -> Parameter:
    return Parameter(name=said.name, low=low, high=high, scale=scale, integer=is_whole)


def _scale(values: Sequence[float]) -> Scale:
    """Give the scale on which the values lie most evenly; of few, that of so wide a range."""
    low, high = float(min(values)), float(max(values))
    if len(set(values)) < _FEW:
        return Scale.LOG if low > 0 and high / low >= _WIDE else Scale.LINEAR
    scales = [Scale.LINEAR]
    scales += [Scale.LOG] if low > 0 and high / low >= _LEAST_RATIO else []
    is_near_one = low >= 0 and high < 1 and (1 - low) / (1 - high) >= _LEAST_RATIO
    scales += [Scale.ONE_MINUS_LOG] if is_near_one else []
    gaps = {scale: _unevenness([_LATENT[scale](one) for one in values]) for scale in scales}
    best = min(scales, key=lambda scale: gaps[scale])
    return best if gaps[best] < gaps[Scale.LINEAR] - _CLEARLY else Scale.LINEAR


def _unevenness(values: Sequence[float]) -> float:
    """Give the largest distance between the values' distribution and an even one."""
    low, reach = min(values), max(values) - min(values)
    n = len(values)
    return max(
        abs((one - low) / reach - place / (n - 1)) for place, one in enumerate(sorted(values))
    )
