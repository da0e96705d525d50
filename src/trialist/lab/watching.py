"""Watching a study run: what the loop tells, turned into what the displays draw."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from trialist.execute.board import Board
from trialist.execute.eta import seconds_until
from trialist.execute.looks import Looks
from trialist.execute.task import Task
from trialist.lab.conclude import used_seeds
from trialist.lab.failures import changes_of, step_words
from trialist.lab.material import look_lines
from trialist.ledger.folder import StudyFolder
from trialist.ledger.output import stderr_tail
from trialist.render.live import REDRAW_SECONDS, Display
from trialist.render.progress import Progress, ProgressRow
from trialist.values.events import RunStatus
from trialist.values.evidence import Interval, RunRecord
from trialist.values.missing import Missing, present
from trialist.values.numbers import counted
from trialist.values.plan import Look, Plan
from trialist.values.verdict import VerdictCode

_LAST_WORDS = 3


class Watcher:
    """An observer that feeds a display, and tells `begun` once when the first run began."""

    def __init__(
        self,
        plan: Plan,
        folder: StudyFolder,
        display: Display,
        *,
        workers: int,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        self._begun: Callable[[], None] | None = begun
        self._plan = plan
        self._folder = folder
        self._display = display
        self._workers = workers
        self._began = time.monotonic()
        self._latest: Progress | None = None
        self._updated = 0.0

    def began(self, task: Task) -> None:
        """Tell of the first run, and say when one is tried again."""
        if self._begun is not None:
            self._begun()
            self._begun = None
        if task.number > 1:
            self._display.note(f"{task.name}: attempt {task.number}")

    def settled(self, record: RunRecord) -> None:
        """Show a run that has a result, or was given up; of that also its last words."""
        if record.status is not RunStatus.FAILED:
            self._display.run_ended(record)
            return
        changes = changes_of(self._plan, record.variant)
        # what a command said last stands in its message already
        said, *words = (record.error or "").splitlines() or [""]
        said += step_words(record) + (f", with {changes}" if changes else "")
        self._display.run_ended(replace(record, error=said))
        tail = stderr_tail((self._folder.root / (record.journal or "")).parent, lines=_LAST_WORDS)
        for line in [one.removeprefix("  | ") for one in words[-_LAST_WORDS:]] or tail:
            self._display.note(f"| {line}")

    def retried(self, task: Task, message: str) -> None:
        """Show why a run is tried again."""
        self._display.note(f"{task.name}: {message}; it is tried again")

    def looked(self, look: Look, looks: Looks) -> None:
        """Show what a look settled."""
        lines = look_lines(looks)
        self._display.look_taken([line for line in lines if line.n == look.n])

    def stopping(self, n_running: int) -> None:
        """Say that an interrupt was heard."""
        if n_running:
            runs = counted(n_running, "run")
            self._display.note(f"stopping after this step of {runs}; Ctrl-C again ends them now")

    def tick(self, board: Board, looks: Looks) -> None:
        """Show how the study stands: all of it at most four times a second, the counts always."""
        now = time.monotonic()
        latest = self._latest
        if latest is not None and now - self._updated < REDRAW_SECONDS and latest.is_measured:
            n_done, n_running = len(board.settled) + n_searched(self._plan), len(board.running)
            self._display.update(replace(latest, n_done=n_done, n_running=n_running))
            return
        self._latest = progress_of(
            self._plan,
            board,
            looks,
            name=self._folder.name,
            elapsed_s=now - self._began,
            workers=self._workers,
            now=now,
        )
        self._updated = now
        self._display.update(self._latest)


def progress_of(  # noqa: PLR0913 — one parameter per part
    plan: Plan,
    board: Board,
    looks: Looks,
    *,
    name: str,
    elapsed_s: float,
    workers: int,
    now: float,
) -> Progress:
    """Give how a study stands, as a display draws it; `now` is on the clock of `board.running`."""
    next_look = None if looks.is_answered else looks.next
    most = len(plan.seeds)
    rows = tuple(_row(plan, board, looks, variant.name, next_look) for variant in plan.variants)
    return Progress(
        study=name,
        metric=plan.metric.seen(board.values),
        rows=rows,
        n_done=len(board.settled) + n_searched(plan),
        n_max=plan.max_runs,
        n_running=len(board.running),
        elapsed_s=elapsed_s,
        eta_s=None if looks.is_answered else seconds_until(board, n=most, workers=workers, now=now),
        next_look=next_look.n if next_look else None,
        next_look_s=None
        if next_look is None
        else seconds_until(board, n=next_look.n, workers=workers, now=now),
    )


def n_searched(plan: Plan) -> int:
    """Give the runs of the searches that are over when the winners' fresh runs begin."""
    return 0 if plan.search is None else plan.search.n_runs


def _row(
    plan: Plan, board: Board, looks: Looks, variant: str, next_look: Look | None
) -> ProgressRow:
    from trialist.stats.interval import mean_interval

    records = _shown(plan, board, looks, variant)
    values = [record.value for record in records if record.value is not None]
    estimate = mean_interval(values) if values else None
    return ProgressRow(
        variant=variant,
        n_done=sum(record.status.has_result for record in records),
        n_planned=len(plan.seeds),
        running=tuple(sorted(seed for name, seed in board.running if name == variant)),
        n_failed=sum(record.status is RunStatus.FAILED for record in records),
        n_diverged=sum(record.status is RunStatus.DIVERGED for record in records),
        mean=estimate.mean if estimate else None,
        sd=present(estimate.sd) if estimate else None,
        half_width=_half_width(estimate.interval) if estimate else None,
        text=_text(plan, looks, variant, next_look),
    )


def _shown(plan: Plan, board: Board, looks: Looks, variant: str) -> list[RunRecord]:
    """Give the runs of a variant; once the study is answered, those that its results rest on."""
    records = board.records_of(variant)
    if not looks.is_answered or looks.judgement is None:
        return list(records)
    used = used_seeds(plan, looks.judgement.verdicts, looks.evidence)[variant]
    return [record for record in records if record.seed in used]


def _half_width(interval: Interval | Missing) -> float | None:
    return None if isinstance(interval, Missing) else interval.half_width


def _text(plan: Plan, looks: Looks, variant: str, next_look: Look | None) -> str:
    if variant == plan.baseline:
        return ""
    verdicts = looks.judgement.verdicts if looks.judgement else ()
    for verdict in verdicts:
        if verdict.variant == variant and verdict.final:
            return _words(verdict.name)
    if next_look is None:
        return "open"
    first = not looks.evidence
    return f"{'first' if first else 'open, next'} look at {next_look.n}"


def _words(code: VerdictCode) -> str:
    return code.value.replace("_", " ")
