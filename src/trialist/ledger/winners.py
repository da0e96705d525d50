"""The winners of searches, and the fresh runs that take their configurations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from trialist.ledger.searchlog import SearchLog
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.searchplan import PlannedTrial, Tuned
from trialist.values.study import Config

RunKey = tuple[str, int]
"""A run: variant and seed."""


def winner_configs(plan: Plan, log: SearchLog) -> Mapping[RunKey, PlannedTrial | None]:
    """Give the winner whose configuration each fresh run takes; None where its search has none.

    Of a recipe every seed belongs to one search. Of a configuration all seeds take the best winner
    of the variant. Variants that are not searched do not stand here.
    """
    search = plan.search
    if search is None:
        return {}
    found: dict[RunKey, PlannedTrial | None] = {}
    for arm in search.searched:
        one = best_winner(plan, log, arm.variant)
        for place, seed in enumerate(plan.seeds):
            own = search.tuned is Tuned.RECIPE
            winner = log.winner(arm.variant, place % search.replicates) if own else one
            found[arm.variant, seed] = winner
    return found


def best_winner(plan: Plan, log: SearchLog, variant: str) -> PlannedTrial | None:
    """Give the best winner of a variant's searches, by the value that it was chosen for."""
    sign = -plan.metric.goal.sign
    best: tuple[float, int] | None = None
    for number in range(0 if plan.search is None else plan.search.replicates):
        winner = log.winner(variant, number)
        value = None if winner is None else log.told[winner.key].value
        if value is not None and (best is None or sign * value < best[0]):
            best = (sign * value, number)
    return None if best is None else log.winner(variant, best[1])


def configs_of(plan: Plan, log: SearchLog) -> Callable[[str, int], Config]:
    """Give what the configuration of a fresh run is, by variant and seed."""
    winners = winner_configs(plan, log)
    planned = {variant.name: variant.config for variant in plan.variants}

    def config(variant: str, seed: int) -> Config:
        winner = winners.get((variant, seed))
        return planned[variant] if winner is None else winner.config

    return config


def planned_config(plan: Plan, log: SearchLog, variant: str, seed: int) -> Config | None:
    """Give the configuration that a run was to have; None where the plan asks for no such run.

    Args:
        plan: The plan that the run was made under.
        log: Its searches; of a study without any, an empty log.
        variant: The variant, or the name of a trial of a search.
        seed: The run's seed.
    """
    if any(planned.name == variant for planned in plan.variants):
        return configs_of(plan, log)(variant, seed)
    found = (one.config for one in log.trials.values() if one.name == variant)
    return next(found, None)


def without_winner(
    plan: Plan, log: SearchLog, there: Collection[tuple[str, int | None]]
) -> tuple[RunRecord, ...]:
    """Give the fresh runs that cannot be made: every trial of their search diverged or failed.

    Args:
        plan: The plan.
        log: Its searches; while they are not over, nothing is known.
        there: The runs that were made nevertheless, which count.
    """
    if plan.search is None or not log.is_over:
        return ()
    return tuple(
        RunRecord(
            variant=variant,
            seed=seed,
            status=RunStatus.DIVERGED,
            error="no trial of its search gave a value",
            attempts=0,
        )
        for (variant, seed), winner in winner_configs(plan, log).items()
        if winner is None and (variant, seed) not in there
    )
