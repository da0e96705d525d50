"""The spool of a script that a study started: what it logs, on its way into the run's journal.

A script is another process than the worker, and a journal has one writer. So the script appends
lines to `spool.jsonl` in the run's folder (`SpoolWriter`), and the worker that waits for the script
reads them and records them (`Spool.drain`). A line has the form of a journal's line, so that a torn
or damaged one is seen.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from trialist.ledger.journal import JournalWriter, has_checksum
from trialist.values.errors import LedgerError, TrialistError
from trialist.values.events import EventKind, decode_number
from trialist.values.ports import Clock

SPOOL = "spool.jsonl"
"""The spool's name in the run's folder."""

_CHUNK = 1 << 20


class SpoolWriter(JournalWriter):
    """The script's side: every call is one `write` of one whole line.

    The first process that writes has the spool to itself until it ends; of a run that consists of
    several processes only one may log.
    """

    def __init__(self, path: Path, *, clock: Clock = time.time) -> None:
        # Not the journal's own opening: the file may be there, from a script that ran before.
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o644)
        self.path = path
        self._clock = clock
        self._next = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._synced = clock()
        self._is_claimed = False

    def close(self) -> None:
        """Let another process of the run write."""
        os.close(self._file)

    def _write(self, event: str) -> None:
        if not self._is_claimed:
            self._claim()
        super()._write(event)

    def _claim(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LedgerError(
                "another process of this run writes its metrics already",
                where=str(self.path),
                todo="log from one process only: from rank 0, or under "
                '`if __name__ == "__main__":` where others import the script',
            ) from error
        self._is_claimed = True
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")  # who wrote before was killed inside a line
        self._size = os.fstat(self._file).st_size

    def _sync(self) -> None:
        self._synced = self._clock()  # the journal is what has to survive, and the worker syncs it


class SilentWriter(SpoolWriter):
    """What a process of a higher rank writes to: names and steps are checked, nothing is kept."""

    def __init__(self, *, clock: Clock = time.time) -> None:
        super().__init__(Path(os.devnull), clock=clock)

    def _write(self, event: str) -> None:
        del event


class Relayed(Protocol):
    """What takes the lines of a spool: the run of the worker, `execute.handle.Handle`."""

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Record metrics."""
        ...

    def finding(self, message: str) -> None:
        """Record something that a reader of the run should know."""
        ...

    def relay(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event of another kind as it is."""
        ...


class Spool:
    """The worker's side: gives what the script has written since the last call to its run.

    Args:
        path: The spool; it need not exist, now or ever.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def drain(self, handle: Relayed, *, ended: bool = False) -> int:
        """Record the whole lines that have come, and give how many.

        A mistake that the script could not see (two sources of one metric) becomes a finding. If
        `handle` ends runs that do not ask, ask it `should_stop()` first.

        Args:
            handle: The run that they belong to.
            ended: True once the script is gone: a line without an end then stays without one.
        """
        n = 0
        for line in self._lines():
            self._record(line, handle)
            n += 1
        if ended and self._path.exists() and self._path.stat().st_size > self._read:
            self._read = self._path.stat().st_size
            handle.finding("the script was ended while it logged: its last row is lost")
        return n

    def _lines(self) -> Iterator[bytes]:
        """Give the whole lines behind what was read, and remember each as read."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            rest = b""
            while chunk := file.read(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._read += len(line) + 1
                    yield line

    def _record(self, line: bytes, handle: Relayed) -> None:
        event = _event_of(line)
        if event is None:
            handle.finding(
                f"a damaged line in {SPOOL} was skipped: {line[:60].decode(errors='replace')}"
            )
            return
        fields = {name: value for name, value in event.items() if name not in ("i", "k", "t", "c")}
        try:
            if event["k"] == EventKind.METRIC:
                values = {name: decode_number(value) for name, value in fields["v"].items()}
                handle.log(values, step=fields["step"])
            elif event["k"] == EventKind.FINDING:
                handle.finding(str(fields["message"]))
            else:
                handle.relay(str(event["k"]), fields)
        except TrialistError as error:
            handle.finding(error.mistakes[0].message)


def _event_of(line: bytes) -> dict[str, Any] | None:
    """Give what a line says; None where it is damaged."""
    if not has_checksum(line):
        return None
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and "k" in event else None
