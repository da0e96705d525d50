"""How long it will take: the schedule played forward with the run times measured so far."""

from __future__ import annotations

import heapq

from trialist.execute.board import Board

_MOST_PLAYED = 500
_OVERDUE = 0.1
"""What a run that takes longer than the others is taken to need still, as a share of their time."""


def seconds_until(board: Board, *, n: int, workers: int, now: float) -> float | None:
    """Give the seconds until the first `n` seeds of every active variant are there.

    Args:
        board: The state of all runs; its variants' median run times are believed.
        n: Seeds per variant.
        workers: Runs that train at the same time.
        now: The time on the clock that `board.running` was noted by.

    Returns:
        None before the first finished run. With many runs left their time is shared out evenly
        instead of being played.
    """
    if board.times.guess(board.plan.baseline) is None:
        return None
    free, last = _running(board, n, workers, now)
    waiting = board.n_waiting(n)
    if waiting.total() > _MOST_PLAYED:
        work = sum(k * (board.times.guess(variant) or 0.0) for variant, k in waiting.items())
        return (sum(free) + work) / len(free)
    for row in board.waiting(n):
        for variant in row:
            end = heapq.heappop(free) + (board.times.guess(variant) or 0.0)
            last = max(last, end)
            heapq.heappush(free, end)
    return last


def _running(board: Board, n: int, workers: int, now: float) -> tuple[list[float], float]:
    """Give when each worker is free, as a heap, and when the last of the first `n` seeds ends."""
    counted = set(board.plan.seeds[:n])
    if len(board.running) > workers:
        return _sharing(board, counted, workers, now)
    ends = []
    last = 0.0
    for (variant, seed), since in board.running.items():
        whole = board.times.guess(variant) or 0.0
        left = max(whole - (now - since), _OVERDUE * whole)
        ends.append(left)
        if seed in counted and variant in board.active:
            last = max(last, left)
    free = [*ends, *[0.0] * (max(1, workers) - len(ends))]
    heapq.heapify(free)
    return free, last


def _sharing(
    board: Board, counted: set[int], workers: int, now: float
) -> tuple[list[float], float]:
    """Give the same where several train in one process: their times are shares of its time."""
    whole = sum(board.times.guess(variant) or 0.0 for variant, _ in board.running)
    spent = workers * sum(now - since for since in board.running.values()) / len(board.running)
    left = max(whole - spent, _OVERDUE * whole) / workers
    is_needed = any(seed in counted and name in board.active for name, seed in board.running)
    return [left] * workers, left if is_needed else 0.0
