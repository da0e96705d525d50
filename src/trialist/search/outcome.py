"""How a trial ended, from the runs of its seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.search.protocol import Told
from trialist.values.events import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedOutcome:
    """How the run of one seed ended.

    Attributes:
        state: finished, diverged, pruned or failed.
        values: The goal metric and the further objectives; of a pruned run at its last rung.
        step: The rung at which it was pruned.
    """

    state: RunStatus
    values: tuple[float, ...] = ()
    step: int | None = None


def told_of(number: int, outcomes: Sequence[SeedOutcome]) -> Told:
    """Give what a search is told of a trial when the runs of all its seeds have ended.

    The value is the mean over the seeds, which all trials of a search share. Where one seed
    diverged the configuration did; where one was pruned the trial was, at the first such rung;
    where one failed there is no mean over the common seeds, and the trial failed.

    Args:
        number: The trial.
        outcomes: One per seed, one at least.

    Example:
        >>> done = [SeedOutcome(state=RunStatus.FINISHED, values=(x,)) for x in (0.5, 0.75)]
        >>> told_of(3, done).values
        (0.625,)
    """
    states = {one.state for one in outcomes}
    for state in (RunStatus.DIVERGED, RunStatus.FAILED):
        if state in states:
            return Told(number=number, state=state)
    if RunStatus.PRUNED in states:
        cut = [one for one in outcomes if one.state is RunStatus.PRUNED]
        first = min((one.step for one in cut if one.step is not None), default=None)
        at_rung = [one for one in cut if one.step == first and one.values]
        return Told(number=number, state=RunStatus.PRUNED, values=_means(at_rung), step=first)
    return Told(number=number, state=RunStatus.FINISHED, values=_means(outcomes))


def _means(outcomes: Sequence[SeedOutcome]) -> tuple[float, ...]:
    columns = zip(*(one.values for one in outcomes), strict=True)
    return tuple(sum(column) / len(column) for column in columns)
