"""The boundary check: whether the best values of each parameter lie at an end of its range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialist.analysis.edge import ENOUGH, FEWEST, Cliff, Edge, cliff_of, edge_of
from trialist.analysis.edgewords import Found, owned, sentence_of, suggestion_of
from trialist.analysis.evenly import (
    Placed,
    complete,
    evenly,
    infeasible,
    levels_of,
    placed,
    searches_in,
)
from trialist.analysis.objectives import Objective, objectives_of
from trialist.analysis.widening import at_limit, new_trials, widened
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Parameter, Role

BOUNDARY = "boundary"
"""The name of the check."""

_FEWEST_LEVELS = 5
"""Levels from which their ends are judged; with fewer the best level is told."""

_INFORMING = 3  # with two levels one of the ends is always the best

Array = npt.NDArray[np.float64]


def boundary(table: SearchTable) -> tuple[Check, ...]:
    """Check every parameter of every variant, for every objective.

    Only trials that cover the space evenly are read: where a sampler proposes with an eye on
    earlier values, the place of its trials says where it looked. The searches of one variant are
    pooled. Only complete trials are read, and those that diverged for INSTABILITY: a pruned trial
    has no value that could be the best. The rule is that of `edge.edge_of`.

    Args:
        table: The trials of the searches.
    """
    return tuple(
        check
        for arm in table.arms
        if arm.parameters
        for objective in objectives_of(table, arm.variant)
        for check in _of_arm(_Look(table, arm.variant, objective), arm.parameters)
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """One variant, looked at by one objective."""

    table: SearchTable
    variant: str
    objective: Objective

    @property
    def trials(self) -> tuple[SearchTrial, ...]:
        return self.table.of(self.variant)


def _of_arm(look: _Look, parameters: Sequence[Parameter]) -> Iterator[Check]:
    for parameter in parameters:
        levels = levels_of(parameter)
        if parameter.choices and not levels:
            continue  # nothing has an end
        if 0 < len(levels) < _FEWEST_LEVELS:
            if len(levels) >= _INFORMING:
                yield _by_level(look, parameter)
            continue
        yield _by_place(look, parameter)


def _by_place(look: _Look, parameter: Parameter) -> Check:
    found = _found(look, parameter)
    change = _change(found)
    return Check(
        check=BOUNDARY,
        level=found.level,
        subject=parameter.shown,
        variant=look.variant,
        n=found.edge.n,
        numbers=_numbers(found),
        sentence=sentence_of(found),
        suggestion=suggestion_of(found, change),
        change=change,
        blocks=found.level is Level.EDGE
        and parameter.role is Role.NUISANCE
        and look.objective.is_goal,
    )


def _found(look: _Look, parameter: Parameter) -> Found:
    even = _scored(look, parameter)
    units, scores = _arrays(look.objective, even)
    edge = edge_of(units, scores)
    lost = placed(evenly(infeasible(look.trials)), parameter)
    cliff = cliff_of(units, scores, np.array([one.unit for one in lost]))
    is_enough = edge.n >= FEWEST
    return Found(
        parameter=parameter,
        variant=look.variant,
        objective="" if look.objective.is_goal else look.objective.name,
        edge=edge,
        cliff=cliff if is_enough else None,
        level=_level(edge, cliff, parameter),
        best=_best_value(parameter, even, scores),
        n_adaptive=sum(one.trial.adaptive for one in placed(complete(look.trials), parameter)),
        n_searches=searches_in(one.trial for one in even),
    )


def _scored(look: _Look, parameter: Parameter) -> tuple[Placed, ...]:
    """Give the complete, evenly placed trials that have the objective."""
    even = placed(evenly(complete(look.trials)), parameter)
    return tuple(one for one in even if look.objective.score(one.trial) is not None)


def _arrays(objective: Objective, even: Sequence[Placed]) -> tuple[Array, Array]:
    known = [(one.unit, objective.score(one.trial)) for one in even]
    table = np.array(known, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _level(edge: Edge, cliff: Cliff | None, parameter: Parameter) -> Level:
    if edge.n < FEWEST:
        return Level.UNDECIDED
    if cliff is not None:
        return Level.INSTABILITY
    if edge.level is Level.EDGE and at_limit(parameter, edge.side):
        return Level.AT_LIMIT
    return edge.level


def _best_value(parameter: Parameter, even: Sequence[Placed], scores: Array) -> object:
    if not len(scores):
        return None
    return even[int(scores.argmin())].trial.params[parameter.name]


def _change(found: Found) -> Change | None:
    parameter, edge = found.parameter, found.edge
    kind = "extend_range" if edge.leans else _KINDS.get(found.level)
    if kind is None or (found.level is Level.UNDECIDED and found.is_adaptive):
        return None
    low = high = amount = None
    if kind == "extend_range":
        wider = widened(parameter, edge.side)
        if wider is not None:
            low, high = wider.low, wider.high
        amount = -(-edge.n // 2) if wider is None else new_trials(parameter, wider, edge.n)
    if kind == "more_trials":
        amount = max(ENOUGH, 2 * edge.n if found.level is Level.SUSPECT else 0)
    return Change(
        kind=kind, parameter=parameter.name, variant=found.variant, low=low, high=high,
        amount=amount,
    )  # fmt: skip


_KINDS = {
    Level.EDGE: "extend_range",
    Level.AT_LIMIT: "remove_feature",
    Level.INSTABILITY: "tame_instability",
    Level.SUSPECT: "more_trials",
    Level.UNDECIDED: "more_trials",
}


def _numbers(found: Found) -> dict[str, float | str | bool | None]:
    edge, cliff = found.edge, found.cliff
    numbers: dict[str, float | str | bool | None] = {
        "k": edge.k,
        "near": edge.near,
        "half": edge.half,
        "share": edge.share,
        "leans": edge.leans,
        "side": edge.side,
        "unit": edge.best if edge.n else None,
        "best": found.best if isinstance(found.best, int | float | str) else None,
        "low": found.parameter.low,
        "high": found.parameter.high,
        "searches": found.n_searches,
        "adaptive": found.n_adaptive,
    }
    if found.objective:
        numbers["objective"] = found.objective
    if found.parameter.role is Role.SCIENTIFIC:
        numbers["role"] = Role.SCIENTIFIC.value
    if cliff is not None:
        numbers |= {
            "cliff": cliff.at, "beyond": cliff.n_beyond, "infeasible_beyond": cliff.n_infeasible,
            "side": cliff.side,
        }  # fmt: skip
    return numbers


def _by_level(look: _Look, parameter: Parameter) -> Check:
    """Tell where the best lies among levels that are too few for a verdict."""
    units, scores = _arrays(look.objective, _scored(look, parameter))
    levels = levels_of(parameter)
    best = units[scores == scores.min()] if len(scores) else units
    is_first, is_last = _all_at(best, 0.0), _all_at(best, 1.0)
    shown = ", ".join(f"{level:g}" if isinstance(level, float) else str(level) for level in levels)
    who = owned(parameter, look.variant)
    sentence = f"The best {who} is its {'first' if is_first else 'last'} level, of {shown}."
    if not len(scores):
        sentence = f"No trial tells which {who} is the best."
    elif not (is_first or is_last):
        sentence = f"The best {who} lies between its first and its last level, of {shown}."
    return Check(
        check=BOUNDARY,
        level=_level_of_levels(len(scores), at_end=is_first or is_last),
        subject=parameter.shown,
        variant=look.variant,
        n=len(scores),
        numbers={"levels": len(levels), "first": is_first, "last": is_last},
        sentence=sentence,
        suggestion="Try one level beyond it, if there is one." if is_first or is_last else "",
    )


def _all_at(units: Array, end: float) -> bool:
    return bool(len(units)) and bool(np.all(np.abs(units - end) < 1e-9))


def _level_of_levels(n: int, *, at_end: bool) -> Level:
    if n < FEWEST:
        return Level.UNDECIDED
    return Level.NOTE if at_end else Level.OK
