"""What a run's processes used, every few seconds: `system.jsonl` beside its journal.

Whoever watches a run writes it: the coordinator, or the process itself where there is none. It is
no evidence: nothing is judged by it, so nobody waits for the disk, and a line that is damaged is
left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.journal import has_checksum, with_checksum
from trialist.values.events import EventKind
from trialist.values.ports import Clock

SYSTEM = "system.jsonl"
"""Its name in an attempt's folder."""
SYSTEM_FORMAT = 1
MOST_READ = 1 << 16
"""Of a long file only so many bytes at its end are read: about 40 minutes."""


class SystemWriter:
    """Appends rows, each with one `write` of whole lines; a full disk is somebody else's to tell.

    Args:
        directory: The attempt's folder.
        clock: Gives the time of a row.
    """

    def __init__(self, directory: Path, *, clock: Clock) -> None:
        self._path = directory / SYSTEM
        self._clock = clock
        self._next = 0

    def write(self, values: Mapping[str, float], *, about: Mapping[str, Any]) -> None:
        """Append a row; the first one stands behind a line that says what holds for all.

        Raises:
            OSError: If it cannot be written.
        """
        data = b""
        if self._next == 0:
            data += self._line(EventKind.START, {"format": SYSTEM_FORMAT, **about})
        data += self._line(EventKind.SYSTEM, {"v": dict(values)})
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(file, data)
        finally:
            os.close(file)

    def _line(self, kind: EventKind, fields: Mapping[str, Any]) -> bytes:
        event = {"i": self._next, "k": kind.value, "t": round(self._clock(), 3), **fields}
        self._next += 1
        return with_checksum(json.dumps(event, separators=(",", ":")).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRows:
    """What was measured of an attempt.

    Attributes:
        about: What holds for all rows: `n_cores`, `every_s`, `gpus`, and what is `missing` and why.
        rows: The values by name, oldest first.
    """

    about: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Mapping[str, float], ...] = ()


def read_system(directory: Path, *, most: int = MOST_READ) -> SystemRows:
    """Give what was measured of the attempt in `directory`; nothing where nobody measured.

    Args:
        directory: The attempt's folder.
        most: How many bytes at the end of a long file are read.
    """
    about: Mapping[str, Any] = {}
    rows: list[Mapping[str, float]] = []
    for event in _events(directory / SYSTEM, most, with_head=True):
        if event.get("k") == EventKind.START:
            about = event
        elif event.get("k") == EventKind.SYSTEM and isinstance(event.get("v"), dict):
            rows.append(event["v"])
    return SystemRows(about=about, rows=tuple(rows))


def last_told(directory: Path, name: str, *, most: int = MOST_READ) -> float | None:
    """Give the last value of `name` that a run told of itself, by the end of its journal."""
    found = None
    for event in _events(directory / "journal.jsonl", most, with_head=False):
        if event.get("k") == EventKind.SYSTEM and isinstance(event.get("v"), dict):
            found = event["v"].get(name, found)
    return found


def _events(path: Path, most: int, *, with_head: bool) -> Iterator[Mapping[str, Any]]:
    """Give the sound events of a file's end, with its first line where that is asked for."""
    try:
        with path.open("rb") as file:
            if with_head:
                yield from _sound(file.readline())
            start = max(os.fstat(file.fileno()).st_size - most, file.tell())
            if start > file.tell():
                file.seek(start - 1)
                file.readline()  # the rest of a line, unless one begins just there
            for line in file:
                yield from _sound(line)
    except OSError:
        return


def _sound(line: bytes) -> Iterator[Mapping[str, Any]]:
    if not line.endswith(b"\n") or not has_checksum(line[:-1]):
        return
    with suppress(ValueError, RecursionError):
        yield json.loads(line)  # what ends as a checksum does is an object, or nothing
