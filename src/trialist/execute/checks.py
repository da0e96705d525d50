"""What the loop asks before it believes its runs: does the seed matter, and does a run repeat."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from trialist.decide.preconditions import Bars
from trialist.execute.board import Board, RunKey
from trialist.execute.looks import Looks
from trialist.execute.repeat import RepeatCheck
from trialist.execute.seedwatch import Alike, SeedWatch, alike_at
from trialist.execute.task import Task
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import SEEDS, History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.errors import SeedIgnoredError
from trialist.values.numbers import series
from trialist.values.plan import Plan


class Checks:
    """The checks of one study.

    Attributes:
        repeat: The run that is made once more.
    """

    def __init__(
        self,
        plan: Plan,
        folder: StudyFolder,
        log: ProtocolLog,
        board: Board,
        bars: Bars | None = None,
    ) -> None:
        self._bars = bars
        self._plan = plan
        self._folder = folder
        self._log = log
        self._board = board
        self._watch = SeedWatch(plan)
        self._places: dict[RunKey, Path] = {
            key: (folder.root / record.journal).parent
            for key, record in board.settled.items()
            if record.journal is not None
        }
        self._alike: dict[int, Alike | None] = {}
        self.repeat = RepeatCheck(plan, folder, log)
        if History(log.entries).looks(plan.hash):
            self._watch.is_decided = True  # its runs were believed when it was judged

    def looks(self) -> Looks:
        """Give the looks of the plan, not yet taken, by what is known of the repeat."""
        return _looks(self._plan, History(self._log.entries), self._bars)

    def began(self, task: Task) -> None:
        """Note where an attempt writes its journal."""
        self._places[(task.variant, task.seed)] = task.directory

    def watch(self) -> None:
        """Compare the first rows of two seeds, as far as they are there.

        Raises:
            SeedIgnoredError: If they are one and the same run.
        """
        found = self._watch.look(self._places)
        if found is not None:
            self._refuse(found)

    def settle(self) -> bool:
        """Compare the repeat with its run where both are there; True: the looks change by it."""
        if not self.repeat.settle(self._board):
            return False
        history = History(self._log.entries)
        message = unpaired_words(self._plan, history)
        if message is not None and message not in history.deviations:
            self._log.append(LogKind.DEVIATION, message=message)
        return message is not None

    def allow(self, n: int, known: Collection[int]) -> bool:
        """Tell whether the next look may be taken, as soon as its runs are there.

        Args:
            n: Seeds per variant of the next look.
            known: The looks that were taken before.

        Raises:
            SeedIgnoredError: If replicates of a variant are one and the same run.
        """
        if n in known or not self._board.is_ready(n):
            return True
        if n not in self._alike:
            self._alike[n] = alike_at(n, self._board, self._folder)
        found = self._alike[n]
        if found is not None and found.is_certain:
            self._refuse(found)
        if not self.repeat.is_known:
            return False
        before = History(self._log.entries).check(SEEDS, self._plan.hash)
        if found is not None:
            self._note(found, equal=None)
        elif before is not None and before["equal"] is not False:
            self._log.append(LogKind.CHECKED, check=SEEDS, plan=self._plan.hash, equal=False)
        return True

    def _refuse(self, found: Alike) -> None:
        self._note(found, equal=True)
        raise ignored_error(found, self._plan)

    def _note(self, found: Alike, *, equal: bool | None) -> None:
        entry = {
            "check": SEEDS,
            "plan": self._plan.hash,
            "variant": found.variant,
            "seeds": list(found.seeds),
            "rows": found.n_rows,
            "equal": equal,
        }
        before = History(self._log.entries).check(SEEDS, self._plan.hash) or {}
        if any(before.get(key, "") != value for key, value in entry.items()):
            self._log.append(LogKind.CHECKED, **entry)


def looks_over(board: Board, history: History, bars: Bars | None = None) -> Looks:
    """Give every look that the runs on a board allow, by what the log says of the checks.

    Runs that are one run made several times allow none.
    """
    looks = _looks(board.plan, history, bars)
    seeds = history.check(SEEDS, board.plan.hash)
    if seeds is None or seeds["equal"] is not True:
        looks.take_ready(board)
    return looks


def _looks(plan: Plan, history: History, bars: Bars | None) -> Looks:
    return Looks(plan, repeatable=history.is_repeatable(plan.hash), bars=bars)


def ignored_error(found: Alike, plan: Plan) -> SeedIgnoredError:
    """Give the error for runs with different seeds that are one run."""
    todo = (
        "let the trial draw everything from run.seed, and set no fixed seed in it "
        "(torch.manual_seed(0), random_state=0)"
    )
    if plan.command is not None:
        todo = "pass {seed} in the command, and let the script seed everything from it"
    rows = "row" if found.n_rows == 1 else f"{found.n_rows:,} rows"
    identical = "the same row" if rows == "row" else f"the same {rows}"
    return SeedIgnoredError(
        f"seeds {series(found.seeds)} of {found.variant} gave {identical}, equal to the last bit: "
        "the seed changes nothing, so these are no replicates",
        where=str(found.journal),
        todo=f"{todo}; then run it again, with --new where runs have finished. A method without "
        "randomness differs only by its data: vary: [split]",
    )


def unpaired_words(plan: Plan, history: History) -> str | None:
    """Give the deviation of a paired plan whose run did not repeat; None where there is none."""
    if not plan.paired or history.is_repeatable(plan.hash):
        return None
    return "The analysis is unpaired, not paired as planned: a run did not repeat with its seed."
