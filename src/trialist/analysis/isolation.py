"""Isolation plots: the best trial over all other parameters, for each value of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.analysis.bestgroups import (
    Group,
    best_place,
    differences_of,
    dots_of,
    lines_of,
    shown_groups,
)
from trialist.analysis.evenly import complete, evenly, infeasible, searches_in
from trialist.analysis.slices import groups_of
from trialist.stats.draws import Draws
from trialist.stats.winnerscurse import most_optimism
from trialist.values.evidence import Interval
from trialist.values.isolation import GroupDifference, Isolated, Isolation, IsolationGroup
from trialist.values.metric import Goal
from trialist.values.numbers import counted
from trialist.values.searchtable import SearchTable
from trialist.values.space import Parameter, Role


def isolations(table: SearchTable, *, rng: Draws) -> tuple[Isolation, ...]:
    """Give the isolation plots that a round asks for: of the variants, and of what is scientific.

    Args:
        table: The trials of the searches.
        rng: For the intervals of the differences.
    """
    plots = []
    if sum(bool(arm.parameters) for arm in table.arms) > 1:
        plots.append(isolation_of_variants(table, rng=rng))
    plots += [
        isolation_of(table, arm.variant, parameter, rng=rng)
        for arm in table.arms
        for parameter in arm.parameters
        if parameter.role is Role.SCIENTIFIC
    ]
    return tuple(plots)


def isolation_of_variants(table: SearchTable, *, rng: Draws) -> Isolation:
    """Give the best trial of every variant that was searched, with the differences of the bests.

    Variants that share a design have the same points: they are resampled together, and each point
    is a line through the variants. Trials that were proposed adaptively are shown; there is no
    interval then.

    Args:
        table: The trials of the searches.
        rng: For the intervals of the differences.
    """
    arms = [arm for arm in table.arms if arm.parameters]
    groups = [
        Group(
            label=arm.variant,
            done=complete(table.of(arm.variant)),
            lost=infeasible(table.of(arm.variant)),
            design=arm.shares or arm.variant,
        )
        for arm in arms
    ]
    names = dict.fromkeys(name for arm in arms for name in arm.given)
    shown = ", ".join(names) or "variant"
    return _isolation(table, groups, _Axis(shown, Isolated.CATEGORICAL), rng=rng)


def isolation_of(
    table: SearchTable, variant: str, parameter: Parameter, *, rng: Draws
) -> Isolation:
    """Give the best trial of one variant for each value of a parameter, or slice of its range.

    Only trials that cover the space evenly are read, and of a parameter that exists only beside
    some values of others those in which it does; where it may be off, `off` is a group of its own.

    Args:
        table: The trials of the searches.
        variant: Whose trials are looked at.
        parameter: One of its parameters, of any role.
        rng: For the intervals of the differences.
    """
    trials = evenly(table.of(variant))
    there = [trial for trial in trials if parameter.name in trial.params]
    kind = Isolated.CATEGORICAL if parameter.choices else Isolated.CONTINUOUS
    if parameter.switch or len(there) < len(trials):
        kind = Isolated.CONDITIONAL
    groups = groups_of(parameter, complete(there), infeasible(there))
    scale = "" if parameter.choices else parameter.scale.value
    axis = _Axis(parameter.shown, kind, scale, variant)
    return _isolation(table, groups, axis, rng=rng)


class _Axis:
    """What lies along the horizontal axis."""

    def __init__(
        self, parameter: str, kind: Isolated, scale: str = "", variant: str | None = None
    ) -> None:
        self.parameter, self.kind = parameter, kind
        self.scale, self.variant = scale, variant


def _isolation(
    table: SearchTable, groups: Sequence[Group], axis: _Axis, *, rng: Draws
) -> Isolation:
    goal = table.metric.goal
    differences = differences_of(groups, goal, rng=rng)
    shown = shown_groups(groups, differences, goal, noise=table.noise)
    return Isolation(
        parameter=axis.parameter,
        variant=axis.variant,
        kind=axis.kind,
        metric=table.metric.name,
        goal=goal,
        scale=axis.scale,
        groups=shown,
        dots=dots_of(groups, goal),
        differences=differences,
        lines=lines_of(groups, goal),
        noise=table.noise,
        sentence=_sentence(axis.parameter, groups, shown, differences, goal),
        notes=tuple(_notes(table, groups)),
    )


def _sentence(
    parameter: str,
    groups: Sequence[Group],
    shown: Sequence[IsolationGroup],
    differences: Sequence[GroupDifference],
    goal: Goal,
) -> str:
    place = best_place(groups, goal)
    if place is None:
        return f"No trial tells which {parameter} is best: none ran to its end."
    best = shown[place]
    score = f"{best.best:.4g}" if isinstance(best.best, float) else ""
    lead = f"The best trial has {parameter} {best.label}: {score}"
    if not differences:
        return f"{lead}. There is nothing to compare it with."
    next_best = max(differences, key=lambda one: one.value)
    against = f"{lead}, {-next_best.value:.3g} better than that of {next_best.group}"
    tied = [group.label for group in shown if group.tied]
    ends = _ends(next_best)
    if len(tied) > 1:
        return f"{against}{ends}. Statistically tied: {', '.join(tied)}."
    return f"{against}{ends}."


def _ends(difference: GroupDifference) -> str:
    interval = difference.interval
    if not isinstance(interval, Interval):
        return f" ({interval.reason})"
    of = counted(difference.n, "shared point" if difference.shared else "trial")
    return f" ({-interval.high:.3g} to {-interval.low:.3g} by the luck of the search, {of})"


def _notes(table: SearchTable, groups: Sequence[Group]) -> Iterator[str]:
    trials = [trial for group in groups for trial in group.done]
    most = max((len(group.done) for group in groups), default=0)
    if most > 1 and table.noise is not None:
        amount = most_optimism(most, table.noise)
        yield (
            f"Each best was chosen for being good: the best of {most} is up to {amount:.3g} too "
            "good on average. Report fresh runs instead."
        )
    elif most > 1:
        yield (
            "Each best was chosen for being good, and by how much it is too good is unknown: "
            "nothing was run again. Report fresh runs instead."
        )
    if searches_in(trials) > 1:
        yield f"The trials of {searches_in(trials)} searches are pooled."
    if any(trial.adaptive for trial in trials):
        yield "Some trials were proposed with an eye on earlier ones: they crowd where it is good."
    sizes = {len(group.done) + len(group.lost) for group in groups if group.unit_ends is None}
    if len(sizes) > 1:
        yield "The groups have different numbers of trials: the larger ones find better bests."
