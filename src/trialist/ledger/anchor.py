"""Anchors: how long a study's log was and how it ended, kept outside the study's folder.

The chain finds an edit. A cut tail, or a whole chain written anew, is sound in itself; it is found
because the user's state directory remembers what the log was at each registration and look.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trialist.ledger.protocol_log import Entry
from trialist.values.canonical import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A remembered state of a log.

    Attributes:
        first: The hash of the log's first entry: which log it was.
        count: How many entries it had.
        head: The hash of its last entry.
        kind: What the last entry said.
    """

    first: str
    count: int
    head: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorCheck:
    """What the anchors say about a log.

    Attributes:
        anchored: Entries up to which the log is the remembered one; 0 where nothing is known.
        fault: What does not fit, and where.
    """

    anchored: int
    fault: str | None = None


def state_directory() -> Path:
    """Give the user's state directory for trialist (`XDG_STATE_HOME` is honoured)."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "trialist"


def write_anchor(folder: Path, entries: Sequence[Entry]) -> bool:
    """Remember the state of the log in `folder`; give False where the directory is not writable."""
    anchor = {
        "count": len(entries),
        "first": entries[0].hash,
        "folder": str(folder.resolve()),
        "head": entries[-1].hash,
        "kind": entries[-1].kind,
    }
    path = _anchor_file(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(canonical_json(anchor) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def read_anchors(folder: Path) -> tuple[Anchor, ...]:
    """Give all that is remembered of logs at `folder`, oldest first; damaged lines are skipped."""
    try:
        lines = _anchor_file(folder).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    anchors = []
    for line in lines:
        try:
            data = json.loads(line)
            anchors.append(
                Anchor(
                    first=str(data["first"]),
                    count=int(data["count"]),
                    head=str(data["head"]),
                    kind=str(data["kind"]),
                )
            )
        except (ValueError, KeyError, TypeError):
            continue
    return tuple(anchors)


def check_anchors(anchors: Sequence[Anchor], entries: Sequence[Entry]) -> AnchorCheck:
    """Hold a log against what is remembered of it."""
    if not anchors:
        return AnchorCheck(anchored=0)
    newest = anchors[-1].first
    anchored = 0
    for anchor in sorted((a for a in anchors if a.first == newest), key=lambda a: a.count):
        if anchor.count > len(entries):
            lost = anchor.count - len(entries)
            return AnchorCheck(
                anchored=anchored,
                fault=f"the tail was cut: {lost} of the {anchor.count} anchored entries "
                f"are gone after entry {len(entries)}",
            )
        if entries[anchor.count - 1].hash != anchor.head:
            return AnchorCheck(
                anchored=anchored,
                fault=f"the log was written anew: entry {anchor.count} is not the anchored one "
                f"({entries[anchor.count - 1].hash[:12]} instead of {anchor.head[:12]})",
            )
        anchored = anchor.count
    return AnchorCheck(anchored=anchored)


def _anchor_file(folder: Path) -> Path:
    key = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:24]
    return state_directory() / "anchors" / f"{key}.jsonl"
