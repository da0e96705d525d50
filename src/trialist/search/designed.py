"""The trials of a design that was made with the plan, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialist.search.protocol import Proposal, Told
from trialist.values.canonical import digest_of


class DesignedSampler:
    """Proposes what a design says, whatever it is told: grid, random and quasi-random searches.

    Every call takes the same time, however many trials there are.
    """

    def __init__(self, design: Sequence[Proposal]) -> None:
        self._design = tuple(design)
        self._next = 0
        self._waiting: dict[int, None] = {}

    @property
    def identity(self) -> Mapping[str, Any]:
        """The digest of the design: its proposals depend on nothing else."""
        return {"design": digest_of([one.to_dict() for one in self._design])}

    @property
    def waiting(self) -> tuple[int, ...]:
        """The numbers that were proposed and not yet told."""
        return tuple(self._waiting)

    def ask(self) -> Proposal | None:
        """Give the next trial of the design; None after the last."""
        if self._next == len(self._design):
            return None
        proposal = self._design[self._next]
        self._next += 1
        self._waiting[proposal.number] = None
        return proposal

    def tell(self, told: Told) -> None:
        """Take in that a trial ended."""
        if told.number not in self._waiting:
            raise ValueError(f"trial {told.number} is not waiting to be told")
        del self._waiting[told.number]
