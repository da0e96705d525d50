"""The store's index as a file: an SQLite database that may be deleted, damaged or missing.

Nothing here raises for what is wrong with the file. A damaged one, or one of another version, is
thrown away; one that cannot be opened or written is done without. What it held is in the journals.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

INDEX_NAME = ".index.sqlite"
INDEX_FORMAT = 1
"""Raised whenever a table, or what is written into one, changes: then all is read anew."""

_APPLICATION = 0x7472696C  # "tril": tells an index from any other SQLite file of that name
_WAIT_S = 10.0
_BESIDE = ("", "-wal", "-shm", "-journal")
_TABLES = """
CREATE TABLE IF NOT EXISTS log (
  study TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, facts TEXT, crc INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listing (
  study TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, facts TEXT, crc INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
  study TEXT, attempt TEXT, size INTEGER, mtime INTEGER, facts TEXT, crc INTEGER,
  PRIMARY KEY (study, attempt)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS curve (
  study TEXT, attempt TEXT, size INTEGER, mtime INTEGER, points BLOB, crc INTEGER,
  PRIMARY KEY (study, attempt)
) WITHOUT ROWID;
"""


class _OtherFormatError(sqlite3.DatabaseError):
    """The file is an SQLite database, and not an index of this version."""


# SQLite reads names of tables out of a damaged file without looking whether they are text.
_DAMAGED = (sqlite3.DatabaseError, UnicodeDecodeError)


class IndexFile:
    """The database. It is open only while it is asked, so that no process that forks holds it."""

    def __init__(self, store: Path) -> None:
        self.path = store / INDEX_NAME

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query one by one; they end early where the file is damaged."""
        try:
            with self._opened(write=False) as database:
                yield from database.execute(query, values)
        except sqlite3.OperationalError:
            return
        except _DAMAGED:
            self._throw_away()

    def write(self, batches: Sequence[tuple[str, Sequence[Sequence[Any]]]]) -> bool:
        """Write all rows of all statements, or none; give whether they were written."""

        def insert(database: sqlite3.Connection) -> None:
            database.execute("BEGIN IMMEDIATE")
            for statement, rows in batches:
                database.executemany(statement, rows)
            database.execute("COMMIT")

        return self._try(insert) or self._try(insert)  # the second time in a fresh file

    def _try(self, work: Callable[[sqlite3.Connection], None]) -> bool:
        try:
            with self._opened(write=True) as database:
                work(database)
        except sqlite3.OperationalError:  # locked for long, a full disk, a store that is read-only
            return False
        except _DAMAGED:
            self._throw_away()
            return False
        return True

    @contextmanager
    def _opened(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        with closing(self._connection(write=write)) as database:
            database.execute(f"PRAGMA busy_timeout = {int(_WAIT_S * 1000)}")
            found = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in _SIGNS]
            if found == [0, 0] and write:
                _create(database)
            elif found != [_APPLICATION, INDEX_FORMAT]:
                raise _OtherFormatError(found)
            database.execute("PRAGMA synchronous = NORMAL")
            yield database

    def _connection(self, *, write: bool) -> sqlite3.Connection:
        mode = "rwc" if write else "rw"
        if not write and not os.access(self.path, os.W_OK):
            # Without a write-ahead log beside it nothing is missing from the file itself.
            mode = "ro" if self._beside("-wal").exists() else "ro&immutable=1"
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        return sqlite3.connect(address, uri=True, timeout=_WAIT_S, isolation_level=None)

    def _throw_away(self) -> None:
        """Remove the file, unless another process has made a sound one meanwhile."""
        with suppress(OSError), self._beside("-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_sound():
                for ending in _BESIDE:
                    self._beside(ending).unlink(missing_ok=True)
            self._beside("-lock").unlink(missing_ok=True)

    def _is_sound(self) -> bool:
        try:
            with self._opened(write=False) as database:
                return bool(database.execute("PRAGMA quick_check").fetchone()[0] == "ok")
        except (sqlite3.Error, *_DAMAGED):
            return False

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


_SIGNS = ("application_id", "user_version")


def _create(database: sqlite3.Connection) -> None:
    with suppress(sqlite3.OperationalError):  # not every disk can; then it stays as it is
        database.execute("PRAGMA journal_mode = WAL")
    database.execute("BEGIN IMMEDIATE")
    for statement in _TABLES.split(";"):
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {INDEX_FORMAT}")
    database.execute("COMMIT")
