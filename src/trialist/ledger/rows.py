"""The metric rows of a journal: its first ones while it grows, or all of them, one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trialist.ledger.journal import read_journal
from trialist.values.events import EventKind, decode_number
from trialist.values.rows import MetricRow

_END = -1
"""No step: what a run returned is compared with what another one returned."""
_MOST_ROWS = 256
_MOST_BYTES = 1 << 18


class FirstRows:
    """The first rows of a journal that grows; each call of `read` reads what is new.

    Attributes:
        rows: The rows so far, at most 256.
        is_full: True where no more are read: the rest is too long for a glance.
    """

    def __init__(self, path: Path) -> None:
        self.rows: list[MetricRow] = []
        self.is_full = False
        self._path = path
        self._offset = 0

    def read(self) -> None:
        """Read the whole lines that were written since; a journal may not be there yet."""
        if self.is_full or not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read(_MOST_BYTES - self._offset)
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        self.rows += [row for line in whole.splitlines() if (row := _row_in(line)) is not None]
        self.is_full = len(self.rows) >= _MOST_ROWS or len(data) >= _MOST_BYTES - self._offset
        del self.rows[_MOST_ROWS:]


class NewRows:
    """The rows of a journal that grows: each call of `read` gives those that are new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[MetricRow]:
        """Give the rows in the whole lines that were written since; the file may not be there."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [row for line in whole.splitlines() if (row := _row_in(line)) is not None]


def rows_of(path: Path) -> Iterator[MetricRow]:
    """Give all rows of a journal; memory is constant. A line that was cut off is none."""
    with path.open("rb") as file:
        for line in file:
            row = _row_in(line) if line.endswith(b"\n") else None
            if row is not None:
                yield row


def rows_with_end(path: Path) -> Iterator[MetricRow]:
    """Give all rows of a journal, and what its run returned as the last one, at step -1.

    Raises:
        JournalError: If the journal is damaged.
    """
    yield from rows_of(path)
    journal = read_journal(path)
    end = journal.end or {}
    if end.get("value") is not None:
        returned = {name: decode_number(value) for name, value in end.get("returned", {}).items()}
        goal = {str(journal.start["metric"]): decode_number(end["value"])}
        yield MetricRow(step=_END, values={**returned, **goal})


def begins_anew(path: Path) -> bool:
    """Tell whether a journal begins with its run, and does not go on from a checkpoint."""
    with path.open("rb") as file:
        for line in file:
            event = _event_in(line)
            if event.get("k") == EventKind.RESUMED or "resumed" in event:
                return False
            if event.get("k") == EventKind.METRIC:
                return True
    return True


def _row_in(line: bytes) -> MetricRow | None:
    if b'"k":"metric"' not in line:
        return None
    event = _event_in(line)
    if event.get("k") != EventKind.METRIC:
        return None
    values = {name: decode_number(value) for name, value in event["v"].items()}
    return MetricRow(step=int(event["step"]), values=values)


def _event_in(line: bytes) -> Mapping[str, Any]:
    # Whether lines are sound is for `read_journal` to say.
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
