"""What the loops over trials share: how they end, and where they stand while they run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable

from trialist.execute.board import RunKey, failed_alike
from trialist.execute.loop import LoopEnd
from trialist.execute.making import POLL_S, LoopSetup, RunMaker
from trialist.execute.trialboard import TrialBoard
from trialist.ledger.searchlog import SearchLog, log_selected
from trialist.values.evidence import RunRecord

Watched = Callable[[TrialBoard, Collection[RunKey]], None]
"""Called with the board, and the runs that train, several times a second."""


class TrialLoop(ABC):
    """Makes runs of trials until every search has its winner.

    Args:
        setup: What it works with.
        found: What the log says of the searches so far.
        settled: The runs of trials that are settled already.
        watched: Who is shown the board.

    Attributes:
        board: The state of all trials.
        failure: The first run that failed, where failures ended the loop.
    """

    def __init__(
        self,
        setup: LoopSetup,
        found: SearchLog,
        settled: Iterable[RunRecord] = (),
        *,
        watched: Watched,
    ) -> None:
        self._setup = setup
        self._hash = setup.plan.hash
        self._maker = RunMaker(setup)
        self._watched = watched
        self._news: list[RunRecord] = []
        self.board = TrialBoard(setup.plan, found, settled)
        self.failure: RunRecord | None = None

    @abstractmethod
    def _fill(self) -> None:
        """Begin runs, as many as there are workers for, and end those that are not worth it."""

    @abstractmethod
    def _take_events(self, timeout: float) -> None:
        """Take in what happened, waiting for at most `timeout` seconds."""

    def _advance(self) -> None:  # noqa: B027 — only populations have rounds
        """Go on to what can be decided before the next runs begin."""

    def _loop(self) -> LoopEnd:
        while True:
            self._advance()
            if self.board.is_over:
                return self._over()
            if self._setup.interrupts():
                self._setup.observer.stopping(len(self._maker.tasks))
                self._stop()
                return LoopEnd.INTERRUPTED
            if self.board.n_results == 0 and failed_alike(self._news):
                self.failure = self._news[0]
                self._stop()
                return LoopEnd.FAILED_ALIKE
            self._fill()
            self._watched(self.board, self._maker.tasks)
            self._take_events(POLL_S)

    def _over(self) -> LoopEnd:
        if self.board.n_results == 0 and self._news:
            self.failure = self._news[0]
            return LoopEnd.ALL_FAILED
        for chosen in self.board.selections():
            log_selected(self._setup.log, self._hash, chosen)
        self._setup.anchored(self._setup.log)
        return LoopEnd.ANSWERED

    def _stop(self) -> None:
        self._maker.stop(tuple, self._take_events)


def nobody(_board: TrialBoard, _running: Collection[RunKey]) -> None:
    """Show the board to nobody."""
