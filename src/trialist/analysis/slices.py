"""A parameter's trials in groups: one per value, or slices of its range with equally many."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from trialist.analysis.bestgroups import Group
from trialist.analysis.evenly import levels_of, place_of, shown_value, value_of_place
from trialist.values.searchtable import SearchTrial
from trialist.values.space import Parameter

FEWEST = 6
"""Complete trials from which a range is cut into slices."""

_SLICES = (3, 8)

Trials = Sequence[SearchTrial]


def groups_of(parameter: Parameter, done: Trials, lost: Trials) -> tuple[Group, ...]:
    """Give the groups from left to right; `off` first where the parameter may be off.

    A range is cut into sqrt(n) slices, 3 to 8, with equally many complete trials each, in the
    parameter's scale: slices of equal width would have unequal numbers, and the one with more
    trials finds a better best. Choices, and a range of few levels, are a group each.

    Args:
        parameter: The parameter.
        done: Complete trials in which it exists.
        lost: Those that diverged.
    """
    off = _off(parameter, done, lost)
    done, lost = ([one for one in side if _is_on(parameter, one)] for side in (done, lost))
    if parameter.choices:
        return (*off, *_by_value(parameter, parameter.choices, done, lost))
    levels = levels_of(parameter)
    if 0 < len(levels) <= _SLICES[1]:
        return (*off, *_by_value(parameter, levels, done, lost))
    return (*off, *_by_slice(parameter, done, lost))


def _is_on(parameter: Parameter, trial: SearchTrial) -> bool:
    return not (parameter.switch and trial.params[parameter.name] == parameter.off)


def _off(parameter: Parameter, done: Trials, lost: Trials) -> tuple[Group, ...]:
    if not parameter.switch:
        return ()
    return (
        Group(
            label="off",
            done=tuple(one for one in done if not _is_on(parameter, one)),
            lost=tuple(one for one in lost if not _is_on(parameter, one)),
        ),
    )


def _by_value(
    parameter: Parameter, values: Sequence[Any], done: Trials, lost: Trials
) -> tuple[Group, ...]:
    return tuple(
        Group(
            label=shown_value(value),
            done=tuple(one for one in done if one.params[parameter.name] == value),
            lost=tuple(one for one in lost if one.params[parameter.name] == value),
        )
        for value in values
    )


def _by_slice(parameter: Parameter, done: Trials, lost: Trials) -> tuple[Group, ...]:
    units = _units(parameter, done)
    if len(units) < FEWEST:
        return ()
    edges = _edges(sorted(units.values()))
    lost_units = _units(parameter, lost)
    return tuple(
        _slice(parameter, (low, high), (done, lost), units | lost_units)
        for low, high in itertools.pairwise(edges)
    )


def _units(parameter: Parameter, trials: Trials) -> dict[tuple[int, int], float]:
    places = {
        (one.search, one.number): place_of(parameter, one.params[parameter.name]) for one in trials
    }
    return {key: place for key, place in places.items() if place is not None}


def _edges(units: Sequence[float]) -> list[float]:
    """Give the edges of slices with equally many points, midway between their neighbours.

    Equal points stay together. The first and the last slice reach to the ends of the range.
    """
    n = len(units)
    n_slices = min(max(math.isqrt(n), _SLICES[0]), _SLICES[1])
    cuts = [round(place * n / n_slices) for place in range(1, n_slices)]
    inner = [(units[cut - 1] + units[cut]) / 2 for cut in cuts if units[cut - 1] < units[cut]]
    return [min(0.0, units[0]), *dict.fromkeys(inner), max(1.0, units[-1])]


def _slice(
    parameter: Parameter,
    unit_ends: tuple[float, float],
    trials: tuple[Trials, Trials],
    units: dict[tuple[int, int], float],
) -> Group:
    low, high = unit_ends
    ends = (value_of_place(parameter, low), value_of_place(parameter, high))
    done, lost = (
        tuple(one for one in side if _is_in(units.get((one.search, one.number)), low, high))
        for side in trials
    )
    own = {(one.search, one.number) for one in (*done, *lost)}
    return Group(
        label=f"{shown_value(ends[0])} to {shown_value(ends[1])}",
        done=done,
        lost=lost,
        units={key: unit for key, unit in units.items() if key in own},
        ends=ends,
        unit_ends=unit_ends,
    )


def _is_in(unit: float | None, low: float, high: float) -> bool:
    """Tell whether a place lies in a slice; the slices close at their upper end."""
    if unit is None:
        return False
    return low < unit <= high or (low <= 0 and unit <= low)
