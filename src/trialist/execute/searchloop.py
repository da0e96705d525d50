"""The loop over the trials of searches: asks, runs, tells, and chooses the winners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from trialist.execute.board import RunKey
from trialist.execute.loop import LoopEnd
from trialist.execute.making import LoopSetup
from trialist.execute.task import Task
from trialist.execute.trialboard import TrialBoard
from trialist.execute.trialloop import TrialLoop, Watched, nobody
from trialist.ledger.configfile import write_config
from trialist.ledger.searchlog import (
    RungLine,
    SearchKey,
    SearchLog,
    Told,
    TrialKey,
    log_proposed,
    log_rung,
    log_told,
)
from trialist.values.evidence import RunRecord
from trialist.values.searchplan import PlannedTrial


class Proposer(Protocol):
    """Gives the next trial of a search, and takes in what trials came to."""

    def ask(self, search: SearchKey) -> PlannedTrial | None:
        """Give the next trial of a search; None where it has no more."""
        ...

    def tell(self, told: Told) -> None:
        """Take in what a trial came to."""
        ...


class Trimmer(Protocol):
    """Watches running trials, and says which are to be ended before their budget."""

    def look(self, running: Mapping[RunKey, Task], board: TrialBoard) -> Iterable[RungLine]:
        """Give what was seen and decided since the last time."""
        ...

    def ended(self, key: RunKey, place: Path, board: TrialBoard) -> Iterable[RungLine]:
        """Give what a run that ended by itself had reached since the last look."""
        ...


class SearchLoop(TrialLoop):
    """Runs the trials of all searches, from wherever the store stands.

    Args:
        setup: What it works with.
        found: What the log says of the searches so far.
        settled: The runs of trials that are settled already.
        proposer: Who proposes trials, where the plan has no design.
        trimmer: Who ends trials early; None: nobody.
        outcome: Gives what a trial came to with what only its journals say; None: as it is.
        taken: What trials came to whose runs were made in another study.
        watched: Called with the board several times a second.

    Attributes:
        board: The state of all trials.
        failure: The first run that failed, where failures ended the loop.
    """

    def __init__(  # noqa: PLR0913 — one parameter per part that is injected
        self,
        setup: LoopSetup,
        found: SearchLog,
        settled: Iterable[RunRecord],
        *,
        proposer: Proposer | None = None,
        trimmer: Trimmer | None = None,
        outcome: Callable[[TrialBoard, Told], Told] | None = None,
        taken: Iterable[Told] = (),
        watched: Watched = nobody,
    ) -> None:
        super().__init__(setup, found, settled, watched=watched)
        self._proposer = proposer
        self._trimmer = trimmer
        self._outcome = outcome
        self._taken = tuple(taken)

    def run(self) -> LoopEnd:
        """Run until every search has its winner, an interrupt, or nothing but failures."""
        self._catch_up()
        return self._loop()

    def _catch_up(self) -> None:
        """Tell what was taken over, and what ended while nobody could write it down."""
        for told in self._taken:
            if told.key not in self.board.told:
                self._write(told)
        for key in self.board.untold():
            self._tell(key)

    # -- starting -----------------------------------------------------------

    def _fill(self) -> None:
        self._begin()
        if self._trimmer is not None:
            self._trim(self._trimmer)

    def _begin(self) -> None:
        while len(self._maker.tasks) < self._setup.executor.workers:
            found = self.board.next_run()
            if found is not None:
                self._start(*found)
            elif not self._ask():
                return

    def _ask(self) -> bool:
        """Let a search propose its next trial; False where none has any left to propose."""
        search = self.board.asks()
        if search is None or self._proposer is None:
            return False
        trial = self._proposer.ask(search)
        if trial is None:
            self.board.exhaust(search)
            return True
        log_proposed(self._setup.log, self._hash, trial)
        self.board.add(trial)
        self._tell(trial.key)  # its runs may all be there: a configuration that came before
        return True

    def _start(self, key: RunKey, trial: PlannedTrial) -> None:
        write_config(self._setup.folder.variant(key[0]), trial.config)
        task = self._maker.begun(key, trial.config)
        self._setup.executor.submit(task)
        self._setup.observer.began(task)

    # -- what happens -------------------------------------------------------

    def _take_events(self, timeout: float) -> None:
        for event in self._setup.executor.poll(timeout):
            made = self._maker.took(event)
            if made is None:
                continue
            if made.record is None:
                self.board.release(made.key)
            else:
                self._settle(made.record)
            for key in self.board.trials_of(made.key):
                self._tell(key)

    def _settle(self, record: RunRecord) -> None:
        self._news.append(record)
        if self._trimmer is not None and record.journal is not None and record.seed is not None:
            place = (self._setup.folder.root / record.journal).parent
            key = (record.variant, record.seed)
            for line in self._trimmer.ended(key, place, self.board):
                log_rung(self._setup.log, self._hash, line)
        self.board.settle(record)
        self._setup.observer.settled(record)

    def _tell(self, key: TrialKey) -> None:
        told = None if key in self.board.told else self.board.outcome(key)
        if told is None:
            return
        if self._outcome is not None:
            told = self._outcome(self.board, told)
        self._write(told)

    def _write(self, told: Told) -> None:
        log_told(self._setup.log, self._hash, told)
        self.board.tell(told)
        if self._proposer is not None:
            self._proposer.tell(told)

    # -- ending trials early ------------------------------------------------

    def _trim(self, trimmer: Trimmer) -> None:
        for line in trimmer.look(self._maker.tasks, self.board):
            log_rung(self._setup.log, self._hash, line)
            if not line.is_cut:
                continue
            self.board.cut(line)
            for key, task in tuple(self._maker.tasks.items()):
                wanted = [one for one in self.board.trials_of(key) if one not in self.board.told]
                if all(self.board.outcome(one) is not None for one in wanted):
                    self._setup.executor.cancel(task)
