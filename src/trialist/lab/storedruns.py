"""The runs of one study as rows: those of a plan, or those that a script recorded on its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from trialist.lab.frames import StoredRun
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free
from trialist.ledger.index import Stamp
from trialist.ledger.journalsummary import JournalSummary, summary_of
from trialist.ledger.lineage import registered_plan
from trialist.ledger.lock import is_held
from trialist.ledger.runcurves import attempt_of
from trialist.ledger.runrows import read_rows
from trialist.values.events import RunStatus, decode_number, encode_number
from trialist.values.metric import Goal

_LISTED = (
    *("variant", "seed", "status", "value", "failure", "attempts", "seconds", "last_step"),
    *("n_nan", "attempt", "digest"),
)


def runs_of(folder: StudyFolder) -> tuple[StoredRun, ...]:
    """Give every run of a study that has an attempt, as planned: by seed, then by variant.

    The list of a study whose runs have all ended is remembered as long as its log stays as it is.

    Raises:
        LedgerError: If the plan or a journal cannot be read.
    """
    index, stamp = folder.index, Stamp.of(folder.ledger)
    if index is None or stamp is None:
        return tuple(_runs_in(folder))
    folders = _folders(folder)
    known = index.listing(folder.name, stamp)
    if known is not None and known["folders"] == folders:
        return tuple(_listed(folder, known))
    found = tuple(_runs_in(folder))
    if all(run.digest is not None for run in found):
        goal = [[run.goal[0], run.goal[1].value] for run in found[:1] if run.goal is not None]
        rows = [[_plain(getattr(run, name)) for name in _LISTED] for run in found]
        facts = {"folders": folders, "goal": goal, "runs": rows}
        index.remember_listing(folder.name, stamp, facts)
    index.flush()
    return found


def _folders(folder: StudyFolder) -> list[list[Any]]:
    """Give when something came into or went from each variant's folder."""
    try:
        with os.scandir(folder.root / "trials") as entries:
            return sorted([entry.name, entry.stat().st_mtime_ns] for entry in entries)
    except OSError:
        return []


def _plain(value: Any) -> Any:
    return encode_number(value) if isinstance(value, float) else value


def _listed(folder: StudyFolder, known: Mapping[str, Any]) -> Iterator[StoredRun]:
    goal = next(((name, Goal(which)) for name, which in known["goal"]), None)
    for row in known["runs"]:
        run = dict(zip(_LISTED, row, strict=True))
        if isinstance(run["value"], str):  # NaN or infinity
            run["value"] = decode_number(run["value"])
        yield StoredRun(study=folder.name, folder=folder, goal=goal, **run)


def _runs_in(folder: StudyFolder) -> Iterator[StoredRun]:
    return _free_runs(folder) if is_free(folder) else _planned_runs(folder)


def _planned_runs(folder: StudyFolder) -> Iterator[StoredRun]:
    history = history_of(folder)
    if history.plan_hash is None:
        return
    plan = registered_plan(folder, history)
    is_running = is_held(folder.lock_file)
    for record in read_records(folder, plan, history):
        attempt = attempt_of(record.journal or "")
        summary = summary_of(folder, attempt) or JournalSummary()
        yield StoredRun(
            study=folder.name,
            variant=record.variant,
            seed=record.seed,
            status=_status(record.status, is_running=is_running).value,
            value=_value(summary),
            failure=record.failure.value if record.failure else None,
            attempts=record.attempts,
            seconds=record.seconds,
            last_step=record.last_step,
            n_nan=summary.n_nan,
            attempt=attempt,
            digest=record.journal_digest,
            goal=(plan.metric.name, plan.metric.goal),
            folder=folder,
        )


def _status(status: RunStatus, *, is_running: bool) -> RunStatus:
    # Nobody writes it any more: the next coordinator starts it again.
    gone = status is RunStatus.RUNNING and not is_running
    return RunStatus.STOPPED if gone else status


def _free_runs(folder: StudyFolder) -> Iterator[StoredRun]:
    for row in read_rows(folder):
        attempt = "/".join(row.journal.parts[-4:-1])
        summary = summary_of(folder, attempt) or JournalSummary()
        yield StoredRun(
            study=folder.name,
            variant=row.variant,
            seed=row.seed,
            status=row.status.value,
            value=_value(summary),
            failure=row.failure.value if row.failure else None,
            attempts=row.attempts,
            seconds=row.seconds,
            last_step=row.last_step,
            n_nan=summary.n_nan,
            attempt=attempt,
            digest=summary.digest,
            folder=folder,
        )


def _value(summary: JournalSummary) -> float | None:
    """Give the goal metric of a run with a result, also where it diverged."""
    end = summary.end or {}
    has_result = RunStatus(end.get("status", RunStatus.RUNNING)).has_result
    return decode_number(end["value"]) if has_result and end.get("value") is not None else None
