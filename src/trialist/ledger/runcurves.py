"""The curves of runs, one run after the other: from the index where it has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from trialist.ledger.folder import StudyFolder
from trialist.ledger.index import Stamp
from trialist.ledger.journalsummary import read_summary
from trialist.ledger.shortcurve import ShortCurve, unpacked


def curves_of(
    folder: StudyFolder, attempts: Mapping[str, int], *, only: str | None = None
) -> Iterator[tuple[int, Mapping[str, ShortCurve]]]:
    """Give the curves of attempts in at most 200 points each, in no certain order.

    Args:
        folder: The study's folder.
        attempts: What the caller calls each attempt, by its name in the store,
            `VARIANT/seed-3/attempt-1`.
        only: The one metric that is wanted; None: all.

    Raises:
        JournalError: If a journal is damaged that the index does not know.
    """
    left = dict(attempts)
    if folder.index is not None:
        for attempt, stamp, data in folder.index.curves(folder.name):
            if attempt in left and stamp == Stamp.of(_journal(folder, attempt)):
                yield left.pop(attempt), unpacked(data, only=only)
    for attempt, number in left.items():
        path = _journal(folder, attempt)
        if path.exists():
            curves = read_summary(path)[1]
            yield number, {name: one for name, one in curves.items() if only in (None, name)}


def attempt_of(journal: str) -> str:
    """Give the name of the attempt whose journal has this path from the study's folder."""
    return journal.removeprefix("trials/").removesuffix("/journal.jsonl")


def _journal(folder: StudyFolder, attempt: str) -> Path:
    return Path(f"{folder.root}/trials/{attempt}/journal.jsonl")
