"""How the searches of a study stand, as a display draws it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from statistics import fmean

from trialist.execute.board import RunKey
from trialist.execute.trialboard import TrialBoard, runs_of
from trialist.render.live import REDRAW_SECONDS, Display
from trialist.render.progress import Progress, ProgressRow
from trialist.values.events import RunStatus
from trialist.values.metric import Metric
from trialist.values.numbers import Unit
from trialist.values.plan import Plan

TRIALS = "trials"
"""What the rows of a search count."""


def progress_of_search(
    plan: Plan,
    board: TrialBoard,
    running: Collection[RunKey],
    *,
    name: str,
    workers: int = 1,
    elapsed_s: float = 0.0,
) -> Progress:
    """Give how the searches of a study stand.

    Args:
        plan: The plan; it has searches.
        board: The state of all trials.
        running: The runs that train now.
        name: The study's name.
        workers: Runs that train at the same time.
        elapsed_s: Seconds since the command began.
    """
    values = [one.value for one in board.told.values() if one.value is not None]
    metric = plan.metric.seen(values)
    n_planned = sum(len(runs_of(trial)) for trial in board.trials.values())
    return Progress(
        study=name,
        metric=metric,
        rows=_rows(plan, board, running, metric),
        n_done=board.n_ended,
        n_max=max(plan.max_runs, n_planned),
        n_running=len(running),
        elapsed_s=elapsed_s,
        eta_s=_left(plan, board, workers),
        counts=TRIALS,
    )


def watcher_of_search(
    plan: Plan, display: Display, *, name: str, workers: int
) -> Callable[[TrialBoard, Collection[RunKey]], None]:
    """Give what shows the searches on a display, at most four times a second."""
    began = time.monotonic()
    last = began - REDRAW_SECONDS

    def watched(board: TrialBoard, running: Collection[RunKey]) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < REDRAW_SECONDS:
            return
        last = now
        display.update(
            progress_of_search(
                plan, board, running, name=name, workers=workers, elapsed_s=now - began
            )
        )

    return watched


def _rows(
    plan: Plan, board: TrialBoard, running: Collection[RunKey], metric: Metric
) -> tuple[ProgressRow, ...]:
    if plan.search is None:
        return ()
    counts = Counter((key[0], told.status) for key, told in board.told.items())
    at_work = Counter(
        variant for run in running for variant in {key[0] for key in board.trials_of(run)}
    )
    n_planned = Counter(key[0] for key in board.trials)
    return tuple(
        ProgressRow(
            variant=arm.variant,
            n_done=sum(n for (variant, _), n in counts.items() if variant == arm.variant),
            n_planned=max(plan.search.trials, n_planned[arm.variant]),
            n_failed=counts[arm.variant, RunStatus.FAILED],
            n_diverged=counts[arm.variant, RunStatus.DIVERGED],
            text=_text(board, arm.variant, at_work[arm.variant], metric)
            + _pruned(counts[arm.variant, RunStatus.PRUNED]),
        )
        for arm in plan.search.searched
    )


def _text(board: TrialBoard, variant: str, n_running: int, metric: Metric) -> str:
    best = board.best(variant)
    found = "" if best is None else f"best so far {best * Unit.of(metric).factor:.4g}"
    if not n_running:
        return found
    return f"{n_running} running" + (f", {found}" if found else "")


def _pruned(n: int) -> str:
    return f", {n} pruned" if n else ""


def _left(plan: Plan, board: TrialBoard, workers: int) -> float | None:
    if not board.seconds:
        return None
    left = max(plan.max_runs - board.n_ended, 0)
    return left * fmean(board.seconds) / max(workers, 1)
