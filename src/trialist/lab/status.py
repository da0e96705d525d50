"""`trialist status`: where a study stands, read from the store while it runs or afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trialist.execute.board import Board, RunKey
from trialist.execute.checks import looks_over
from trialist.execute.trialboard import TrialBoard
from trialist.lab.bars import bars_in
from trialist.lab.brokenlog import broken_log
from trialist.lab.failures import failures_of
from trialist.lab.freeruns import FreeStatus, free_status
from trialist.lab.machineuse import machine_use
from trialist.lab.predictions import tally_of
from trialist.lab.registration import history_of
from trialist.lab.searchprogress import progress_of_search
from trialist.lab.watching import progress_of
from trialist.ledger.attempts import read_records
from trialist.ledger.firstline import begun_at
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free
from trialist.ledger.history import History
from trialist.ledger.holder import Holder, read_holder
from trialist.ledger.lineage import registered_plan
from trialist.ledger.lock import is_held
from trialist.ledger.store import Store
from trialist.ledger.trialrecords import searches_in, trial_records
from trialist.render.progress import Progress
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.machineuse import MachineUse
from trialist.values.predictions import Tally

_MOST_LINES = 12
"""Of a coordinator's last error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a study stands.

    Attributes:
        progress: The table of a running study.
        state: "finished", "running", or "not finished".
        holder: Who runs it, where somebody does.
        records: All runs that have an attempt.
        failures: Each run that failed in one line, and the end of its stderr in others below it.
        sentences: The verdicts so far.
        tally: How many predictions of the whole store came true.
        n_amended: How often the plan was changed after results.
        error: Where the log does not hold, or what a detached coordinator ended with, as it wrote
            it; empty where neither is.
        machine: What the runs used of it; None where nothing was measured.
    """

    progress: Progress
    state: str
    holder: Holder | None
    records: tuple[RunRecord, ...]
    failures: tuple[str, ...]
    sentences: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)
    n_amended: int = 0
    error: str = ""
    machine: MachineUse | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the status as plain data."""
        return {
            "study": self.progress.study,
            "state": self.state,
            "process": asdict(self.holder) if self.holder else None,
            "runs": {"done": self.progress.n_done, "of_at_most": self.progress.n_max},
            "next_look": self.progress.next_look,
            "variants": [
                {
                    "name": row.variant,
                    "n_done": row.n_done,
                    "n_planned": row.n_planned,
                    "running": list(row.running),
                    "n_failed": row.n_failed,
                    "n_diverged": row.n_diverged,
                    "mean": row.mean,
                    "sd": row.sd,
                    "state": row.text,
                }
                for row in self.progress.rows
            ],
            "failures": list(self.failures),
            "sentences": list(self.sentences),
            **({"predictions_of_store": self.tally.to_dict()} if self.tally.n else {}),
            **({"amended": self.n_amended} if self.n_amended else {}),
            **({"machine": self.machine.to_dict()} if self.machine else {}),
            **({"error": self.error} if self.error else {}),
        }


def status(study: str | None = None, *, store: str | Path = "experiments") -> Status | FreeStatus:
    """Give where a study stands, or the runs of a script without a plan.

    Nothing but the index is written.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
    """
    place = Store.indexed(Path(store))
    folder = place.find(study)
    if is_free(folder):
        return free_status(folder)
    history = history_of(folder)
    plan = registered_plan(folder, history)
    trials = trial_records(folder, plan, history)
    judged = read_records(folder, plan, history)
    records = (*trials, *judged)
    failures = failures_of(records, folder.root, plan)
    board = Board(plan, history.settled(records, plan.hash))
    looks = looks_over(board, history, bars_in(folder, plan, history))
    held = is_held(folder.lock_file)
    if held:
        for record in judged:
            if record.status is RunStatus.RUNNING and record.seed is not None:
                key = (record.variant, record.seed)
                board.begin(key, at=began_at(folder.root / (record.journal or "")))
    verdicts = looks.judgement.verdicts if looks.judgement else ()
    elapsed_s = _elapsed(history, running=held)
    workers = history.sessions[-1].workers if history.sessions else 1
    searches = searches_in(folder, plan, history)
    if plan.search is not None and not searches.is_over:
        tried = TrialBoard(plan, searches, history.settled(trials, plan.hash))
        running = _at_work(trials) if held else ()
        progress = progress_of_search(
            plan, tried, running, name=folder.name, workers=workers, elapsed_s=elapsed_s
        )
    else:
        progress = progress_of(
            plan,
            board,
            looks,
            name=folder.name,
            elapsed_s=elapsed_s,
            workers=workers,
            now=time.time(),
        )
    return Status(
        progress=progress,
        state="finished" if looks.is_answered else ("running" if held else "not finished"),
        holder=read_holder(folder.lock_file) if held else None,
        records=records,
        failures=failures,
        sentences=tuple(verdict.sentence for verdict in verdicts if verdict.final),
        tally=tally_of(place),
        n_amended=len(history.amendments),
        machine=machine_use(folder.root, records),
        error=_damage(folder)
        or ("" if held or failures or looks.is_answered else _last_error(folder, history)),
    )


def _at_work(records: Iterable[RunRecord]) -> tuple[RunKey, ...]:
    return tuple(
        (one.variant, one.seed)
        for one in records
        if one.status is RunStatus.RUNNING and one.seed is not None
    )


def began_at(journal: Path) -> float:
    """Give when an attempt began, by its journal's first line; now where it has none yet."""
    when = begun_at(journal)
    return time.time() if when is None else when


def _damage(folder: StudyFolder) -> str:
    broken = broken_log(folder)
    return "" if broken is None else f"error: {broken}"


def _last_error(folder: StudyFolder, history: History) -> str:
    """Give the error at the end of a detached coordinator's log, if that was the last session."""
    path = folder.coordinator_log
    if not history.sessions or not path.exists():
        return ""
    if path.stat().st_mtime < history.sessions[-1].began:
        return ""
    text = "\n" + path.read_text(encoding="utf-8", errors="replace")
    _, found, block = text.rpartition("\nerror: ")
    return "\n".join(f"error: {block}".splitlines()[:_MOST_LINES]) if found else ""


def _elapsed(history: History, *, running: bool) -> float:
    if not history.sessions:
        return 0.0
    if running:
        return time.time() - history.sessions[-1].began
    return sum(session.seconds for session in history.sessions)
