"""The repeat: one run of the baseline made once more, up to its first evaluation, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from trialist.analysis.repeat import Repetition, repetition
from trialist.execute.board import Board, RunKey
from trialist.execute.executor import Died, Event
from trialist.execute.retry import is_given_up
from trialist.execute.task import Task
from trialist.ledger.attempts import Attempt
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import REPEAT, History
from trialist.ledger.journal import read_journal
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.rows import begins_anew, rows_of, rows_with_end
from trialist.values.events import RunStatus
from trialist.values.plan import Plan
from trialist.values.rows import MetricRow


class RepeatCheck:
    """Knows when the repeat is due, takes what became of it, and writes the finding into the log.

    It is no evidence and no attempt at a run. A coordinator that dies in the middle leaves nothing
    behind that counts: the next one makes it again.

    Attributes:
        is_known: True where nothing waits for it: it was made, could not be made, or the study was
            judged before there were repeats.
    """

    def __init__(self, plan: Plan, folder: StudyFolder, log: ProtocolLog) -> None:
        self._plan = plan
        self._folder = folder
        self._log = log
        self._running: Task | None = None
        self._made: Task | None = None
        self._attempts: list[Attempt] = []
        self.is_known = is_repeat_known(History(log.entries), plan)

    def owns(self, task: Task) -> bool:
        """Tell whether a task is the repeat, not an attempt at a run."""
        return self._running is not None and task == self._running

    def due(self, board: Board, next_run: RunKey | None) -> RunKey | None:
        """Give the run that is to be repeated before `next_run` is started; None: not now.

        Every run that the first look needs comes before it, every other one after it.
        """
        first = self._plan.seeds[: self._plan.looks[0].n]
        waits = self.is_known or self._running is not None or self._made is not None
        if waits or (next_run is not None and next_run[1] in first):
            return None
        seed = self._seed(board)
        return None if seed is None else (self._plan.baseline, seed)

    def begin(self, task: Task) -> Task:
        """Give the repeat's own task, made from that of its run; its folder is there then."""
        number = max((0, *self._folder.check_attempts(REPEAT))) + 1
        directory = self._folder.check(REPEAT, number)
        directory.mkdir(parents=True)
        made = max((1, *self._folder.attempts(task.variant, task.seed)))
        self._running = replace(
            task,
            number=number,
            directory=directory,
            resume=(),
            again=self._folder.attempt(task.variant, task.seed, made),
            first_evaluation_only=True,
        )
        return self._running

    def take(self, event: Event) -> None:
        """Take the repeat's end."""
        task = event.task
        self._running = None
        attempt = _died(event) if isinstance(event, Died) else event.attempt
        if _evaluated(task):
            self._made = task
        elif attempt.status is not RunStatus.STOPPED:
            self._attempts.append(attempt)
            if is_given_up(self._attempts, retries=self._plan.retries):
                self._write(task, equal=None, message=attempt.message or "it failed")

    def settle(self, board: Board) -> bool:
        """Compare as soon as both are there; True where it has become known just now."""
        if self.is_known:
            return False
        if self._made is not None:
            self._compare(self._made, board)
        elif self._running is None and self._is_impossible(board):
            self.is_known = True
        return self.is_known

    @property
    def running(self) -> tuple[Task, ...]:
        """The task that runs now, where one does."""
        return () if self._running is None else (self._running,)

    def forget(self) -> None:
        """Leave a repeat that was ended with its worker; the next command makes it again."""
        self._running = None

    def _compare(self, task: Task, board: Board) -> None:
        record = board.settled.get((task.variant, task.seed))
        if record is None:
            return  # the run itself still trains
        if not self._is_whole(board, task.seed):
            self._made = None  # it came to nothing: another seed is repeated
            return
        goal = self._plan.metric.name
        original = self._folder.root / str(record.journal)
        made = repetition(
            rows_with_end(original), rows_with_end(task.directory / "journal.jsonl"), goal=goal
        )
        self._made = None
        self._write(task, equal=made.is_equal, **_words(made))

    def _write(self, task: Task, *, equal: bool | None, **more: Any) -> None:
        place = task.directory.relative_to(self._folder.root).as_posix()
        self._log.append(
            LogKind.CHECKED,
            check=REPEAT,
            plan=self._plan.hash,
            variant=task.variant,
            seed=task.seed,
            folder=place,
            equal=equal,
            **more,
        )
        self.is_known = True

    def _is_impossible(self, board: Board) -> bool:
        return board.is_ready(self._plan.looks[0].n) and self._seed(board) is None

    def _seed(self, board: Board) -> int | None:
        return next(self._seeds(board), None)

    def _seeds(self, board: Board) -> Iterator[int]:
        for seed in self._plan.seeds:
            if (self._plan.baseline, seed) in board.running or self._is_whole(board, seed):
                yield seed

    def _is_whole(self, board: Board, seed: int) -> bool:
        record = board.settled.get((self._plan.baseline, seed))
        if record is None or record.journal is None or not record.status.has_result:
            return False
        path = self._folder.root / record.journal
        is_own = record.plan_hash in (None, self._plan.hash)  # an amended plan may have other code
        return is_own and path.exists() and begins_anew(path)


def is_repeat_known(history: History, plan: Plan) -> bool:
    """Tell whether nothing waits for the repeat of a plan.

    A study that was judged before there were repeats stays as it was judged.
    """
    return history.check(REPEAT, plan.hash) is not None or bool(history.looks(plan.hash))


def _died(event: Died) -> Attempt:
    journal = event.task.directory / "journal.jsonl"
    step = read_journal(journal).last_step if journal.exists() else None
    closing = Closing(status=RunStatus.FAILED, failure=event.failure, message=event.message)
    write_closing(event.task.directory, closing)
    return Attempt(
        number=event.task.number,
        status=RunStatus.FAILED,
        failure=event.failure,
        message=event.message,
        last_step=step,
    )


def _evaluated(task: Task) -> bool:
    """Tell whether a repeat came to an evaluation, or to its end with a result."""
    path = task.directory / "journal.jsonl"
    if not path.exists():
        return False
    end = read_journal(path).end
    if end is None:
        return False
    status = RunStatus(end["status"])
    return status.has_result or (
        status is RunStatus.STOPPED
        and any(is_evaluation(row, task.metric) for row in rows_of(path))
    )


def is_evaluation(row: MetricRow, goal: str) -> bool:
    """Tell whether a row has the goal metric of a model that has been trained: not at step 0."""
    return row.step > 0 and goal in row.values


def _words(made: Repetition) -> dict[str, Any]:
    first = made.difference
    return {"rows": made.n_rows, **({} if first is None else {"first": first.to_dict()})}
