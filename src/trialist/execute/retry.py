"""When a run is tried again, and when it is given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from trialist.ledger.attempts import Attempt
from trialist.values.events import FailureKind, RunStatus

CRASH_RETRIES = 2
"""Retries after a crash where the study says nothing."""
MOST_CRASHES = 20
"""A run that dies at ever new places is given up too, some time."""


def is_given_up(attempts: Sequence[Attempt], *, retries: int | None) -> bool:
    """Tell whether a run that just failed has used up its retries.

    A crash counts only from the second death at the same step on: a killed worker says nothing
    about its run. Attempts lost with the coordinator never count. Out of memory is never retried:
    the same size would not fit again. Exceptions and timeouts are retried only if `retries` says
    so.

    Args:
        attempts: The attempts at the run under this coordinator, oldest first; the last failed.
        retries: `resources.retries` of the plan.
    """
    last = attempts[-1]
    if last.status is not RunStatus.FAILED or last.failure is FailureKind.LOST:
        return False
    if last.failure is FailureKind.OOM:
        return True
    if last.failure is FailureKind.CRASHED:
        return _crashed_too_often(attempts, CRASH_RETRIES if retries is None else retries)
    failed = sum(one.failure in (FailureKind.ERROR, FailureKind.TIMEOUT) for one in attempts)
    return failed > (retries or 0)


def _crashed_too_often(attempts: Sequence[Attempt], retries: int) -> bool:
    places = Counter(one.last_step for one in attempts if one.failure is FailureKind.CRASHED)
    most = max(places.values())
    return (most >= 2 and most > retries) or places.total() > MOST_CRASHES
