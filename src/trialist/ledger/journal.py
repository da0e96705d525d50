"""A run's own append-only journal: one writer, one whole line per call, flushed at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import sync_folder
from trialist.ledger.formats import JOURNAL, check_format
from trialist.values.errors import JournalError
from trialist.values.events import JOURNAL_FORMAT, EventKind, RunStatus, encode_number
from trialist.values.ports import Clock

SYNC_EVERY_S = 1.0
"""A power loss costs at most this much; a killed process costs nothing."""

_CHECKSUM = len(b',"c":"00000000"}')
_ALWAYS = frozenset({"i", "k", "t"})
_NEEDED: Mapping[str, frozenset[str]] = {
    EventKind.METRIC.value: _ALWAYS | {"step", "v"},
    EventKind.END.value: _ALWAYS | {"status"},
}

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


class JournalWriter:
    """The one writer of a journal. Every call is one `write` of one whole line.

    The file is synced once a second, and at the end before `end` returns.
    """

    def __init__(self, path: Path, *, clock: Clock) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        try:
            self._file = os.open(path, flags, 0o644)
        except FileExistsError as error:
            raise JournalError(
                "this attempt has a journal already",
                where=str(path),
                todo="run the study again: it takes the next attempt",
            ) from error
        self.path = path
        self._clock = clock
        self._next = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._synced = clock()
        sync_folder(path.parent)

    def start(self, header: Mapping[str, Any]) -> None:
        """Write the first line: format, identity of the run, environment."""
        self._event(EventKind.START, {"format": JOURNAL_FORMAT, **header})
        self._sync()

    def metric(self, values: Mapping[str, float], step: int, *, back: Sequence[str] = ()) -> None:
        """Write one row of metrics; `values` are plain floats, NaN and infinities allowed.

        Args:
            values: By name.
            step: Of all of them.
            back: Names among them whose step did not grow: the row is kept, and marked.
        """
        now = self._clock()
        try:
            text = _encode(values)
        except ValueError:  # NaN or infinity: JSON has no word for them
            text = _encode({name: encode_number(value) for name, value in values.items()})
        mark = f',"back":{_encode(back)}' if back else ""
        self._write(
            f'{{"i":{self._next},"k":"metric","t":{now:.6f},"step":{step},"v":{text}{mark}}}'
        )
        if now - self._synced >= SYNC_EVERY_S:
            self._sync()

    def finding(self, message: str, *, step: int | None) -> None:
        """Record something that is wrong but not worth ending the run for."""
        self._event(EventKind.FINDING, {"step": step, "message": message})

    def note(self, message: str) -> None:
        """Record a remark."""
        self._event(EventKind.NOTE, {"message": message})

    def event(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event of any kind as it is; JSON must be able to carry `fields`."""
        event = {"i": self._next, "k": kind, "t": round(self._clock(), 6), **fields}
        self._write(_encode(event))

    def record(self, kind: EventKind, fields: Mapping[str, Any]) -> None:
        """Write a line that names a file; it is on disk when this returns."""
        self._event(kind, fields)
        self._sync()

    def sync(self) -> None:
        """Have everything that was written survive a power loss."""
        self._sync()

    def end(self, fields: Mapping[str, Any]) -> str:
        """Write the last line, sync, close, and give the SHA-256 of the whole journal."""
        self._event(EventKind.END, fields)
        self._sync()
        os.close(self._file)
        return self._digest.hexdigest()

    def _event(self, kind: EventKind, fields: Mapping[str, Any]) -> None:
        self.event(kind.value, fields)

    def _write(self, event: str) -> None:
        data = with_checksum(event.encode())
        try:
            written = os.write(self._file, data)
            while written < len(data):  # a full disk writes a part and raises at the next try
                written += os.write(self._file, data[written:])
        except OSError as error:
            # Else the next line, which says why the run failed, would stand behind a part of one.
            os.ftruncate(self._file, self._size)
            raise OSError(error.errno, error.strerror, str(self.path)) from error
        self._digest.update(data)
        self._size += len(data)
        self._next += 1

    def _sync(self) -> None:
        os.fsync(self._file)
        self._synced = self._clock()


def with_checksum(event: bytes) -> bytes:
    """Give the line for a JSON object: the object with its CRC-32 as last field, `c`.

    The digest of the whole file proves that nothing was changed; the checksum says in which line.
    """
    content = event[:-1]
    return b'%s,"c":"%08x"}\n' % (content, zlib.crc32(content))


