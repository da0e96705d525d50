"""How many processes should load data: as few as keep the training from waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NEAR_BEST = 1.05
"""A step this many times as long as the shortest counts as equally fast."""
LITTLE_WAIT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTiming:
    """What a number of loading processes gave.

    Attributes:
        workers: How many; 0: the training loads by itself.
        seconds: The mean time of a step, waiting included.
        waited: The share of it that was spent on waiting for data.
        n_batches: How many batches were timed.
    """

    workers: int
    seconds: float
    waited: float
    n_batches: int


def candidates(cores: int) -> tuple[int, ...]:
    """Give the numbers of processes worth a try: 0, 1, 2, 4, ... up to the cores.

    Example:
        >>> candidates(2), candidates(12)
        ((0, 1, 2), (0, 1, 2, 4, 8, 12))
    """
    found, power = [0], 1
    while power < cores:
        found.append(power)
        power *= 2
    return (*found, max(cores, 1))


def chosen(timings: Sequence[WorkerTiming]) -> WorkerTiming:
    """Give the smallest number that is as fast as the best, or hardly waits for data.

    Args:
        timings: One or more.
    """
    best = min(one.seconds for one in timings)
    enough = [one for one in timings if one.seconds <= NEAR_BEST * best or one.waited < LITTLE_WAIT]
    return min(enough, key=lambda one: one.workers)
