"""Checkpoints on disk: written whole, kept by rule, checked before they are believed."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from trialist.ledger.atomic import atomic_file
from trialist.ledger.filedigest import digest_of_file, digest_of_open
from trialist.ledger.journal import scan_journal
from trialist.values.errors import JournalError
from trialist.values.events import EventKind, decode_number, encode_number
from trialist.values.metric import Goal

LATEST_KEPT = 2
"""Beside the best: where the last one is damaged, the one before is used."""

_FOLDER = "checkpoints"
_MISSING = "is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointLine:
    """What a journal says of one checkpoint.

    Attributes:
        step: Where the run stood.
        file: Its file's name in the attempt's folder `checkpoints`.
        sha256: The file's digest.
        bytes: The file's size.
        value: The goal metric's last value; None where it had none yet.
        event: The line's place in the journal; None for one that is not written yet.
    """

    step: int
    file: str
    sha256: str
    bytes: int
    value: float | None
    event: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the fields of the journal's line."""
        return {
            "step": self.step,
            "file": self.file,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "value": None if self.value is None else encode_number(self.value),
        }

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> CheckpointLine:
        """Give what a journal's line says."""
        value = event["value"]
        return cls(
            step=int(event["step"]),
            file=str(event["file"]),
            sha256=str(event["sha256"]),
            bytes=int(event["bytes"]),
            value=None if value is None else decode_number(value),
            event=int(event["i"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCheckpoint:
    """A checkpoint whose file is as it was written.

    Attributes:
        attempt: The attempt's folder.
        line: What its journal says of it.
    """

    attempt: Path
    line: CheckpointLine

    @property
    def path(self) -> Path:
        """Its file."""
        return self.attempt / _FOLDER / self.line.file


def kept_of(lines: Sequence[CheckpointLine], goal: Goal | None) -> tuple[CheckpointLine, ...]:
    """Give the checkpoints that are kept: the latest two, and the best, the earliest on ties."""
    latest = list(lines[-LATEST_KEPT:])
    valued = [one for one in lines if one.value is not None and math.isfinite(one.value)]
    if goal is None or not valued:
        return tuple(latest)
    best = max(valued, key=lambda one: goal.sign * (one.value or 0.0))
    return tuple(latest if best in latest else [best, *latest])


class CheckpointFolder:
    """The checkpoints of one attempt, for its one writer.

    The order is: `save` writes the file, the caller writes the journal's line, `keep` removes what
    the rule no longer keeps. Killed in between, what the journal names last is there.
    """

    def __init__(self, attempt: Path, goal: Goal | None) -> None:
        self._folder = attempt / _FOLDER
        self._goal = goal
        self._lines: list[CheckpointLine] = []

    @property
    def is_empty(self) -> bool:
        """True until the first checkpoint is kept."""
        return not self._lines

    def save(
        self, write: Callable[[BinaryIO], None], *, step: int, value: float | None, suffix: str
    ) -> CheckpointLine:
        """Write a file with `write`; it is on disk when this returns."""
        self._folder.mkdir(exist_ok=True)
        name = f"{len(self._lines) + 1:05d}-step-{step}{suffix}"
        with atomic_file(self._folder / name) as file:
            write(file)
            size = file.seek(0, 2)
            file.flush()
            with ThreadPoolExecutor(max_workers=1) as beside:  # the disk and the digest take long
                synced = beside.submit(os.fsync, file.fileno())
                digest = digest_of_open(file)
            synced.result()
        return CheckpointLine(step=step, file=name, sha256=digest, bytes=size, value=value)

    def keep(self, line: CheckpointLine) -> None:
        """Count a checkpoint that the journal names, and remove those that are not kept."""
        before = kept_of(self._lines, self._goal)
        self._lines.append(line)
        now = {one.file for one in kept_of(self._lines, self._goal)}
        for old in before:
            if old.file not in now:
                (self._folder / old.file).unlink(missing_ok=True)


def lines_in(attempt: Path) -> tuple[CheckpointLine, ...]:
    """Give all checkpoints that an attempt's journal names, oldest first.

    Raises:
        JournalError: If one of these lines is damaged.
    """
    path = attempt / "journal.jsonl"
    if not path.exists():
        return ()
    return tuple(CheckpointLine.of(event) for event in scan_journal(path, {EventKind.CHECKPOINT}))


def judged_checkpoint(attempt: Path, goal: Goal, value: float) -> SoundCheckpoint | None:
    """Give the checkpoint of a finished attempt that its result is about; None where it has none.

    That is the last one whose goal metric is the result; where none has just that value, the best
    one, for a run that reports the best value it has seen.

    Raises:
        JournalError: If the journal's lines about checkpoints are damaged.
    """
    kept = [one for one in kept_of(lines_in(attempt), goal) if _fault(attempt, one) is None]
    same = [one for one in kept if one.value == value]
    if not same:
        known = [one for one in kept if one.value is not None and math.isfinite(one.value)]
        same = [max(known, key=lambda one: goal.sign * (one.value or 0.0))] if known else kept
    return SoundCheckpoint(attempt=attempt, line=same[-1]) if same else None


def newest_sound(
    attempts: Iterable[Path], goal: Goal | None, *, damaged: Callable[[str], None]
) -> SoundCheckpoint | None:
    """Give the newest checkpoint whose file is sound; None where there is none.

    Args:
        attempts: The folders of earlier attempts, newest first.
        goal: Which way the goal metric is better: tells which files were kept.
        damaged: Told of every newer one that is damaged or missing, as a sentence.
    """
    for attempt in attempts:
        try:
            lines = lines_in(attempt)
        except JournalError as error:
            damaged(f"no checkpoint of {attempt.name} can be used: {error.mistakes[0].message}")
            continue
        kept = kept_of(lines, goal)
        for line in reversed(lines):
            fault = _fault(attempt, line)
            if fault is None:
                return SoundCheckpoint(attempt=attempt, line=line)
            if line in kept:
                damaged(f"the checkpoint {attempt.name}/{line.file} {fault}: an older one is used")
    return None


def _fault(attempt: Path, line: CheckpointLine) -> str | None:
    try:
        found = digest_of_file(attempt / _FOLDER / line.file)
    except OSError:
        return _MISSING
    if found != line.sha256:
        return f"is damaged: its digest is {found[:12]}, the journal says {line.sha256[:12]}"
    return None


def faults(attempt: Path, goal: Goal | None = None, *, missing: bool = True) -> Iterator[str]:
    """Give what is wrong with the checkpoints of an attempt that are kept, as sentences.

    Args:
        attempt: The attempt's folder.
        goal: Which way the goal metric is better; None leaves the best one unchecked.
        missing: False says nothing of files that are gone: no result rests on them.
    """
    with suppress(JournalError):  # told where journals are checked
        for line in kept_of(lines_in(attempt), goal):
            fault = _fault(attempt, line)
            if fault is not None and (missing or fault != _MISSING):
                yield f"the checkpoint {attempt / _FOLDER / line.file} {fault}"


def has_checkpoints(attempt: Path) -> bool:
    """Tell whether an attempt has a folder for checkpoints."""
    return (attempt / _FOLDER).is_dir()


def resumable(attempts: Iterable[Path], plan_hash: str) -> tuple[Path, ...]:
    """Give the attempts that a new one can go on from, newest first.

    Args:
        attempts: The folders of the run's earlier attempts, oldest first.
        plan_hash: Only attempts under this plan count.
    """
    found = [one for one in attempts if has_checkpoints(one) and _plan_of(one) == plan_hash]
    return tuple(reversed(found))


def _plan_of(attempt: Path) -> str | None:
    starts: Collection[str] = {EventKind.START}
    with suppress(OSError, JournalError):
        for event in scan_journal(attempt / "journal.jsonl", starts):
            return str(event.get("plan"))
    return None
