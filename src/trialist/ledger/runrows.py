"""The runs in a folder as rows: with a plan or without, a row per run with its last values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.closing import read_closing
from trialist.ledger.folder import StudyFolder, attempts_in
from trialist.ledger.freeruns import entries_of, is_open
from trialist.ledger.journal import Journal, read_journal
from trialist.values.events import EventKind, FailureKind, RunStatus, decode_number

_PLACE = re.compile(r"seed-(\d+)|unseeded-(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run as the store has it, with or without a plan.

    Attributes:
        variant: The variant, or `run-` and the digits of the configuration.
        place: `seed-3`, or `unseeded-1`.
        seed: None where the run was given none.
        status: How it stands; without an end line and without a living process it is failed (lost).
        failure: Why it failed.
        message: That in words.
        attempts: How many tries there were; the last one with a result counts, else the last.
        config: Its configuration.
        tags: The user's words for it.
        last: The last value of each metric.
        last_step: The last step that was logged.
        seconds: How long it took.
        journal: The counting attempt's journal.
        began: When its first attempt began, in seconds since the epoch.
    """

    variant: str
    place: str
    seed: int | None
    status: RunStatus
    failure: FailureKind | None
    message: str | None
    attempts: int
    config: Mapping[str, Any]
    tags: tuple[str, ...]
    last: Mapping[str, float] = field(default_factory=dict)
    last_step: int | None = None
    seconds: float | None = None
    journal: Path = field(default_factory=Path)
    began: float = 0.0

    @property
    def name(self) -> str:
        """The run as a person writes it."""
        return f"{self.variant}/{self.place}"


def read_rows(folder: StudyFolder) -> tuple[RunRow, ...]:
    """Give every run in a folder, by variant and seed.

    Raises:
        JournalError: If a journal is damaged.
    """
    homes = [
        (variant, int(found[1]) if found[1] else None, int(found[1] or found[2]), home)
        for variant in folder.variants()
        for home in entries_of(folder.variant(variant))
        if (found := _PLACE.fullmatch(home.name))
    ]
    homes.sort(key=lambda one: (one[0], one[1] is None, one[2]))
    rows = (_row(variant, seed, home) for variant, seed, _, home in homes)
    return tuple(row for row in rows if row is not None)


def _row(variant: str, seed: int | None, home: Path) -> RunRow | None:
    numbers = attempts_in(home)
    paths = [home / f"attempt-{number}" / "journal.jsonl" for number in numbers]
    journals = [read_journal(path) for path in paths if path.exists()]
    if not journals:
        return None
    ended = [one for one in journals if one.has_result]
    journal = ended[-1] if ended else journals[-1]
    end = journal.end or _without_end(journal)
    failure = end.get("failure")
    return RunRow(
        variant=variant,
        place=home.name,
        seed=seed,
        status=RunStatus(end["status"]),
        failure=FailureKind(failure) if failure else None,
        message=end.get("message"),
        attempts=len(numbers),
        config=journal.start.get("config") or {},
        tags=tuple(journal.start.get("tags") or ()),
        last=_last(journal, end),
        last_step=journal.last_step,
        seconds=end.get("seconds"),
        journal=journal.path,
        began=float(journals[0].start.get("t", 0.0)),
    )


def _without_end(journal: Journal) -> Mapping[str, Any]:
    closing = read_closing(journal.path.parent)
    if closing is not None:
        return {
            "status": closing.status,
            "failure": closing.failure,
            "message": closing.message,
            "seconds": closing.seconds,
        }
    if is_open(journal.path.parent):
        return {"status": RunStatus.RUNNING.value}
    message = "its process is gone, and it wrote no end"
    return {
        "status": RunStatus.FAILED.value,
        "failure": FailureKind.LOST.value,
        "message": message,
    }


def _last(journal: Journal, end: Mapping[str, Any]) -> dict[str, float]:
    last: dict[str, float] = {}
    for event in journal.events:
        if event["k"] == EventKind.METRIC:
            last.update(event["v"])
    goal, value = journal.start.get("metric"), end.get("value")
    if goal and value is not None:
        last[goal] = value
    return {name: decode_number(value) for name, value in last.items()}
