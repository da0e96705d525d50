"""What of the provenance of judged runs is missing or was altered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from trialist.ledger.attemptfacts import read_attempt_facts
from trialist.ledger.facts import FactsFolder
from trialist.ledger.firstline import first_line
from trialist.ledger.folder import StudyFolder
from trialist.values.errors import LedgerError, Mistake


def provenance_faults(folder: StudyFolder, runs: Iterable[Mapping[str, Any]]) -> Iterator[Mistake]:
    """Check the provenance of runs, and once per session the facts that they name.

    Args:
        folder: The study's folder.
        runs: The runs as the looks name them; one without provenance is of an earlier version.
    """
    sessions: set[str] = set()
    for run in runs:
        journal = folder.root / str(run["journal"])
        start = first_line(journal)
        if "provenance" in start:
            place, digest = journal.parent, str(start["provenance"])
            yield from _mistakes(partial(read_attempt_facts, place, digest))
        if "facts" in start:
            sessions.add(str(start["facts"]))
    for digest in sorted(sessions):
        yield from _mistakes(FactsFolder.of(folder.provenance, digest).check)


def _mistakes(check: Callable[[], object]) -> Iterator[Mistake]:
    try:
        check()
    except LedgerError as error:
        yield from error.mistakes
