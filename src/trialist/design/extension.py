"""A search that goes on from another: old trials are kept, new ones go where nobody has looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trialist.design.trialconfig import params_at, trial_config, units_of
from trialist.design.trialdesign import grid_points, interleaved, points_from, trials_at
from trialist.stats.unitscale import unit_of
from trialist.values.errors import ConfigError
from trialist.values.events import RunStatus
from trialist.values.numbers import counted
from trialist.values.plan import Plan
from trialist.values.searchplan import Method, PlannedTrial, SearchPlan, Tuned, trial_name
from trialist.values.searchtable import SearchTrial
from trialist.values.space import Arm, Parameter
from trialist.values.study import Config

_BLOCK = 64
_MOST_DRAWN = 8_192
_DONE = (RunStatus.FINISHED, RunStatus.DIVERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The study that is gone on from.

    Attributes:
        study: Its name in the store.
        search: Its searches.
        trials: Its trials, as they went.
        first_seed: Where seeds begin that none of its runs has used.
        plan: Its plan; without one, what its trials measured is not compared.
    """

    study: str
    search: SearchPlan
    trials: tuple[SearchTrial, ...]
    first_seed: int = 0
    plan: Plan | None = None


def extended_design(
    search: SearchPlan, configs: Mapping[str, Config], parent: Extended
) -> SearchPlan:
    """Give a search with the old trials that it can use, and new ones where it has none.

    A search that learns gets the old trials only: the others it proposes itself.

    Args:
        search: The new searches, without a design.
        configs: The configuration that each variant begins with.
        parent: What is gone on from.
    """
    _refuse_others(search, parent)
    kept = [
        trial
        for arm in search.searched
        for replicate in range(search.replicates)
        for trial in _kept(search, arm, configs[arm.variant], replicate, parent)
    ]
    if not search.method.is_adaptive:
        kept += _new(search, configs, parent, kept)
    return replace(search, design=interleaved(search, kept))


def measured_alike(plan: Plan, parent: Extended) -> Plan:
    """Give the plan with a caveat where the code has changed since the old trials.

    Raises:
        ConfigError: If the old trials measured something else: their scores would be compared with
            the new ones, and choose the winner.
    """
    old = parent.plan
    if old is None or plan.search is None:
        return plan
    sides = [_measured(one) for one in (old, plan)]
    for what, was, now in zip(("trial", "metric", "objectives"), *sides, strict=True):
        if was != now:
            raise ConfigError(
                f"search.extends: the trials of {parent.study} have {was or 'none'} as their "
                f"{what}, and this study has {now or 'none'}",
                where="search.extends",
                todo="begin anew: leave extends out",
            )
    n = sum(trial.source is not None for trial in plan.search.design)
    if not n or plan.code == old.code:
        return plan
    note = (
        f"{counted(n, 'trial')} taken over from {parent.study} ran with other code: how good their "
        "winners are, fresh runs of this code say."
    )
    return replace(plan, search=replace(plan.search, caveats=(*plan.search.caveats, note)))


def _measured(plan: Plan) -> tuple[str, str, str]:
    more = {} if plan.search is None else plan.search.objectives
    metric = f"{plan.metric.name} ({plan.metric.goal.value})"
    return plan.trial, metric, ", ".join(f"{name} ({goal})" for name, goal in sorted(more.items()))


def _refuse_others(search: SearchPlan, parent: Extended) -> None:
    """Refuse what cannot go on: other variants, or one winner each where there were several."""
    old, new = ([arm.variant for arm in one.searched] for one in (parent.search, search))
    if not set(old) & set(new):
        raise ConfigError(
            f"search.extends: {parent.study} searched {', '.join(old)}, and this study searches "
            f"{', '.join(new)}: no trial can be taken over",
            where="search.extends",
            todo="give the variants the same names, or leave extends out",
        )
    if search.tuned is Tuned.CONFIGURATION and search.replicates > 1:
        raise ConfigError(
            f"search.extends: {parent.study} searched each variant {search.replicates} times, and "
            "a claim about configurations rests on one search of each",
            where="search.extends",
            todo="tune two variants or more of it, for a claim about recipes; or leave extends out",
        )


