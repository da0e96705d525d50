"""What each run of a verdict was made with, from its start line and the facts of its session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trialist.ledger.attemptfacts import read_attempt_facts
from trialist.ledger.facts import FactsFolder
from trialist.ledger.firstline import first_line
from trialist.ledger.folder import StudyFolder
from trialist.values.errors import LedgerError
from trialist.values.evidence import RunRecord
from trialist.values.runfacts import RunFacts

_VERSIONS = {
    "python": "versions of Python",
    "torch": "versions of torch",
    "cuda": "versions of CUDA",
    "cudnn": "versions of cuDNN",
    "numpy": "versions of NumPy",
    "trialist": "versions of trialist",
}


def facts_of_runs(folder: StudyFolder, records: Iterable[RunRecord]) -> tuple[RunFacts, ...]:
    """Give what the runs were made with; of an older one what its start line says."""
    sessions = _Sessions(folder)
    return tuple(
        RunFacts(variant=record.variant, seed=record.seed, facts=dict(_facts(sessions, path)))
        for record in records
        if record.seed is not None and record.journal
        if (path := folder.root / record.journal).exists()
    )


class _Sessions:
    """The facts of sessions, each read once."""

    def __init__(self, folder: StudyFolder) -> None:
        self._folder = folder.provenance
        self._known: dict[str, Mapping[str, Any] | None] = {}

    def find(self, digest: str | None) -> Mapping[str, Any] | None:
        if digest is None:
            return None
        if digest not in self._known:
            try:
                self._known[digest] = FactsFolder.of(self._folder, digest).read()
            except LedgerError:
                self._known[digest] = None
        return self._known[digest]


def _facts(sessions: _Sessions, journal: Path) -> Iterator[tuple[str, str]]:
    start = first_line(journal)
    session = sessions.find(start.get("facts"))
    if session is not None:
        machine = session["machine"]
        yield from _named("GPUs", _gpus(machine["gpus"], start, journal))
        yield from _named("CPUs", machine["cpu"])
    versions = start.get("environment", {}) if session is None else session["software"]
    for name, words in _VERSIONS.items():
        yield from _named(words, versions.get(name))
    yield from _named("numbers of threads", start.get("threads"))
    for path, version in ({} if session is None else session["data"]).items():
        yield f"data in {path}", f"sha256 {version['sha256'][:12]}"


def _named(words: str, value: object) -> Iterator[tuple[str, str]]:
    if value is not None:
        yield words, str(value)


def _gpus(names: list[str], start: Mapping[str, Any], journal: Path) -> str:
    if len(set(names)) > 1:
        names = _own_gpus(names, start, journal)
    return " and ".join(sorted(set(names))) or "none"


def _own_gpus(names: list[str], start: Mapping[str, Any], journal: Path) -> list[str]:
    """Give those of a machine's GPUs that one run saw, where it has several kinds."""
    try:
        attempt = read_attempt_facts(journal.parent, str(start.get("provenance")))
    except LedgerError:
        return names
    numbers = [one for one in str(attempt.get("devices")).split(",") if one.isdigit()]
    return [names[int(one)] for one in numbers if int(one) < len(names)] or names
