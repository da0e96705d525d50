"""How a copied configuration is changed while it trains, and kept inside of the space."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trialist.search.conditions import Conditions
from trialist.stats.unitscale import value_at
from trialist.values.space import Law, Parameter, Scale

RESAMPLED = "resampled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """A configuration after the changes.

    Attributes:
        params: The new values by name.
        changes: What was done to each parameter that changed: its factor, the places by which a
            choice moved, or `resampled`.
    """

    params: Mapping[str, Any]
    changes: Mapping[str, float | int | str]


def explored(
    conditions: Conditions,
    params: Mapping[str, Any],
    rng: np.random.Generator,
    *,
    resample: float,
    factors: tuple[float, ...],
) -> Explored:
    """Change the values of a configuration, each by itself.

    With the chance `resample` a value is drawn anew from the space. Else a number is multiplied by
    one of the `factors` (1 - x of a parameter on that scale), ordered choices move to a neighbour,
    and other choices, and what is switched off, stay. Numbers are clipped to their range.

    Args:
        conditions: Those of the arm: a parameter that begins to exist is drawn anew.
        params: The values to begin with.
        rng: Draws the changes, in the order of the parameters.
        resample: The chance of a fresh value.
        factors: What numbers are multiplied by, equally often.
    """
    values: dict[str, Any] = {}
    changes: dict[str, float | int | str] = {}
    for parameter in conditions.ordered:
        name = parameter.name
        if not conditions.exists(parameter, values):
            continue
        if name not in params or rng.random() < resample:
            changes[name] = RESAMPLED
            values[name] = value_at(parameter, rng.random())
        else:
            values[name], changes[name] = _moved(parameter, params[name], rng, factors)
        if name in params and values[name] == params[name]:
            del changes[name]
    return Explored(params=conditions.present(values), changes=changes)


def _moved(
    parameter: Parameter, value: Any, rng: np.random.Generator, factors: tuple[float, ...]
) -> tuple[Any, float | int | str]:
    factor = factors[int(rng.integers(len(factors)))]
    if parameter.switch and value == parameter.off:
        return value, factor
    if parameter.choices:
        return _neighbour(parameter, value, up=factor > 1)
    return _multiplied(parameter, value, factor), factor


def _neighbour(parameter: Parameter, value: Any, *, up: bool) -> tuple[Any, int]:
    if not parameter.ordered:
        return value, 0
    place, last = parameter.choices.index(value), len(parameter.choices) - 1
    moved = min(place + 1, last) if up else max(place - 1, 0)
    return parameter.choices[moved], moved - place


def _multiplied(parameter: Parameter, value: float, factor: float) -> float | int:
    if parameter.scale is Scale.ONE_MINUS_LOG:
        return clipped(parameter, 1 - (1 - value) * factor)
    moved = value * factor
    if parameter.integer and round(moved) == value:
        moved = value + math.copysign(1, factor - 1)  # 2 x 1.2 is a 2 again
    return clipped(parameter, moved)


def clipped(parameter: Parameter, value: float) -> float | int:
    """Give the nearest value that the parameter can have.

    Example:
        >>> clipped(Parameter(name="lr", low=1e-4, high=0.1, scale=Scale.LOG), 0.12)
        0.1
    """
    low, high = _ends(parameter)
    inside = min(max(value, low), high)
    if parameter.step is not None:
        inside = round(inside / parameter.step) * parameter.step
    return round(inside) if parameter.integer else inside


def _ends(parameter: Parameter) -> tuple[float, float]:
    if parameter.law is Law.NORMAL:
        return -math.inf, math.inf
    bare = replace(parameter, switch=False)
    at_ends = value_at(bare, 0.0), value_at(bare, 1.0)
    return min(at_ends), max(at_ends)
