"""The record of one artifact: its versions, every move of an alias, and who made and used it.

One file of whole lines per artifact. Several processes may write it: each holds the artifact's lock
for the one line it appends.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import sync_folder
from trialist.ledger.journal import has_checksum, with_checksum
from trialist.values.errors import ArtifactError

LOG_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of an artifact: its digest is its name in the store."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an artifact.

    Attributes:
        name: The artifact's name.
        number: From 0.
        digest: SHA-256 of the file, or of the folder's list of files.
        files: The files by their path in the folder; a single file has its own name.
        is_folder: True where a folder was put into the store.
        type: What the user calls it, for example `model`.
        made_by: The run that made it, and everything else that was said of its origin.
        value: The run's goal metric at that time; None where there was none.
        metric: The goal metric's name.
        time: Seconds since the epoch.
    """

    name: str
    number: int
    digest: str
    files: Mapping[str, StoredFile]
    is_folder: bool
    type: str | None
    made_by: Mapping[str, Any]
    value: float | None
    metric: str | None
    time: float

    @property
    def bytes(self) -> int:
        """The size of all its files."""
        return sum(file.bytes for file in self.files.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasMove:
    """An alias was given, or moved from one version to another."""

    alias: str
    before: int | None
    after: int
    who: str
    time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A run made or used a version."""

    kind: str
    version: int
    by: Mapping[str, Any]
    time: float


@dataclass(slots=True, kw_only=True)
class ArtifactRecord:
    """All that the record of one artifact says.

    Attributes:
        name: The artifact's name.
        versions: All versions, by number.
        aliases: Which version each alias names now.
        moves: Every move of an alias, oldest first.
        uses: Every run that made or used a version, oldest first.
    """

    name: str
    versions: list[Version] = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    moves: list[AliasMove] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def with_digest(self, digest: str) -> Version | None:
        """Give the version with these contents; None where there is none."""
        return next((one for one in self.versions if one.digest == digest), None)

    def take(self, line: Mapping[str, Any]) -> None:
        """Take in one line."""
        time, by = float(line["t"]), line["by"]
        number = int(line["version"])
        if line["k"] == "version":
            self.versions.append(_version_of(self.name, line))
        if line["k"] in ("version", "made", "used"):
            kind = "used" if line["k"] == "used" else "made"
            self.uses.append(Use(kind=kind, version=number, by=by, time=time))
        for alias in line.get("aliases", ()):
            before = self.aliases.get(alias)
            self.aliases[alias] = number
            move = AliasMove(alias=alias, before=before, after=number, who=line["who"], time=time)
            self.moves.append(move)


def _version_of(name: str, line: Mapping[str, Any]) -> Version:
    return Version(
        name=name,
        number=int(line["version"]),
        digest=str(line["sha256"]),
        files={
            path: StoredFile(sha256=one[0], bytes=one[1]) for path, one in line["files"].items()
        },
        is_folder=bool(line["folder"]),
        type=line["type"],
        made_by=line["by"],
        value=line["value"],
        metric=line["metric"],
        time=float(line["t"]),
    )


def read_record(folder: Path) -> ArtifactRecord:
    """Give what the record in an artifact's folder says; a torn last line is not there yet.

    Raises:
        ArtifactError: At file:line, where the record is damaged.
    """
    record = ArtifactRecord(name=folder.name)
    for line in _lines(folder / "log.jsonl"):
        record.take(line)
    return record


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    *lines, _ = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        where = f"{path}:{number}"
        if not has_checksum(line):
            raise ArtifactError(
                "this line of an artifact's record is damaged: its checksum does not fit",
                where=where,
                todo="restore the file from a copy of the store",
            )
        fields = json.loads(line)
        if fields["format"] != LOG_FORMAT:
            raise ArtifactError(
                f"this artifact has format {fields['format']}, and this version reads {LOG_FORMAT}",
                where=where,
                todo="use the version of trialist that wrote it",
            )
        yield fields


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing the record in `folder`, which is made where it lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def append(folder: Path, kind: str, fields: Mapping[str, Any], *, aliases: Sequence[str]) -> None:
    """Add one line to the record; the caller holds its lock. It is on disk when this returns."""
    path = folder / "log.jsonl"
    event = {"format": LOG_FORMAT, "k": kind, **fields, "aliases": list(aliases)}
    data = with_checksum(json.dumps(event, separators=(",", ":")).encode())
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        _cut_torn_tail(file)
        while data:  # a full disk writes a part and raises at the next try
            data = data[os.write(file, data) :]
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        sync_folder(folder)


def _cut_torn_tail(file: int) -> None:
    # Who was killed inside a line was not told that it is there.
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        whole = os.pread(file, size, 0).rfind(b"\n") + 1
        os.ftruncate(file, whole)
