"""Which runs start together: one after the other, unless the plan says that many go at once."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.execute.board import Board, RunKey
from trialist.execute.task import Together
from trialist.values.plan import Plan
from trialist.values.vectorization import Decision

Rows = tuple[RunKey, ...]
"""The runs of one stack."""


class Stacks:
    """Gives the runs that are to start next: one, or those that train in one process.

    They are runs of one structure and of the seeds up to one look. The last bits of a run may
    depend on the shape of its stack, so that one follows from the plan alone: rows of runs that are
    not needed, or have ended before, are filled with something.

    Args:
        plan: The registered plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._backend, self._of = "", dict[RunKey, Rows]()
        made = plan.vectorize
        if made is not None and made.is_vectorized:
            self._backend = made.backend
            for rows in _stacks(plan, made):
                self._of.update(dict.fromkeys(rows, rows))

    def next(self, board: Board) -> Rows:
        """Give the runs to start next; none where none waits."""
        first = board.next_run()
        if first is None:
            return ()
        return tuple(key for key in self._of.get(first, (first,)) if board.is_waiting(key))

    def place(self, key: RunKey) -> Together | None:
        """Give the place of a run; None where it trains by itself."""
        rows = self._of.get(key)
        if rows is None:
            return None
        variant, seed = rows[0]
        return Together(
            backend=self._backend,
            size=len(rows),
            place=rows.index(key),
            lead=f"{variant}/seed-{seed}",
        )


def _stacks(plan: Plan, made: Decision) -> Iterator[Rows]:
    names = [variant.name for variant in plan.variants]
    for places in made.groups:
        for seeds in _segments(plan, made.chunk, len(places)):
            # A variant that was answered before is left out whole, as far as that is possible.
            rows = tuple((names[number], seed) for number in places for seed in seeds)
            n = -(-len(rows) // made.chunk)
            for part in range(n):
                yield rows[len(rows) * part // n : len(rows) * (part + 1) // n]


def _segments(plan: Plan, chunk: int, n_variants: int) -> Iterator[tuple[int, ...]]:
    """Give the seeds between two looks; those of an open study as many as fill a stack."""
    ends = [look.n for look in plan.looks]
    if plan.is_open:
        ends = [ends[0], *range(ends[0], len(plan.seeds), max(1, chunk // n_variants))]
    begin = 0
    for end in (*ends, len(plan.seeds)):
        if end > begin:
            yield plan.seeds[begin:end]
            begin = end
