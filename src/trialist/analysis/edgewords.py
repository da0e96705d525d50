"""What the boundary check says, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.analysis.edge import ENOUGH, FEWEST, Cliff, Edge
from trialist.analysis.evenly import shown_value as shown
from trialist.analysis.evenly import value_of_place
from trialist.values.numbers import counted
from trialist.values.playbook import Change, Level
from trialist.values.space import Parameter

_ENDS = {"low": "lower", "high": "upper"}
_NO_FRACTION = 100  # ties leave parts of trials; among many, a part is nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the boundary check found for one parameter of one variant.

    Attributes:
        parameter: The parameter.
        variant: Whose searches they are.
        objective: The objective's name, where it is not the goal metric.
        edge: What the rule says.
        cliff: The end of what is feasible, where the best trial lies beside it.
        level: The verdict.
        best: The parameter's value in the best trial; None where there is none.
        n_adaptive: Complete trials that were left out, because they were proposed adaptively.
        n_searches: The searches that the trials come from.
    """

    parameter: Parameter
    variant: str
    objective: str
    edge: Edge
    cliff: Cliff | None
    level: Level
    best: Any
    n_adaptive: int
    n_searches: int

    @property
    def is_adaptive(self) -> bool:
        """True where all its trials were proposed with an eye on earlier values."""
        return self.edge.n == 0 and self.n_adaptive > 0


def sentence_of(found: Found) -> str:
    """Give what was found, with its numbers."""
    lead = _SENTENCES[found.level](found) if found.cliff is None else _unstable(found, found.cliff)
    aim = f" by {found.objective}" if found.objective else ""
    return f"The best {owned(found.parameter, found.variant)}{aim} {lead}."


def owned(parameter: Parameter, variant: str) -> str:
    """Give the parameter with its variant, once: `lr of adam`, or `adam.lr`."""
    shown_name = parameter.shown
    return shown_name if shown_name.startswith(f"{variant}.") else f"{shown_name} of {variant}"


def suggestion_of(found: Found, change: Change | None) -> str:
    """Give what to do about it; empty where nothing is to be done."""
    if change is None:
        return "Run quasi-random trials too: only they cover the space." * found.is_adaptive
    if found.level is Level.EDGE or change.kind == "extend_range":
        return _extend(found, change)
    if found.level is Level.INSTABILITY:
        return (
            "Do not widen the range: tame the training first (warm-up, then gradient clipping), "
            "then search again."
        )
    if found.level is Level.AT_LIMIT:
        limit = shown(_end(found.parameter, found.edge.side))
        return f"Nothing beyond {limit} makes sense: consider removing the feature."
    return f"Run more trials, {change.amount} in all."


def _extend(found: Found, change: Change) -> str:
    parameter, side = found.parameter, found.edge.side
    if parameter.choices:
        return f"Add choices beyond {shown(_end(parameter, side))} and run {change.amount} trials."
    if change.low is None or change.high is None:
        return f"Move its distribution towards the {_ENDS[side]} end: it has no range to extend."
    new, old = (change.low, parameter.low) if side == "low" else (change.high, parameter.high)
    first, last = sorted((new, old or 0.0))
    hint = ""
    if side == "low" and parameter.low == 0 and parameter.hard_low is None:
        hint = f" If no {parameter.shown} below 0 makes sense, say `hard_low: 0` instead."
    return (
        f"Extend its range to {shown(new)} and run {counted(change.amount or 0, 'new trial')} "
        f"between {shown(first)} and {shown(last)}; the old ones stay.{hint}"
    )


def _end(parameter: Parameter, side: str) -> Any:
    if parameter.choices:
        return parameter.choices[0 if side == "low" else -1]
    return parameter.low if side == "low" else parameter.high


def _where(found: Found) -> str:
    parameter = found.parameter
    if parameter.choices:
        return f"{shown(found.best)} of {shown(parameter.choices[0])} to {shown(_last(parameter))}"
    if parameter.low is None or parameter.high is None:
        return shown(found.best)
    return f"{shown(found.best)} in {shown(parameter.low)} to {shown(parameter.high)}"


def _last(parameter: Parameter) -> Any:
    return parameter.choices[-1]


def _trials(found: Found) -> str:
    trials = counted(found.edge.n, "trial")
    if found.n_searches > 1:
        return f"{trials} of {found.n_searches} searches, pooled"
    return trials


def _top(found: Found) -> str:
    n = found.edge.share * found.edge.k
    shown_n = f"{n:,.0f}" if n >= _NO_FRACTION else f"{n:.3g}"
    return f"{shown_n} of the best {found.edge.k:,} {'lies' if n == 1 else 'lie'} in"


def _side(found: Found) -> str:
    return _ENDS[found.edge.side]


def _edge(found: Found) -> str:
    edge = found.edge
    if not edge.half:
        return (
            f"lies near the {_side(found)} end of its range, {_where(found)}, and its trials get "
            f"better all the way there (rank correlation {edge.trend:.2f}, {_trials(found)})"
        )
    return (
        f"lies at the {_side(found)} end of its range: {_where(found)}, and {_top(found)} "
        f"its outer fifth ({_trials(found)})"
    )


def _suspect(found: Found) -> str:
    if found.edge.near:
        return (
            f"lies near the {_side(found)} end of its range, {_where(found)}, but only "
            f"{_top(found)} its outer fifth ({_trials(found)})"
        )
    return (
        f"lies inside of its range, {_where(found)}, but {_top(found)} the outer fifth of "
        f"its {_side(found)} end ({_trials(found)})"
    )


def _ok(found: Found) -> str:
    return f"lies inside of its range: {_where(found)} ({_trials(found)})"


def _undecided(found: Found) -> str:
    if found.is_adaptive:
        return (
            f"cannot be placed: all {counted(found.n_adaptive, 'complete trial')} were proposed "
            "with an eye on earlier ones, and lie where the sampler looked"
        )
    least = FEWEST if found.edge.n < FEWEST else ENOUGH
    at = "" if found.best is None else f", {shown(found.best)}"
    return (
        f"is not known to lie inside of its range{at}: {_trials(found)} of at least {least} that "
        "ran to their end"
    )


def _unstable(found: Found, cliff: Cliff) -> str:
    at = shown(value_of_place(found.parameter, cliff.at))
    beside, beyond = ("below", "above") if cliff.side == "high" else ("above", "below")
    return (
        f"lies right {beside} those that diverge: {shown(found.best)}, and {cliff.n_infeasible} "
        f"of {cliff.n_beyond} trials {beyond} {at} diverged ({_trials(found)})"
    )


_SENTENCES = {
    Level.EDGE: _edge,
    Level.AT_LIMIT: _edge,
    Level.SUSPECT: _suspect,
    Level.OK: _ok,
    Level.UNDECIDED: _undecided,
}
