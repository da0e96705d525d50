"""Watching a study run: what the loop tells, turned into what the displays draw."""

from __future__ import annotations

import time

from trialist.execute.board import Board
from trialist.execute.looks import Looks
from trialist.execute.task import Task
from trialist.lab.material import look_lines
from trialist.render.live import Display
from trialist.render.progress import Progress, ProgressRow
from trialist.values.events import RunStatus
from trialist.values.evidence import Interval, RunRecord
from trialist.values.missing import Missing, present
from trialist.values.plan import Look, Plan
from trialist.values.verdict import VerdictCode


class Watcher:
    """An observer that feeds a display."""

    def __init__(self, plan: Plan, name: str, display: Display, *, workers: int) -> None:
        self._plan = plan
        self._name = name
        self._display = display
        self._workers = workers
        self._began = time.monotonic()

    def began(self, task: Task) -> None:
        """Say when a run is tried again."""
        if task.number > 1:
            self._display.note(f"{task.name}: attempt {task.number}")

    def settled(self, record: RunRecord) -> None:
        """Show a run that has a result, or was given up."""
        self._display.run_ended(record)

    def retried(self, task: Task, message: str) -> None:
        """Show why a run is tried again."""
        self._display.note(f"{task.name}: {message}; it is tried again")

    def looked(self, look: Look, looks: Looks) -> None:
        """Show what a look settled."""
        lines = look_lines(looks)
        self._display.look_taken([line for line in lines if line.n == look.n])

    def tick(self, board: Board, looks: Looks) -> None:
        """Show how the study stands."""
        self._display.update(
            progress_of(
                self._plan,
                board,
                looks,
                name=self._name,
                elapsed_s=time.monotonic() - self._began,
                workers=self._workers,
            )
        )


def progress_of(
    plan: Plan, board: Board, looks: Looks, *, name: str, elapsed_s: float, workers: int
) -> Progress:
    """Give how a study stands, as a display draws it."""
    next_look = None if looks.is_answered else looks.next
    rows = tuple(_row(plan, board, looks, variant.name, next_look) for variant in plan.variants)
    return Progress(
        study=name,
        metric=plan.metric.seen(board.values),
        rows=rows,
        n_done=len(board.settled),
        n_max=plan.max_runs,
        n_running=len(board.running),
        elapsed_s=elapsed_s,
        eta_s=None if looks.is_answered else _eta(board, rows, workers),
        next_look=next_look.n if next_look else None,
    )


def _row(
    plan: Plan, board: Board, looks: Looks, variant: str, next_look: Look | None
) -> ProgressRow:
    from trialist.stats.interval import mean_interval

    records = [record for (name, _), record in board.settled.items() if name == variant]
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


def _eta(board: Board, rows: tuple[ProgressRow, ...], workers: int) -> float | None:
    seconds = [record.seconds for record in board.records if record.seconds is not None]
    if not seconds:
        return None
    left = sum(row.n_planned for row in rows if row.variant in board.active)
    done = sum(1 for variant, _ in board.settled if variant in board.active)
    return max(0, left - done) * sum(seconds) / len(seconds) / max(1, workers)
