"""Groups of trials, the best of each, and how the bests differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trialist.stats.bestdifference import best_difference_interval
from trialist.stats.draws import Draws
from trialist.values.evidence import Interval
from trialist.values.isolation import DesignLine, GroupDifference, IsolationDot, IsolationGroup
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.searchtable import SearchTrial

Array = npt.NDArray[np.float64]
Key = tuple[int, int]

_ADAPTIVE = "trials that were proposed with an eye on earlier ones cannot be resampled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The trials of one variant, of one choice, or of one slice of a range.

    Attributes:
        label: What a person reads.
        done: Complete trials, by search and number.
        lost: Trials that diverged.
        units: Where each trial lies along the isolated parameter; empty for categories.
        ends: The lower and the upper end of a slice, in the parameter's own unit.
        unit_ends: The same from 0 to 1 in its scale.
        design: The design that its points come from; empty where it shares it with no group.
    """

    label: str
    done: tuple[SearchTrial, ...]
    lost: tuple[SearchTrial, ...]
    units: Mapping[Key, float] = field(default_factory=dict)
    ends: tuple[float, float] | None = None
    unit_ends: tuple[float, float] | None = None
    design: str = ""

    def scores(self, goal: Goal) -> dict[Key, float]:
        """Give the score of each complete trial by its point; lower is better."""
        return {
            (trial.search, trial.number): -goal.sign * trial.value
            for trial in self.done
            if trial.value is not None
        }

    def best(self, goal: Goal) -> SearchTrial | None:
        """Give the best trial; the first of those that share the best value."""
        scores = self.scores(goal)
        if not scores:
            return None
        return min(self.done, key=lambda trial: scores[trial.search, trial.number])


def best_place(groups: Sequence[Group], goal: Goal) -> int | None:
    """Give the place of the group that has the best trial of all; None where none has any."""
    bests = [min(group.scores(goal).values(), default=None) for group in groups]
    known = {place: best for place, best in enumerate(bests) if best is not None}
    return min(known, key=lambda place: known[place]) if known else None


def differences_of(
    groups: Sequence[Group], goal: Goal, *, rng: Draws
) -> tuple[GroupDifference, ...]:
    """Give how the best of every group differs from the best of all; plus is better."""
    place = best_place(groups, goal)
    if place is None:
        return ()
    return tuple(
        _difference(group, groups[place], goal, rng)
        for other, group in enumerate(groups)
        if other != place and group.done
    )


def shown_groups(
    groups: Sequence[Group],
    differences: Sequence[GroupDifference],
    goal: Goal,
    *,
    noise: float | None,
) -> tuple[IsolationGroup, ...]:
    """Give the groups as they are drawn, with those that are statistically tied."""
    found = {one.group: one for one in differences}
    return tuple(_shown(group, found.get(group.label), goal, noise) for group in groups)


def dots_of(groups: Sequence[Group], goal: Goal) -> tuple[IsolationDot, ...]:
    """Give every trial of the groups as it is drawn."""
    return tuple(
        IsolationDot(
            name=trial.name,
            variant=trial.variant,
            search=trial.search,
            number=trial.number,
            group=place,
            unit=group.units.get((trial.search, trial.number)),
            value=trial.value,
            is_best=trial is best,
        )
        for place, group in enumerate(groups)
        for best in [group.best(goal)]
        for trial in (*group.done, *group.lost)
    )


def lines_of(groups: Sequence[Group], goal: Goal) -> tuple[DesignLine, ...]:
    """Give a line per point of a design that groups share, through those of them that have it."""
    scores = [group.scores(goal) for group in groups]
    lines = []
    for design in dict.fromkeys(group.design for group in groups if group.design):
        members = [group.design == design for group in groups]
        if sum(members) > 1:
            own = [one if is_in else {} for one, is_in in zip(scores, members, strict=True)]
            lines += [_line(key, own, goal) for key in sorted({key for one in own for key in one})]
    return tuple(lines)


def _line(key: Key, scores: Sequence[Mapping[Key, float]], goal: Goal) -> DesignLine:
    values = (one.get(key) for one in scores)
    return DesignLine(
        search=key[0],
        number=key[1],
        values=tuple(None if value is None else -goal.sign * value for value in values),
    )


def _difference(group: Group, best: Group, goal: Goal, rng: Draws) -> GroupDifference:
    ours, theirs = group.scores(goal), best.scores(goal)
    shared = bool(group.design) and group.design == best.design
    # a point that diverged on both sides tells nothing of either
    keys = sorted({*ours, *theirs})
    interval: Interval | Missing = Missing(_ADAPTIVE)
    if not any(trial.adaptive for trial in (*group.done, *best.done)):
        a, b = (_aligned(side, keys) if shared else _alone(side) for side in (theirs, ours))
        interval = best_difference_interval(a, b, shared=shared, rng=rng)
    return GroupDifference(
        group=group.label,
        against=best.label,
        value=min(theirs.values()) - min(ours.values()),
        interval=interval,
        n=len(keys) if shared else min(len(ours), len(theirs)),
        shared=shared,
    )


def _aligned(scores: Mapping[Key, float], keys: Sequence[Key]) -> Array:
    return np.array([scores.get(key, np.inf) for key in keys])


def _alone(scores: Mapping[Key, float]) -> Array:
    return np.array(list(scores.values()))


def _shown(
    group: Group, difference: GroupDifference | None, goal: Goal, noise: float | None
) -> IsolationGroup:
    best = group.best(goal)
    value = None if best is None else best.value
    low, high = group.ends or (None, None)
    unit_low, unit_high = group.unit_ends or (None, None)
    return IsolationGroup(
        label=group.label,
        low=low,
        high=high,
        unit_low=unit_low,
        unit_high=unit_high,
        n_complete=len(group.done),
        n_infeasible=len(group.lost),
        best=Missing("no trial ran to its end") if value is None else value,
        best_trial=None if best is None else best.name,
        tied=value is not None and _is_tied(difference, noise),
    )


def _is_tied(difference: GroupDifference | None, noise: float | None) -> bool:
    if difference is None:
        return True  # the best itself
    interval = difference.interval
    by_luck = isinstance(interval, Interval) and interval.low <= 0 <= interval.high
    return by_luck or (noise is not None and -difference.value <= noise)
