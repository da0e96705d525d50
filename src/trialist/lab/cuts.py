"""What ending trials early cost, as far as those show that would have ended and ran on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trialist.ledger.searchlog import AUDIT, SearchKey, SearchLog
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.plan import Plan

if TYPE_CHECKING:
    from trialist.values.missing import Missing
    from trialist.values.regret import Regret


def cuts_in_words(plan: Plan, log: SearchLog) -> tuple[str, ...]:
    """Give how many trials were ended early and what that cost; nothing where no rule ends any.

    Args:
        plan: The plan.
        log: Its searches.
    """
    if plan.search is None or plan.search.pruner is None or not log.told:
        return ()
    from trialist.decide.cuts import cut_words
    from trialist.search.regret import pooled_regret

    n_cut = sum(one.status is RunStatus.PRUNED for one in log.told.values())
    regret = pooled_regret(_regrets(log, plan.metric.goal))
    return (cut_words(plan.search.pruner.name, n_cut, len(log.told), regret),)


def _regrets(log: SearchLog, goal: Goal) -> Iterator[Regret | Missing]:
    from trialist.search.regret import regret_of

    searches: dict[SearchKey, dict[int, float | None]] = {}
    for (variant, search, number), told in log.told.items():
        if told.status in (RunStatus.FINISHED, RunStatus.DIVERGED):
            searches.setdefault((variant, search), {})[number] = told.value
    for key, values in searches.items():
        audited = {one.key[2] for one in log.rungs if one.fate == AUDIT and one.key[:2] == key}
        yield regret_of(values, audited, goal)
