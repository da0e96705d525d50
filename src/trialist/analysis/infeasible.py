"""The check of trials that diverged: how many, and whether amid those that did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialist.analysis.evenly import is_infeasible, levels_of, place_of
from trialist.values.numbers import counted
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Parameter

INFEASIBLE = "infeasible"
"""The name of the check."""

_FEWEST = 5
_MANY = 0.3  # of the trials: the space is larger than it should be
_TOO_MANY = 0.7  # what is left says little
_MIDDLE = (0.25, 0.75)  # of every range
_BUG_FROM = 2  # one may be an accident
_MOST_TRIED = 50  # a linear program each
_NEAREST = 200  # whoever is amid those is amid all

Array = npt.NDArray[np.float64]


def infeasible_share(table: SearchTable) -> tuple[Check, ...]:
    """Check for every variant how many of its trials diverged, and where.

    More than 30 % ask for a smaller space, more than 70 % forbid a comparison. A trial that
    diverged in the middle of the space, amid trials that did not (inside of their convex hull, with
    the same categories), did so for no reason that the space could tell: from two such trials on
    it is BUG, one is SUSPECT.
    """
    return tuple(_of_variant(table, arm.variant) for arm in table.arms if arm.parameters)


def _of_variant(table: SearchTable, variant: str) -> Check:
    trials = [trial for trial in table.of(variant) if trial.status.has_result]
    lost = [trial for trial in trials if is_infeasible(trial)]
    n, n_lost = len(trials), len(lost)
    share = n_lost / n if n else 0.0
    amid = _amid(table.arm(variant).parameters, trials) if n_lost and n_lost < n else ()
    level = _level(n, share, len(amid))
    is_too_many = n >= _FEWEST and share > _TOO_MANY
    cause = Level.BUG if is_too_many else level
    return Check(
        check=INFEASIBLE,
        level=level,
        variant=variant,
        n=n,
        numbers={"diverged": n_lost, "share": share, "amid": len(amid)},
        sentence=_sentence(variant, n, n_lost, amid),
        suggestion=_SUGGESTIONS[cause],
        change=_change(cause, variant),
        blocks=is_too_many,
    )


def _level(n: int, share: float, n_amid: int) -> Level:
    if n_amid >= _BUG_FROM:
        return Level.BUG
    if n < _FEWEST:
        return Level.UNDECIDED
    if share > _MANY:
        return Level.INFEASIBLE
    return Level.SUSPECT if n_amid else Level.OK


_SUGGESTIONS = {
    Level.OK: "",
    Level.UNDECIDED: "",
    Level.SUSPECT: "Run it again: if it diverges again, look for a mistake in the training code.",
    Level.INFEASIBLE: "Reduce the space to where trials do not diverge.",
    Level.BUG: "Look for a mistake in the training code before the next round.",
}


def _change(level: Level, variant: str) -> Change | None:
    kinds = {Level.INFEASIBLE: "shrink_range", Level.BUG: "fix_code"}
    return Change(kind=kinds[level], variant=variant) if level in kinds else None


def _sentence(variant: str, n: int, n_lost: int, amid: Sequence[str]) -> str:
    if not n:
        return f"No trial of {variant} has ended."
    if not n_lost:
        return f"None of {counted(n, 'trial')} of {variant} diverged."
    lead = f"{n_lost} of {counted(n, 'trial')} of {variant} diverged"
    if not amid:
        return f"{lead}."
    return f"{lead}, {len(amid)} of them amid trials that did not: {_some(amid)}."


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a trial lies: the axes that it has a place on, its values off them, the place."""

    trial: SearchTrial
    kind: tuple[object, ...]
    place: Array


def _amid(parameters: Sequence[Parameter], trials: Sequence[SearchTrial]) -> tuple[str, ...]:
    """Give the names of the trials that diverged in the middle, inside of the others' hull."""
    spots = [_spot(parameters, trial) for trial in trials]
    middle = [one for one in spots if is_infeasible(one.trial) and _is_in_the_middle(one.place)]
    return tuple(
        spot.trial.name for spot in middle[:_MOST_TRIED] if _is_inside(_others(spot, spots), spot)
    )


def _spot(parameters: Sequence[Parameter], trial: SearchTrial) -> _Spot:
    units = [_unit(one, trial) for one in parameters]
    kind = tuple(
        trial.params.get(one.name) if unit is None else one.name
        for one, unit in zip(parameters, units, strict=True)
    )
    return _Spot(trial, kind, np.array([unit for unit in units if unit is not None]))


def _unit(parameter: Parameter, trial: SearchTrial) -> float | None:
    """Give the place along a range or along ordered choices; categories have none."""
    if not parameter.is_numeric and not levels_of(parameter):
        return None
    return place_of(parameter, trial.params.get(parameter.name))


def _is_in_the_middle(place: Array) -> bool:
    low, high = _MIDDLE
    return len(place) > 0 and bool(((place >= low) & (place <= high)).all())


def _others(spot: _Spot, spots: Sequence[_Spot]) -> Array:
    """Give the nearest of the trials that did not diverge and differ by their place only."""
    alike = [one.place for one in spots if one.kind == spot.kind and not is_infeasible(one.trial)]
    if not alike:
        return np.zeros((0, len(spot.place)))
    places = np.array(alike)
    distances = ((places - spot.place) ** 2).sum(axis=1)
    return np.asarray(places[np.argsort(distances, kind="stable")[:_NEAREST]])


def _is_inside(points: Array, spot: _Spot) -> bool:
    """Tell whether the spot is a mixture of `points`."""
    from scipy.optimize import linprog

    n = len(points)
    if not n:
        return False
    equal = np.vstack([points.T, np.ones(n)])
    found = linprog(np.zeros(n), A_eq=equal, b_eq=np.append(spot.place, 1.0), bounds=(0, None))
    return bool(found.status == 0)
