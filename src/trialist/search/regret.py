"""What cutting cost: how often a trial that is cut would have been among the best."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from trialist.stats.failures import clopper_pearson
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.regret import Regret


def regret_of(
    values: Mapping[int, float | None],
    audited: Collection[int],
    goal: Goal,
    *,
    k: int = 3,
    level: float = 0.95,
) -> Regret | Missing:
    """Give how often a cut trial would have ended among the best `k` of its search.

    Assumes that the audited trials are a random sample of the would-be cuts, which they are but
    for the first few, of which more are audited. The best are found among all trials that ran to
    their end, so the rate is a little higher than among trials of a search without cuts.

    Args:
        values: The value of each trial that ran to its end; None where it diverged.
        audited: The would-be cuts that ran on; those that are not in `values` are left out.
        goal: Which way is better.
        k: How many count as the best.
        level: Of the interval.

    Example:
        >>> found = regret_of({0: 0.9, 1: 0.8, 2: 0.7, 3: 0.6}, {2, 3}, Goal.MAXIMIZE)
        >>> found.n_best, found.n_audited
        (1, 2)
    """
    ended = [trial for trial in audited if trial in values]
    if not ended:
        return Missing("no trial that would have been cut ran to its end")
    losses = {trial: -goal.sign * value for trial, value in values.items() if value is not None}
    n_best = sum(
        trial in losses and sum(other < losses[trial] for other in losses.values()) < k
        for trial in ended
    )
    return Regret(
        k=k,
        n_audited=len(ended),
        n_best=n_best,
        interval=clopper_pearson(n_best, len(ended), level=level),
    )


def pooled_regret(found: Iterable[Regret | Missing], *, level: float = 0.95) -> Regret | Missing:
    """Give the regret over several searches; those without any audited trial add nothing.

    Args:
        found: One per search, all with the same `k`.
        level: Of the interval.
    """
    known = [one for one in found if isinstance(one, Regret)]
    if not known:
        return Missing("no trial that would have been cut ran to its end")
    n_best, n = sum(one.n_best for one in known), sum(one.n_audited for one in known)
    return Regret(
        k=known[0].k,
        n_audited=n,
        n_best=n_best,
        interval=clopper_pearson(n_best, n, level=level),
    )
