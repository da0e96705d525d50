"""What a session collects before its first run: code, packages, machine, and the study's data."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.prepare import Prepared
from trialist.ledger.dataversions import CACHE, DigestCache, data_changes, data_versions
from trialist.ledger.facts import Facts, FactsFolder, collect_facts
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind
from trialist.ledger.variables import without_secrets
from trialist.values.errors import LedgerError


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """The facts of a session, and where they belong.

    Attributes:
        facts: What was collected.
        folder: The study's folder in the store.
    """

    facts: Facts
    folder: StudyFolder

    def write(self) -> str:
        """Write the facts into the store; give their digest."""
        return self.facts.write(self.folder.provenance)

    def changes(self, history: History) -> tuple[str, ...]:
        """Give what changed in the data since the sessions before, as sentences."""
        before = last_facts(self.folder, history)
        if before is None:
            return ()
        found = data_changes(before["data"], self.facts.content["data"])
        return tuple(f"Data changed between two sessions: {one}." for one in found)


def collect(
    prepared: Prepared, folder: StudyFolder, *, files: tuple[Path, ...] = ()
) -> SessionFacts:
    """Collect the facts of a session.

    Args:
        prepared: The study.
        folder: Its folder in the store.
        files: Other files that belong to it, such as the study file.

    Raises:
        ConfigError: If `data` names something that is not there.
    """
    study = prepared.study
    store = folder.root.parent
    data = data_versions(prepared.plan.data, folder=study.folder, cache=DigestCache(store / CACHE))
    own = (*(study.folder / file.path for file in prepared.plan.code), *files)
    facts = collect_facts(study.folder, own=own, apart=(store,), data=data)
    return SessionFacts(facts=facts, folder=folder)


def told_to_attempts(digest: str) -> Mapping[str, Any]:
    """Give what every attempt of this session says of it."""
    return {"command": without_secrets(sys.argv), "facts": digest}


def last_facts(folder: StudyFolder, history: History) -> Mapping[str, Any] | None:
    """Give the facts of the last session that has some; None where none has, or they are gone."""
    found = last_facts_folder(folder, history)
    try:
        return None if found is None else found.read()
    except LedgerError:
        return None


def last_facts_folder(folder: StudyFolder, history: History) -> FactsFolder | None:
    """Give where the facts of the last session lie that has some; None where none has."""
    sessions = (one.fields for one in history.entries if one.kind == LogKind.SESSION)
    digests = [one["facts"] for one in sessions if one.get("facts") is not None]
    return FactsFolder.of(folder.provenance, str(digests[-1])) if digests else None
