"""What the store's index remembers of logs and journals, and whether that still holds.

A row belongs to a file of one size and one time of change; of any other it says nothing, and the
file is read anew. `verify` and `store check` never ask here.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.indexfile import IndexFile

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_MOST_WAITING = 256
_READ_OF_LOG = {
    "log": "SELECT study, size, mtime, facts, crc FROM log",
    "listing": "SELECT study, size, mtime, facts, crc FROM listing",
}
_WRITE_OF_LOG = {
    "log": "INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?)",
    "listing": "INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?, ?)",
}
_READ_JOURNALS = "SELECT attempt, size, mtime, facts, crc FROM journal WHERE study = ?"
_READ_CURVES = "SELECT attempt, size, mtime, points, crc FROM curve WHERE study = ?"
_WRITE_JOURNAL = "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?)"
_WRITE_CURVE = "INSERT OR REPLACE INTO curve VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's size and time of change: while they stay, so does what was read of it."""

    size: int
    mtime: int

    @classmethod
    def of(cls, path: str | Path) -> Stamp | None:
        """Give the stamp of a file; None where there is none."""
        try:
            found = os.stat(path)  # noqa: PTH116 — asked once per run, and a Path costs twice this
        except OSError:
            return None
        return cls(found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was read of a file, and its stamp before it was read."""

    stamp: Stamp
    facts: Mapping[str, Any]


class StoreIndex:
    """The index of one store. Rows are kept in memory by study, and written in batches.

    An attempt is named as in the store: `VARIANT/seed-3/attempt-1`.
    """

    def __init__(self, store: Path) -> None:
        self._file = IndexFile(store)
        self._journals: dict[str, dict[str, Remembered]] = {}
        self._logs: dict[str, dict[str, Remembered]] = {}
        self._log_rows: list[tuple[str, list[tuple[Any, ...]]]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._curves: list[tuple[Any, ...]] = []

    def journal(self, study: str, attempt: str, stamp: Stamp) -> Mapping[str, Any] | None:
        """Give what is remembered of a journal that has this stamp."""
        found = self._known(study).get(attempt)
        return found.facts if found is not None and found.stamp == stamp else None

    def remember(
        self, study: str, attempt: str, stamp: Stamp, facts: Mapping[str, Any], curves: bytes
    ) -> None:
        """Remember what a journal says, and its curves."""
        text = _encode(facts)
        place = f"{study}/{attempt}"
        key = (study, attempt, stamp.size, stamp.mtime)
        crc = _checksum(place, stamp, text.encode())
        self._known(study)[attempt] = Remembered(stamp, facts)
        self._rows.append((*key, text, crc))
        self._curves.append((*key, curves, _checksum(place, stamp, curves)))
        if len(self._rows) >= _MOST_WAITING:
            self.flush()

    def curves(self, study: str) -> Iterator[tuple[str, Stamp, bytes]]:
        """Give the remembered curves of a study's journals, one attempt after the other."""
        self.flush()
        for attempt, size, mtime, points, crc in self._file.rows(_READ_CURVES, (study,)):
            stamp = Stamp(size, mtime)
            if crc == _checksum(f"{study}/{attempt}", stamp, _bytes(points)):
                yield attempt, stamp, points

    def log(self, study: str, stamp: Stamp) -> Mapping[str, Any] | None:
        """Give what is remembered of a study's log that has this stamp."""
        return self._of_log("log", study, stamp)

    def remember_log(self, study: str, stamp: Stamp, facts: Mapping[str, Any]) -> None:
        """Remember what a study's log says."""
        self._remember_of_log("log", study, stamp, facts)

    def listing(self, study: str, stamp: Stamp) -> Mapping[str, Any] | None:
        """Give the remembered list of a study's runs, whose log has this stamp."""
        return self._of_log("listing", study, stamp)

    def remember_listing(self, study: str, stamp: Stamp, facts: Mapping[str, Any]) -> None:
        """Remember the list of a study's runs."""
        self._remember_of_log("listing", study, stamp, facts)

    def _of_log(self, table: str, study: str, stamp: Stamp) -> Mapping[str, Any] | None:
        if table not in self._logs:
            self._logs[table] = {
                name: Remembered(Stamp(size, mtime), json.loads(text))
                for name, size, mtime, text, crc in self._file.rows(_READ_OF_LOG[table])
                if crc == _checksum(name, Stamp(size, mtime), _bytes(text))
            }
        found = self._logs[table].get(study)
        return found.facts if found is not None and found.stamp == stamp else None

    def _remember_of_log(
        self, table: str, study: str, stamp: Stamp, facts: Mapping[str, Any]
    ) -> None:
        self._of_log(table, study, stamp)
        text = _encode(facts)
        crc = _checksum(study, stamp, text.encode())
        self._logs[table][study] = Remembered(stamp, facts)
        row = (study, stamp.size, stamp.mtime, text, crc)
        self._log_rows.append((_WRITE_OF_LOG[table], [row]))

    def forget_listing(self, study: str) -> None:
        """Forget the list of a study's runs: something was taken from under it."""
        self._logs.get("listing", {}).pop(study, None)
        self._file.write([("DELETE FROM listing WHERE study = ?", [(study,)])])

    def flush(self) -> None:
        """Write what is waiting; where that cannot be, the next command reads it again."""
        if self._rows or self._log_rows:
            self._file.write(
                [
                    *self._log_rows,
                    (_WRITE_JOURNAL, self._rows),
                    (_WRITE_CURVE, self._curves),
                ]
            )
        self._log_rows, self._rows, self._curves = [], [], []

    def _known(self, study: str) -> dict[str, Remembered]:
        if study not in self._journals:
            self._journals[study] = self._load(study)
        return self._journals[study]

    def _load(self, study: str) -> dict[str, Remembered]:
        stamps: dict[str, Stamp] = {}
        texts: list[str] = []
        for attempt, size, mtime, text, crc in self._file.rows(_READ_JOURNALS, (study,)):
            stamp = Stamp(size, mtime)
            if crc == _checksum(f"{study}/{attempt}", stamp, _bytes(text)):
                stamps[attempt] = stamp
                texts.append(text)
        facts = json.loads(f"[{','.join(texts)}]")  # in one go: a third of the time
        return {
            attempt: Remembered(stamp, one)
            for (attempt, stamp), one in zip(stamps.items(), facts, strict=True)
        }


def _bytes(found: Any) -> bytes:
    return found if isinstance(found, bytes) else str(found).encode()


def _checksum(place: str, stamp: Stamp, content: bytes) -> int:
    # SQLite does not notice a bit that flips inside a row.
    name = f"{place} {stamp.size} {stamp.mtime}".encode("utf-8", "backslashreplace")
    return zlib.crc32(content, zlib.crc32(name))
