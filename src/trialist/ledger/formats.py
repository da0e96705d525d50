"""Format numbers: what this version reads, and what it says of what a newer one wrote."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from trialist.values.errors import LedgerError
from trialist.values.events import JOURNAL_FORMAT

LOG_FORMAT = 1
"""Stands as `format` in a log's first entry from 2 on; a log without it is of format 1."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file.

    Attributes:
        name: What it is called in a sentence.
        newest: The newest format that this version reads; it reads all older ones.
    """

    name: str
    newest: int


JOURNAL = Format("journal", JOURNAL_FORMAT)
LOG = Format("log", LOG_FORMAT)
COMPACTION = Format("metrics.parquet", 1)


def check_format(found: Any, known: Format, *, where: str | Path) -> None:
    """Refuse a file of a format that this version does not know yet.

    Whatever a later format changes, the first line keeps its checksum or hash, so that its number
    can be told from a damaged one.

    Raises:
        LedgerError: If a newer version of trialist wrote it.
    """
    if type(found) is not int or found <= known.newest:
        return
    raise LedgerError(
        f"this {known.name} has format {found}, and trialist {version('trialist')} reads formats "
        f"up to {known.newest}",
        where=str(where),
        todo="a newer trialist wrote it: pip install --upgrade trialist",
    )