def _kept(
    search: SearchPlan, arm: Arm, config: Config, replicate: int, parent: Extended
) -> Iterator[PlannedTrial]:
    """Give the old trials of one search that are trials of the new one too."""
    for old in parent.trials:
        if (old.variant, old.search) != (arm.variant, replicate) or old.status not in _DONE:
            continue
        units = units_of(arm, old.params)
        whole = trial_config(config, old.params)
        is_same = trial_name(arm.variant, whole) == old.name
        if units is not None and is_same and set(search.seeds_of(replicate)) <= set(old.seeds):
            yield PlannedTrial(
                variant=arm.variant,
                search=replicate,
                number=old.number,
                units=units,
                params=dict(old.params),
                config=whole,
                seeds=search.seeds_of(replicate),
                source=old.source or parent.study,
            )


def _new(
    search: SearchPlan, configs: Mapping[str, Config], parent: Extended, kept: list[PlannedTrial]
) -> Iterator[PlannedTrial]:
    first = _first_number(parent)
    for arm in search.searched:
        for replicate in range(search.replicates):
            own = [one for one in kept if (one.variant, one.search) == (arm.variant, replicate)]
            points = _points(search, arm, replicate, parent, own)
            if not points:
                _check_room(arm, search, parent)
            yield from trials_at(
                search,
                arm,
                configs[arm.variant],
                replicate=replicate,
                points=enumerate(points, start=first),
            )


def _check_room(arm: Arm, search: SearchPlan, parent: Extended) -> None:
    """Refuse ranges that reach further where nobody would look there."""
    old = next((one for one in parent.search.arms if one.variant == arm.variant), None)
    if old is None or not _is_larger(arm, old):
        return
    n = parent.search.trials_per_search
    raise ConfigError(
        f"the space of {arm.variant} is larger than in {parent.study}, and all {search.trials} "
        "trials are old ones: nobody would look there",
        where="search.trials",
        todo=f"give more, such as {search.replicates * (n + (n + 1) // 2)}, or leave it out",
    )


def _first_number(parent: Extended) -> int:
    return max((trial.number for trial in parent.trials), default=-1) + 1


def _points(
    search: SearchPlan, arm: Arm, replicate: int, parent: Extended, kept: list[PlannedTrial]
) -> Sequence[tuple[float, ...]]:
    """Give points that go on from the parent's, in the room that the parent did not have."""
    if search.method is Method.GRID:
        tried = [one.params for one in kept]
        return [units for units in grid_points(arm) if params_at(arm, units) not in tried]
    n, start = search.trials_per_search - len(kept), _first_number(parent)
    old = next((one for one in parent.search.arms if one.variant == arm.variant), None)
    if old is None or not _is_larger(arm, old):
        return points_from(search, arm, replicate, start=start, n=n)
    found: list[tuple[float, ...]] = []
    while len(found) < n and start < _MOST_DRAWN:
        block = points_from(search, arm, replicate, start=start, n=_BLOCK)
        found += [units for units in block if _is_new(arm, old, units)]
        start += _BLOCK
    missing = points_from(search, arm, replicate, start=start, n=max(n - len(found), 0))
    return [*found[:n], *missing]


def _is_larger(arm: Arm, old: Arm) -> bool:
    """Tell whether some range reaches further than before, or a choice is new."""
    before = {one.name: one for one in old.parameters}
    for one in arm.parameters:
        if one.name not in before:
            return True
        ends = (one.low, one.high) if not one.choices else one.choices
        if any(end is not None and not _was_there(before[one.name], end) for end in ends):
            return True
    return False


def _is_new(arm: Arm, old: Arm, units: tuple[float, ...]) -> bool:
    before = {one.name: one for one in old.parameters}
    params = params_at(arm, units)
    return any(
        name not in before or not _was_there(before[name], value) for name, value in params.items()
    )


def _was_there(parameter: Parameter, value: object) -> bool:
    if parameter.switch and value == parameter.off:
        return True
    u = unit_of(parameter, value)
    return u is not None and 0.0 <= u <= 1.0
