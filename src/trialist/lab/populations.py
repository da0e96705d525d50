"""What the populations of a study did, for the picture of their schedules."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.ledger.searchlog import SearchLog
from trialist.render.populationdata import Line, Population, Takeover
from trialist.values.plan import Plan
from trialist.values.searchplan import Method
from trialist.values.searchtable import SearchTable


def populations_of(plan: Plan, log: SearchLog, table: SearchTable) -> tuple[Population, ...]:
    """Give the populations; none where the study was not searched by one.

    Args:
        plan: The plan.
        log: Its searches.
        table: Their trials.
    """
    if plan.search is None or plan.search.method is not Method.PBT:
        return ()
    return tuple(_populations(log, table))


def _populations(log: SearchLog, table: SearchTable) -> Iterator[Population]:
    from trialist.search.lineage import schedule_of
    from trialist.search.pbt import Exploit

    for variant, search in dict.fromkeys(key[:2] for key in log.trials):
        first = {k[2]: one.params for k, one in log.trials.items() if k[:2] == (variant, search)}
        rounds = [one for one in log.evolved if one.key == (variant, search)]
        exploits = [Exploit.from_dict(one) for made in rounds for one in made.exploits]
        winner = log.winner(variant, search)
        stages = () if winner is None else schedule_of(winner.number, first, exploits)
        steps = [one.steps for one in table.of(variant) if one.steps is not None]
        yield Population(
            variant=variant,
            search=search,
            members=tuple(sorted(first)),
            takeovers=tuple(
                Takeover(step=one.step, target=one.target, donor=one.donor, params=one.new)
                for one in sorted(exploits, key=lambda one: (one.step, one.target))
            ),
            line=tuple(
                Line(member=one.member, step=one.from_step, params=one.params) for one in stages
            ),
            steps=table.max_steps or max(steps, default=0),
        )
