"""Parameters as the values of trials show them: a range with its scale, or choices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from trialist.analysis.declared import Declared
from trialist.values.space import Parameter, Scale

_LOG_FROM = 100.0
"""A range whose ends lie two decades apart was hardly searched on a linear scale."""

_NEAR_ONE = 0.9
_ONE_MINUS_FROM = 10.0
_MOST_LEVELS = 3


def seen_parameter(said: Declared, values: Sequence[Any]) -> Parameter | None:
    """Give the parameter of a column, what is not declared as its values show it.

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
    if said.is_choice or is_text:
        ordered = not is_text and len(levels) > 2
        return Parameter(name=said.name, choices=tuple(levels), ordered=ordered)
    low = levels[0] if said.low is None else said.low
    high = levels[-1] if said.high is None else said.high
    is_whole = said.integer or (said.low is None and all(isinstance(one, int) for one in levels))
    scale = said.scale or _scale(float(low), float(high), levels)
    return Parameter(name=said.name, low=low, high=high, scale=scale, integer=is_whole)


def _scale(low: float, high: float, levels: Sequence[float]) -> Scale:
    """Give the scale on which values of so wide a range were most probably drawn."""
    if low > 0 and high / low >= _LOG_FROM:
        return Scale.LOG
    if _NEAR_ONE <= high < 1 and low > 0 and (1 - low) / (1 - high) >= _ONE_MINUS_FROM:
        return Scale.ONE_MINUS_LOG
    if len(levels) > _MOST_LEVELS and low > 0 and _is_geometric(levels):
        return Scale.LOG
    return Scale.LINEAR


def _is_geometric(levels: Sequence[float]) -> bool:
    """Tell whether the levels are powers of two: 32, 64, 128, 256."""
    return all(two == 2 * one for one, two in pairwise(levels))
