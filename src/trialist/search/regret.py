"""What cutting cost: how often a trial that is cut would have been among the best."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from trialist.stats.failures import clopper_pearson
from trialist.values.evidence import Interval
from trialist.values.metric import Goal
from trialist.values.missing import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Regret:
    """How often a would-be cut ended among the best.

    Attributes:
        k: How many count as the best.
        n_audited: The would-be cuts that ran to their end.
        n_best: Those of them that ended among the best `k` of all that ran to their end.
        interval: Clopper and Pearson's interval of that rate.
    """

    k: int
    n_audited: int
    n_best: int
    interval: Interval

    @property
    def rate(self) -> float:
        """The share of the audited ones."""
        return self.n_best / self.n_audited


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
