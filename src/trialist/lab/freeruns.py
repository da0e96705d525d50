"""Runs without a plan in the commands: where they stand, what of their record does not hold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.machineuse import MOST_RUNS, use_of
from trialist.ledger.folder import StudyFolder, attempt_number
from trialist.ledger.freeruns import STATE
from trialist.ledger.journal import read_journal
from trialist.ledger.protocol_log import Chain
from trialist.ledger.runrows import RunRow, read_rows
from trialist.render.usagetext import usage_hint, usage_words
from trialist.values.errors import JournalError
from trialist.values.events import RunStatus, encode_number
from trialist.values.machineuse import MachineUse

MOST_METRICS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeStatus:
    """Where the runs stand that a script has recorded on its own.

    Attributes:
        name: What they are called.
        folder: Where they lie.
        rows: One per run.
        damaged: Journals that cannot be read, as sentences with their place.
        machine: What the runs used of it; None where nothing was measured.
    """

    name: str
    folder: Path
    rows: tuple[RunRow, ...]
    damaged: tuple[str, ...] = ()
    machine: MachineUse | None = None

    @property
    def state(self) -> str:
        """What these runs are."""
        return STATE

    def to_dict(self) -> dict[str, Any]:
        """Give the status as plain data."""
        return {
            "study": self.name,
            "state": self.state,
            "runs": [_row_dict(row, self.folder) for row in self.rows],
            "damaged": list(self.damaged),
            **({"machine": self.machine.to_dict()} if self.machine else {}),
        }

    def table(self) -> tuple[tuple[str, ...], ...]:
        """Give a head and a row per run, with the last values of the commonest metrics."""
        metrics = metrics_of(self.rows)[:MOST_METRICS]
        head = ("run", "tags", "status", "step", *metrics)
        return (
            head,
            *(
                (
                    row.name,
                    " ".join(row.tags),
                    _status_words(row),
                    "" if row.last_step is None else f"{row.last_step:,}",
                    *(shown_value(row.last.get(name)) for name in metrics),
                )
                for row in self.rows
            ),
        )

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What failed and why, at most five, and which journals are damaged."""
        failed = [
            ("failed", f"{row.name}: {row.message}")
            for row in self.rows
            if row.status is RunStatus.FAILED
        ]
        more = [("", f"and {len(failed) - 5} more")] if len(failed) > 5 else []
        return (
            *failed[:5],
            *more,
            *(("damaged", place) for place in self.damaged),
            *_used(self.machine),
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many runs stand how."""
        found = Counter(row.status for row in self.rows)
        return {status.value: found[status] for status in RunStatus if found[status]}


def free_status(folder: StudyFolder) -> FreeStatus:
    """Give where the runs in `folder` stand; nothing is written."""
    damaged = [f"{where}: {message}" for where, message in _journal_faults(folder)]
    rows = () if damaged else read_rows(folder)
    newest = sorted(rows, key=lambda row: row.began)[-MOST_RUNS:]
    return FreeStatus(
        name=folder.name,
        folder=folder.root,
        rows=rows,
        damaged=tuple(damaged),
        machine=use_of(row.journal.parent for row in newest),
    )


def _used(machine: MachineUse | None) -> tuple[tuple[str, str], ...]:
    if machine is None:
        return ()
    hint = usage_hint(machine)
    said = " · ".join(usage_words(machine))
    return (("used", said), ("", hint)) if hint else (("used", said),)


def free_faults(folder: StudyFolder, chain: Chain) -> Iterator[tuple[str, str]]:
    """Give the places and words of what does not hold in the record of runs without a plan."""
    started = {
        (one.fields["variant"], one.fields["place"], one.fields["attempt"])
        for one in chain.entries
        if one.fields.get("free") is True
    }
    for variant, place, number in sorted(started):
        attempt = folder.variant(variant) / place / f"attempt-{number}"
        if not attempt.is_dir():
            yield str(attempt), "this attempt was started, and its folder was removed"
    for path in _journals(folder):
        key = (path.parts[-4], path.parts[-3], attempt_number(path.parent))
        if not chain.faults and key not in started:
            yield str(path), "a journal without a start in the log"
    yield from _journal_faults(folder)


def n_journals(folder: StudyFolder) -> int:
    """Give how many journals lie in a folder."""
    return len(_journals(folder))


def _journals(folder: StudyFolder) -> list[Path]:
    return sorted(folder.root.glob("trials/*/*/attempt-*/journal.jsonl"))


def _journal_faults(folder: StudyFolder) -> Iterator[tuple[str, str]]:
    for path in _journals(folder):
        try:
            read_journal(path)
        except JournalError as error:
            mistake = error.mistakes[0]
            yield mistake.where or str(path), mistake.message


def _row_dict(row: RunRow, folder: Path) -> dict[str, Any]:
    return {
        "run": row.name,
        "seed": row.seed,
        "seed_missing": None if row.seed is not None else "no seed was given",
        "status": row.status.value,
        "failure": row.failure.value if row.failure else None,
        "message": row.message,
        "attempts": row.attempts,
        "tags": list(row.tags),
        "config": dict(row.config),
        "last": {name: encode_number(value) for name, value in row.last.items()},
        "last_step": row.last_step,
        "seconds": row.seconds,
        "journal": row.journal.relative_to(folder).as_posix(),
    }


def _status_words(row: RunRow) -> str:
    again = f" ({row.attempts} attempts)" if row.attempts > 1 else ""
    kind = f" ({row.failure.value})" if row.failure else ""
    return f"{row.status.value}{kind}{again}"


def metrics_of(rows: Sequence[RunRow]) -> tuple[str, ...]:
    """Give the metrics of runs, those of most runs first."""
    found = Counter(name for row in rows for name in row.last)
    return tuple(sorted(found, key=lambda name: (-found[name], name)))


def shown_value(value: float | None) -> str:
    """Give a metric's last value for a table: five digits, empty where there is none."""
    if value is None:
        return ""
    return f"{value:.5g}" if math.isfinite(value) else str(value)