def has_checksum(line: bytes) -> bool:
    """Tell whether a line, without its end, carries the checksum of its content."""
    content, _, found = line.rpartition(b',"c":"')
    return found == b'%08x"}' % zlib.crc32(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A journal as it was read.

    Attributes:
        path: The file.
        events: Its whole lines, in order.
        torn: True where the last line was cut (its writer was killed while writing).
        digest: SHA-256 up to and with the end line; None without an end.
    """

    path: Path
    events: tuple[Mapping[str, Any], ...]
    torn: bool
    digest: str | None

    @property
    def start(self) -> Mapping[str, Any]:
        """The first event; empty where the writer was killed before it."""
        return self.events[0] if self.events else {}

    @property
    def end(self) -> Mapping[str, Any] | None:
        """The end event, where the attempt came that far."""
        last = self.events[-1] if self.events else None
        return last if last is not None and last["k"] == EventKind.END else None

    @property
    def has_result(self) -> bool:
        """True where the attempt ended with a result."""
        return self.end is not None and RunStatus(self.end["status"]).has_result

    @property
    def seconds(self) -> float | None:
        """How long the attempt ran as far as its lines tell; None without a line."""
        return self.events[-1]["t"] - self.events[0]["t"] if self.events else None

    @property
    def last_step(self) -> int | None:
        """The last step that was logged."""
        for event in reversed(self.events):
            if event["k"] == EventKind.METRIC:
                return int(event["step"])
        return None


def read_journal(path: Path) -> Journal:
    """Read a journal and check that every line is whole and in its place.

    Raises:
        JournalError: At file:line, where a line is damaged, missing, moved or follows the end.
        LedgerError: If a newer version of trialist wrote it.
    """
    data = path.read_bytes()
    *lines, rest = data.split(b"\n")
    _check_format(path, lines)
    events = _sound_events(lines)
    if events is None:
        events = tuple(_event_at(path, number, line) for number, line in enumerate(lines, start=1))
    for number, event in enumerate(events[:-1], start=1):
        if event["k"] == EventKind.END:
            raise JournalError("there are lines after the end", where=f"{path}:{number + 1}")
    ended = bool(events) and events[-1]["k"] == EventKind.END
    if ended and rest:
        raise JournalError("there is something after the end", where=f"{path}:{len(lines) + 1}")
    digest = hashlib.sha256(data).hexdigest() if ended else None
    return Journal(path=path, events=events, torn=bool(rest), digest=digest)


_HEAD = re.compile(rb'\{"i":\d+,"k":"(\w+)"')


def scan_journal(path: Path, kinds: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """Give the events of some kinds, in order and in constant memory; a torn last line is skipped.

    Raises:
        JournalError: At file:line, where a line of these kinds, or of no kind, is damaged.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            found = _HEAD.match(line)
            if found is None or found.group(1).decode() in kinds:
                event = _event_at(path, number, line[:-1])
                if event["k"] in kinds:
                    yield event


def _check_format(path: Path, lines: Sequence[bytes]) -> None:
    # Before the other lines are checked: a newer format may check them otherwise.
    try:
        first = _event_at(path, 1, lines[0]) if lines else {}
    except JournalError:
        return  # said with its place
    if first.get("k") == EventKind.START:
        check_format(first.get("format"), JOURNAL, where=path)


def _sound_events(lines: Sequence[bytes]) -> tuple[Mapping[str, Any], ...] | None:
    """Give the events of lines that a writer wrote so; None where a single one is otherwise.

    Parsing all lines at once takes half the time, and cannot say which one is damaged.
    """
    for number, line in enumerate(lines):
        head = b'{"i":%d,"k":"' % number
        # A line that begins and ends so cannot be joined with the next into one object.
        checksum = b',"c":"%08x"}' % zlib.crc32(line[:-_CHECKSUM])
        if not line.startswith(head) or line[-_CHECKSUM:] != checksum:
            return None
    try:
        events = json.loads(b"[%s]" % b",".join(lines))
    except (ValueError, RecursionError):
        return None
    whole = len(events) == len(lines) and all(
        isinstance(event, dict) and event["i"] == number and _is_whole(event)
        for number, event in enumerate(events)
    )
    return tuple(events) if whole else None


def _event_at(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise JournalError("this line is damaged: not JSON", where=f"{path}:{number}") from error
    if not isinstance(event, dict) or not _is_whole(event):
        raise JournalError("this line is damaged: not an event", where=f"{path}:{number}")
    if not has_checksum(line):
        raise JournalError(
            "this line was changed: its checksum does not fit its content",
            where=f"{path}:{number}",
        )
    if event["i"] != number - 1:
        raise JournalError(
            f"event {event['i']} stands where event {number - 1} belongs: "
            "a line was deleted, inserted or moved",
            where=f"{path}:{number}",
        )
    return event


def _is_whole(event: Mapping[str, Any]) -> bool:
    kind = event.get("k")
    # A kind that this version does not know needs no more than a place and a time.
    needed = _NEEDED.get(kind, _ALWAYS) if isinstance(kind, str) else _ALWAYS
    return needed <= event.keys()
