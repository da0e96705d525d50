"""Who watches a study run: the live table, plain lines, or nobody."""

from __future__ import annotations

from typing import Protocol

from trialist.execute.board import Board
from trialist.execute.looks import Looks
from trialist.execute.task import Task
from trialist.values.evidence import RunRecord
from trialist.values.plan import Look


class Observer(Protocol):
    """Gets told what happens; must return quickly."""

    def began(self, task: Task) -> None:
        """Be told that an attempt begins."""
        ...

    def settled(self, record: RunRecord) -> None:
        """Be told that a run has a result, or was given up."""
        ...

    def retried(self, task: Task, message: str) -> None:
        """Be told that an attempt failed and its run is tried again."""
        ...

    def looked(self, look: Look, looks: Looks) -> None:
        """Be told what a look settled."""
        ...

    def stopping(self, n_running: int) -> None:
        """Be told that the running ones were asked to end at their next step."""
        ...

    def tick(self, board: Board, looks: Looks) -> None:
        """Be given the state, several times a second."""
        ...
