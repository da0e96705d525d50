"""The study's log: what was registered, started, looked at and concluded, as a hash chain.

Each line is canonical JSON with `i`, `kind`, `time`, `prev` (the hash of the line before; 64
zeros at first) and `hash` (SHA-256 of the line without `hash`). Whoever changes, deletes or moves
a line breaks the chain at that place.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import sync_folder
from trialist.ledger.formats import LOG, check_format
from trialist.values.canonical import canonical_bytes
from trialist.values.errors import LedgerError
from trialist.values.ports import Clock

ZERO_HASH = "0" * 64
_FIELDS = {"i", "kind", "time", "prev", "hash"}


class LogKind(StrEnum):
    """What a line says."""

    REGISTERED = "registered"  # a plan, before its first run
    AMENDED = "amended"  # a plan that takes the place of another one after results
    EXTENDED = "extended"  # an open-ended study may use more seeds than before
    SESSION = "session"  # a coordinator begins to work on the study
    STARTED = "started"  # an attempt, before it begins
    GAVE_UP = "gave_up"  # a run failed beyond its retries
    CHECKED = "checked"  # a check of the seeds: a repeated run, runs that are all alike
    PROPOSED = "proposed"  # a trial that a sampler proposed, before its first run
    TOLD = "told"  # what a trial came to, as its sampler was told
    RUNG = "rung"  # a trial's value at a rung, and what a pruner made of it
    PART = "part"  # a member of a population has trained up to a round
    EVOLVED = "evolved"  # who took over whose training at a round
    SELECTED = "selected"  # the winner of a search, before its first fresh run
    LOOK = "look"  # a planned look, with every run it used
    VERDICT = "verdict"  # the study's answer
    REPRODUCED = "reproduced"  # a run was made again, and how the two compare
    DEVIATION = "deviation"  # something that is not as planned
    ADOPTED = "adopted"  # a variant became the new baseline
    OPENED = "opened"  # the sealed test set, before the first prediction on it
    TESTED = "tested"  # what came of an opening


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    fields: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What the line says."""
        return str(self.fields["kind"])

    @property
    def hash(self) -> str:
        """The line's own hash."""
        return str(self.fields["hash"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """A place where the chain does not hold."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The log as it was read: the entries up to the first fault, and the faults."""

    entries: tuple[Entry, ...]
    faults: tuple[ChainFault, ...]
    torn: bool

    @property
    def head(self) -> str:
        """The last sound entry's hash."""
        return self.entries[-1].hash if self.entries else ZERO_HASH


def read_chain(path: Path) -> Chain:
    """Read and check the log; damage is told, not raised.

    Raises:
        LedgerError: If a newer version of trialist wrote it.
    """
    if not path.exists():
        return Chain(entries=(), faults=(), torn=False)
    *lines, rest = path.read_bytes().split(b"\n")
    first = _parsed(lines[0]) if lines else None
    if first is not None and "format" in first and _is_unchanged(first, lines[0]):
        check_format(first["format"], LOG, where=path)
    entries: list[Entry] = []
    faults: list[ChainFault] = []
    before = ZERO_HASH
    index = 0
    for number, line in enumerate(lines, start=1):
        fields = _parsed(line)
        message = _fault(fields, line=line, index=index, before=before)
        if message:
            faults.append(ChainFault(line=number, message=message))
        if fields is None:
            break
        # Counting goes on from what this line says, so that one fault is not told of all lines.
        before, index = str(fields["hash"]), fields["i"] + 1
        if not faults:
            entries.append(Entry(fields))
    return Chain(entries=tuple(entries), faults=tuple(faults), torn=bool(rest))


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_entry = isinstance(fields, dict) and fields.keys() >= _FIELDS and type(fields["i"]) is int
    return fields if is_entry else None


def _fault(fields: Mapping[str, Any] | None, *, line: bytes, index: int, before: str) -> str | None:
    if fields is None:
        return "is damaged: not an entry"
    if fields["i"] != index and fields["prev"] != before:
        return f"is entry {fields['i']}, not {index}: a line was deleted, inserted or moved"
    if not _is_unchanged(fields, line):
        return "was changed: its hash does not fit its content"
    if fields["i"] != index or fields["prev"] != before:
        return "does not follow the line before it"
    return None


def _is_unchanged(fields: Mapping[str, Any], line: bytes) -> bool:
    try:
        return line == canonical_bytes(fields) and fields["hash"] == _hash_of(fields)
    except ValueError:  # NaN, which Python reads and canonical JSON refuses
        return False


def _hash_of(fields: Mapping[str, Any]) -> str:
    content = {key: value for key, value in fields.items() if key != "hash"}
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


class ProtocolLog:
    """The one writer of a study's log. Every line is on disk before `append` returns."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        chain = read_chain(path)
        if chain.faults:
            fault = chain.faults[0]
            raise LedgerError(
                f"line {fault.line} {fault.message}",
                where=f"{path}:{fault.line}",
                todo="nothing was run; `trialist verify` lists all faults, "
                "`trialist run STUDY --new` starts a new record",
            )
        if chain.torn:
            _set_torn_tail_aside(path)
        self.path = path
        self._clock = clock
        self._entries = list(chain.entries)
        is_new = not path.exists()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        if is_new:
            sync_folder(path.parent)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in order."""
        return tuple(self._entries)

    @property
    def head(self) -> str:
        """The last entry's hash."""
        return self._entries[-1].hash if self._entries else ZERO_HASH

    def append(self, kind: LogKind, **payload: Any) -> Entry:
        """Write one line and sync it.

        Raises:
            ValueError: If JSON cannot carry `payload`; then nothing was written.
        """
        return self._written(kind, payload, sync=True)

    def note(self, kind: LogKind, **payload: Any) -> Entry:
        """Write one line that the next `append` syncs.

        For what can be found out again: a machine that loses power may lose the last of them, a
        process that is killed does not.
        """
        return self._written(kind, payload, sync=False)

    def _written(self, kind: LogKind, payload: Mapping[str, Any], *, sync: bool) -> Entry:
        fields: dict[str, Any] = {
            **payload,
            "i": len(self._entries),
            "kind": kind.value,
            "time": round(self._clock(), 3),
            "prev": self.head,
        }
        fields["hash"] = _hash_of(fields)
        data = canonical_bytes(fields) + b"\n"
        try:
            while data:  # a full disk writes a part and raises at the next try
                data = data[os.write(self._file, data) :]
            if sync:
                os.fsync(self._file)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self.path)) from error
        entry = Entry(fields)
        self._entries.append(entry)
        return entry

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _set_torn_tail_aside(path: Path) -> None:
    # The coordinator was killed inside a write: nobody was told of that line.
    data = path.read_bytes()
    keep = data.rfind(b"\n") + 1
    with path.with_name("ledger.torn").open("ab") as aside:
        aside.write(data[keep:] + b"\n")
        os.fsync(aside.fileno())
    with path.open("r+b") as file:
        file.truncate(keep)
        os.fsync(file.fileno())
