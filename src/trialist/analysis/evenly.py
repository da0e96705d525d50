"""The trials of a search that cover its space evenly, and where each lies along a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from trialist.stats.unitscale import unit_of, value_at
from trialist.values.events import RunStatus
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import OFF_SHARE, Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A trial with its place along one parameter, from 0 to 1 in the parameter's scale."""

    trial: SearchTrial
    unit: float


def is_complete(trial: SearchTrial) -> bool:
    """Tell whether the trial ran to its end and has a value."""
    return trial.status is RunStatus.FINISHED and trial.value is not None


def is_infeasible(trial: SearchTrial) -> bool:
    """Tell whether the trial diverged."""
    return trial.status is RunStatus.DIVERGED


def evenly(trials: Iterable[SearchTrial]) -> tuple[SearchTrial, ...]:
    """Give the trials that were not proposed with an eye on earlier values."""
    return tuple(trial for trial in trials if not trial.adaptive)


def complete(trials: Iterable[SearchTrial]) -> tuple[SearchTrial, ...]:
    """Give the trials that have a value."""
    return tuple(filter(is_complete, trials))


def infeasible(trials: Iterable[SearchTrial]) -> tuple[SearchTrial, ...]:
    """Give the trials that diverged."""
    return tuple(filter(is_infeasible, trials))


def score_of(table: SearchTable, trial: SearchTrial) -> float:
    """Give the value of a complete trial, turned so that lower is better."""
    value = trial.value
    if value is None:
        raise ValueError(f"the trial {trial.name} has no value")
    return -table.metric.goal.sign * value


def placed(trials: Iterable[SearchTrial], parameter: Parameter) -> tuple[Placed, ...]:
    """Give the trials in which the parameter exists and is on, with their places along it."""
    found = []
    for trial in trials:
        unit = place_of(parameter, trial.params.get(parameter.name))
        if unit is not None:
            found.append(Placed(trial=trial, unit=unit))
    return tuple(found)


def place_of(parameter: Parameter, value: Any) -> float | None:
    """Give where `value` lies along the parameter, from 0 to 1; None where it has no place.

    Choices that are in an order lie evenly between the first, 0, and the last, 1.
    """
    levels = levels_of(parameter)
    if not parameter.choices or not levels:
        return unit_of(parameter, value)
    if value not in levels:
        return None
    return levels.index(value) / max(len(levels) - 1, 1)


def levels_of(parameter: Parameter) -> Sequence[Any]:
    """Give the values of a parameter that has levels in an order; empty where it has none.

    Choices are in an order where they say so, or where they are numbers that rise or fall; whole
    numbers and multiples of a step are levels too.
    """
    if parameter.choices:
        return parameter.choices if _is_ordered(parameter) else ()
    if parameter.low is None or parameter.high is None:
        return ()
    step = parameter.step or (1.0 if parameter.integer else None)
    if step is None:
        return ()
    low, n = parameter.low, int((parameter.high - parameter.low) / step + 1e-9) + 1
    values = [low + place * step for place in range(min(n, _MANY_LEVELS))]
    return [round(value) for value in values] if parameter.integer else values


def value_of_place(parameter: Parameter, unit: float) -> Any:
    """Give the value at a place from 0 to 1, of a parameter that is on."""
    if parameter.choices:
        return parameter.choices[round(unit * (len(parameter.choices) - 1))]
    inside = min(max(unit, 0.0), 1.0)
    point = OFF_SHARE + inside * (1 - OFF_SHARE) if parameter.switch else inside
    return value_at(parameter, min(point, 1.0))


def shown_value(value: Any) -> str:
    """Give a parameter's value as a person reads it: a number in three digits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.3g}" if isinstance(value, float) and abs(value) < 1e3 else f"{value:g}"


def searches_in(trials: Iterable[SearchTrial]) -> int:
    """Give how many searches the trials come from."""
    return len({trial.search for trial in trials})


_MANY_LEVELS = 1_000  # beyond it nobody counts them


def _is_ordered(parameter: Parameter) -> bool:
    choices = parameter.choices
    if parameter.ordered:
        return True
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in choices):
        return False
    return list(choices) in (sorted(choices), sorted(choices, reverse=True))
