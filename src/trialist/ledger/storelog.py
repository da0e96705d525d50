"""What a store as a whole remembers: which baselines it has had, and how often a test was opened.

Two hash chains in `STORE/.record/`. Each line repeats a line of a study's own log, which was
written first, and names it by its hash: so nothing is remembered that no study says, and it stays
remembered when a study is removed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from trialist.ledger.artifactlog import locked
from trialist.ledger.protocol_log import Entry, LogKind, ProtocolLog, read_chain
from trialist.values.errors import LedgerError

RECORD = ".record"
BASELINES, OPENINGS = "baselines", "openings"

ENTRY = "entry"
"""The field that names the study's own line by its hash."""


def remembered(store: Path, name: str) -> tuple[Entry, ...]:
    """Give the lines of one of the store's chains, oldest first.

    Raises:
        LedgerError: If the chain is broken.
    """
    path = _path(store, name)
    chain = read_chain(path)
    if chain.faults:
        fault = chain.faults[0]
        raise LedgerError(
            f"line {fault.line} {fault.message}",
            where=f"{path}:{fault.line}",
            todo="bring the file back from a copy; without it the studies' own logs still tell of "
            "those studies that are there",
        )
    return chain.entries


def remember(
    store: Path,
    name: str,
    study: str,
    entry: Entry,
    payload: Callable[[tuple[Entry, ...]], Mapping[str, Any]],
    *,
    clock: Callable[[], float] = time.time,
) -> Entry:
    """Add a study's line to one of the store's chains, once; it is on disk when this returns.

    Args:
        store: The folder of all studies.
        name: Which chain.
        study: The study's name.
        entry: Its own line, which is on disk already.
        payload: Gives what the line says besides, from the lines before it.
        clock: Tells the time.

    Raises:
        LedgerError: If the chain is broken.
    """
    with locked(store / RECORD):
        before = remembered(store, name)
        known = next((one for one in before if one.fields[ENTRY] == entry.hash), None)
        if known is not None:
            return known
        with closing(ProtocolLog(_path(store, name), clock=clock)) as log:
            more = payload(before)
            return log.append(LogKind(entry.kind), **{**more, ENTRY: entry.hash, "study": study})


def _path(store: Path, name: str) -> Path:
    return store / RECORD / f"{name}.jsonl"
