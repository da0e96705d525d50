"""Setting damaged files aside: they are renamed into `STUDY/.damaged/TIME/`, never deleted."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trialist.ledger.atomic import sync_folder
from trialist.ledger.folder import StudyFolder
from trialist.values.canonical import canonical_json

DAMAGED = ".damaged"
"""The folder's name in a study's folder."""
_LOG = "log.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A file that was damaged.

    Attributes:
        path: Where it lay.
        to: Where it lies now.
    """

    path: Path
    to: Path


def set_aside(
    folder: StudyFolder, files: Sequence[tuple[Path, str]], *, clock: Callable[[], float]
) -> tuple[SetAside, ...]:
    """Rename files out of a study, with a line in `.damaged/log.jsonl` for each before it moves.

    The caller holds the study's lock. Killed between, the same call goes on: a line without its
    file in the new place is one that did not move yet.

    Args:
        folder: The study's folder.
        files: The files, each with what is wrong with it.
        clock: Gives the time, in seconds since the epoch.
    """
    if not files:
        return ()
    moment = datetime.fromtimestamp(clock(), tz=UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    home = folder.root / DAMAGED / moment
    moved = []
    for path, message in files:
        target = home / path.relative_to(folder.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        _note(folder, path, target, message)
        path.rename(target)
        sync_folder(path.parent)
        sync_folder(target.parent)
        moved.append(SetAside(path=path, to=target))
    return tuple(moved)


def _note(folder: StudyFolder, path: Path, target: Path, message: str) -> None:
    line = {
        "file": str(path.relative_to(folder.root)),
        "message": message,
        "to": str(target.relative_to(folder.root)),
    }
    log = folder.root / DAMAGED / _LOG
    with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(canonical_json(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
