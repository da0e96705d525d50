"""The schedules that populations found, as parts of a training that begins at step 0."""

from __future__ import annotations

from collections.abc import Callable

from trialist.design.trialconfig import trial_config
from trialist.execute.task import Segment
from trialist.ledger.searchlog import SearchLog, TrialKey
from trialist.ledger.winners import winner_configs
from trialist.search.lineage import schedule_of
from trialist.search.pbt import Exploit
from trialist.values.plan import Plan
from trialist.values.searchplan import Method


def segments_of(plan: Plan, log: SearchLog, key: TrialKey) -> tuple[Segment, ...]:
    """Give the parts that a member of a population really trained, through all that it took over.

    Every round ends a part, where its configuration changed and where it did not: a training that
    stops for a moment, saves and goes on is repeated bit by bit only if it stops at the same steps.

    Args:
        plan: The plan.
        log: Its searches.
        key: The member.
    """
    variant, search, number = key
    base = plan.config_of(variant)
    first = {one[2]: trial.params for one, trial in log.trials.items() if one[:2] == key[:2]}
    rounds = [one for one in log.evolved if one.key == (variant, search)]
    exploits = [Exploit.from_dict(one) for made in rounds for one in made.exploits]
    stages = schedule_of(number, first, exploits)
    ends = [made.step for made in rounds]
    starts = [0, *ends]
    parts = []
    for start, end in zip(starts, [*ends, None], strict=True):
        stage = [one for one in stages if one.from_step <= start][-1]
        parts.append(Segment(until=end, config=trial_config(base, stage.params)))
    return tuple(parts)


def fresh_segments(plan: Plan, log: SearchLog) -> Callable[[str, int], tuple[Segment, ...]] | None:
    """Give the parts of the fresh runs by variant and seed; None where runs have no parts."""
    if plan.search is None or plan.search.method is not Method.PBT:
        return None
    winners = winner_configs(plan, log)

    def segments(variant: str, seed: int) -> tuple[Segment, ...]:
        winner = winners.get((variant, seed))
        return () if winner is None else segments_of(plan, log, winner.key)

    return segments
