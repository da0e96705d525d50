"""The trials of one variant as points, for what is computed over its space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.stats.unitscale import unit_of
from trialist.values.events import RunStatus
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import OFF_SHARE, Parameter

ENOUGH_EVEN = 30
"""Evenly spread trials from which those that follow earlier values are left out."""


def place_of(parameter: Parameter, value: Any) -> float | None:
    """Give where a value lies, from 0 to 1, the switch included; None where it has no place.

    Example:
        >>> place_of(Parameter(name="decay", low=0.0, high=1.0, switch=True), 0.0)
        0.1
    """
    if not parameter.switch:
        return unit_of(parameter, value)
    if value == parameter.off:
        return OFF_SHARE / 2
    place = unit_of(parameter, value)
    return None if place is None else OFF_SHARE + place * (1 - OFF_SHARE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The finished trials that something is computed from.

    Attributes:
        trials: The finished trials.
        n_adaptive: Those of them that follow earlier values.
        n_diverged: Trials that diverged: they have no value.
        n_pruned: Trials that were cut: their value is not that of a whole training.
    """

    trials: tuple[SearchTrial, ...]
    n_adaptive: int
    n_diverged: int
    n_pruned: int


def picked(table: SearchTable, variant: str) -> Picked:
    """Give the finished trials of a variant: the evenly spread ones, where those are enough."""
    trials = table.of(variant)
    finished = [one for one in trials if one.status is RunStatus.FINISHED and one.value is not None]
    even = [one for one in finished if not one.adaptive]
    chosen = even if len(even) >= ENOUGH_EVEN else finished
    return Picked(
        trials=tuple(chosen),
        n_adaptive=sum(one.adaptive for one in chosen),
        n_diverged=sum(one.status is RunStatus.DIVERGED for one in trials),
        n_pruned=sum(one.status is RunStatus.PRUNED for one in trials),
    )
