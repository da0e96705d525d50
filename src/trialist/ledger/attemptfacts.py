"""provenance.json: how one attempt was made, written before its first journal line."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import write_atomic
from trialist.ledger.variables import telling_variables
from trialist.values.canonical import canonical_json, digest_of
from trialist.values.errors import LedgerError

NAME = "provenance.json"
PROVENANCE_FORMAT = 1
BACKEND = "processes"
"""How replicates are run: each on its own; there is no other way yet."""


def write_attempt_facts(folder: Path, session: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """Write provenance.json into an attempt's folder.

    Args:
        folder: The attempt's folder.
        session: What the coordinator knows: its command and the digest of its facts.
        own: What the attempt knows: run, configuration, seeds, threads, command of a script.

    Returns:
        The file's SHA-256, for the journal's start line.
    """
    content = {
        "format": PROVENANCE_FORMAT,
        **session,
        **own,
        "config_digest": digest_of(own["config"]),
        "backend": BACKEND,
        "variables": telling_variables(os.environ),
    }
    text = canonical_json(content) + "\n"
    write_atomic(folder / NAME, text)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def read_attempt_facts(folder: Path, digest: str) -> Mapping[str, Any]:
    """Give provenance.json of an attempt.

    Args:
        folder: The attempt's folder.
        digest: What the journal's start line says of it.

    Raises:
        LedgerError: If it is missing or not the one that was written.
    """
    path = folder / NAME
    data = path.read_bytes() if path.is_file() else None
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        state = "missing" if data is None else "not the one that was written: its digest differs"
        raise LedgerError(
            f"the provenance of an attempt is {state}",
            where=str(path),
            todo="restore the file from where the store was copied from",
        )
    found: Mapping[str, Any] = json.loads(data)
    return found
