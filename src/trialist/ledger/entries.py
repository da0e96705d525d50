"""The entries of a study's log, checked line by line or as the index remembers that they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trialist.ledger.folder import StudyFolder
from trialist.ledger.index import Stamp
from trialist.ledger.protocol_log import ChainFault, Entry, read_chain


def entries_in(folder: StudyFolder) -> tuple[Entry, ...]:
    """Give the entries of the log, up to the first fault.

    A log that was found sound and has not changed since is not checked again; without an index
    every line is.
    """
    stamp = Stamp.of(folder.ledger)
    if folder.index is None or stamp is None:
        return read_chain(folder.ledger).entries
    known = folder.index.log(folder.name, stamp)
    found = None if known is None else _parsed(folder, stamp, known)
    if found is not None:
        return found
    chain = read_chain(folder.ledger)
    if chain.entries and not chain.faults:
        facts = {"n": len(chain.entries), "head": chain.head}
        folder.index.remember_log(folder.name, stamp, facts)
    return chain.entries


def fault_in(folder: StudyFolder) -> ChainFault | None:
    """Give the first fault of the log, beyond which nothing in it counts; None of a sound one."""
    stamp = Stamp.of(folder.ledger)
    if folder.index and stamp and folder.index.log(folder.name, stamp) is not None:
        return None
    return next(iter(read_chain(folder.ledger).faults), None)


def _parsed(
    folder: StudyFolder, stamp: Stamp, known: Mapping[str, Any]
) -> tuple[Entry, ...] | None:
    data = folder.ledger.read_bytes()
    lines = data.split(b"\n")[:-1]
    if len(data) != stamp.size or len(lines) != known["n"]:  # it grew since it was asked
        return None
    found = json.loads(b"[%s]" % b",".join(lines))
    return tuple(map(Entry, found)) if found[-1]["hash"] == known["head"] else None
