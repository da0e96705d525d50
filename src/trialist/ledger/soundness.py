"""What of a study's files is damaged, file by file; nothing here believes the index.

Each journal is read to its last line. What is damaged is told with its place, and with the file
that would have to be set aside, where that helps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger import checkpoints, mergedrows, predictions
from trialist.ledger.anchor import check_anchors, read_anchors
from trialist.ledger.closing import read_closing
from trialist.ledger.compaction import FILE_NAME, is_readable
from trialist.ledger.copying import MARK
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_open
from trialist.ledger.holder import process_start
from trialist.ledger.index import Stamp
from trialist.ledger.journal import read_journal
from trialist.ledger.protocol_log import Chain, Entry, LogKind
from trialist.values.errors import JournalError, LedgerError

RunName = tuple[str, str]
"""A run: variant, and `seed-3` or `unseeded-1`."""

_TEMPORARIES = (".*.tmp", "*/.*.tmp", "trials/**/.*.tmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing that does not hold.

    Attributes:
        where: The file, with the line where there is one.
        message: What is wrong, as a sentence without its end.
        run: The run that it belongs to; None where it belongs to none.
        aside: The file that a repair sets aside; None where nothing is gained by it.
        is_lost: False where nothing is missing from the record: a leftover, a derived file.
        is_gone: True where there is no file that could be set aside.
    """

    where: str
    message: str
    run: RunName | None = None
    aside: Path | None = None
    is_lost: bool = True
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The attempts of a study as their files are.

    Attributes:
        damage: What is damaged.
        runs: Every run that has a journal.
        n_journals: Journals that were read.
        n_torn: Journals whose last line was cut by a kill: that is no damage.
    """

    damage: tuple[Damage, ...]
    runs: frozenset[RunName]
    n_journals: int
    n_torn: int


def without_log(store: Path) -> tuple[StudyFolder, ...]:
    """Give the folders that hold runs and no log; a copy that is under way is none of them."""
    return tuple(
        StudyFolder(entry)
        for entry in (sorted(store.iterdir()) if store.is_dir() else ())
        if not (entry / "ledger.jsonl").exists() and not (entry / MARK).exists()
        if any(entry.glob("trials/*/*/attempt-*/journal.jsonl"))
    )


def check_attempts(folder: StudyFolder, *, is_running: bool) -> Attempts:
    """Read every journal of a study, and check what its runs saved beside it.

    Args:
        folder: The study's folder.
        is_running: True where a process runs the study: then attempts without an end may go on.
    """
    damage: list[Damage] = []
    runs: set[RunName] = set()
    n_torn = 0
    places = sorted(folder.root.glob("trials/*/*/attempt-*"))
    for place in places:
        run = (place.parts[-3], place.parts[-2])
        path = place / "journal.jsonl"
        found = list(_closing_damage(place, run))
        if path.exists():
            runs.add(run)
            try:
                journal = read_journal(path)
                n_torn += journal.torn
                found += _saved_damage(place, run)
                if journal.end is None and not is_running:
                    found += _open_damage(place)
            except LedgerError as error:
                found.append(_journal_damage(path, run, error))
            except OSError as error:
                found.append(_unreadable(path, run, error))
        damage += found
    n_journals = sum((place / "journal.jsonl").exists() for place in places)
    return Attempts(
        damage=tuple(damage), runs=frozenset(runs), n_journals=n_journals, n_torn=n_torn
    )


def _journal_damage(path: Path, run: RunName, error: LedgerError) -> Damage:
    mistake = error.mistakes[0]
    # A newer format is not damage: whoever set it aside would lose a sound run.
    aside = path if isinstance(error, JournalError) else None
    where = mistake.where or str(path)
    return Damage(where=where, message=mistake.message, run=run, aside=aside)


def _unreadable(path: Path, run: RunName, error: OSError) -> Damage:
    # Whoever may not read a journal would lose a sound run by setting it aside.
    aside = None if isinstance(error, PermissionError) else path
    message = f"this journal cannot be read ({error.strerror or error})"
    return Damage(where=str(path), message=message, run=run, aside=aside)


def _open_damage(place: Path) -> Iterator[Damage]:
    if not (place / "closed.json").exists() and not is_open(place):
        message = "this attempt has no end and its process is gone: the next run closes it"
        yield Damage(where=str(place), message=message, is_lost=False)


def _closing_damage(place: Path, run: RunName) -> Iterator[Damage]:
    try:
        read_closing(place)
    except LedgerError as error:
        path = place / "closed.json"
        yield Damage(where=str(path), message=error.mistakes[0].message, run=run, aside=path)


def _saved_damage(place: Path, run: RunName) -> Iterator[Damage]:
    for message in checkpoints.faults(place, missing=False):
        yield Damage(where=str(place / "checkpoints"), message=message, is_lost=False)
    for message in (*predictions.faults(place), *mergedrows.faults(place)):
        yield Damage(where=str(place), message=message, run=run)


def check_chain(folder: StudyFolder, chain: Chain) -> Iterator[Damage]:
    """Give what is wrong with a study's log."""
    for fault in chain.faults:
        message = f"line {fault.line} {fault.message}"
        yield Damage(where=f"{folder.ledger}:{fault.line}", message=message)
    if chain.torn:
        line = len(chain.entries) + 1
        message = f"line {line} was cut off; the next run of this study sets it aside"
        yield Damage(where=f"{folder.ledger}:{line}", message=message, is_lost=False)
    if not folder.ledger.exists():
        message = "the log is gone: without it nobody knows what was planned, run and judged"
        yield Damage(where=str(folder.ledger), message=message)
    elif not chain.entries and not chain.faults:
        yield Damage(where=str(folder.ledger), message="the log is empty")
    elif not chain.faults:
        unanchored = check_anchors(read_anchors(folder.root), chain.entries).fault
        if unanchored is not None:
            yield Damage(where=str(folder.ledger), message=unanchored)


def check_used(folder: StudyFolder, entries: Sequence[Entry]) -> Iterator[Damage]:
    """Give the journals that looks have used and that are gone or are not the same any more."""
    for run in used_runs(entries):
        if run["sha256"] is None:  # it was given up, and has no end line to hold on to
            continue
        name = (str(run["variant"]), f"seed-{run['seed']}")
        path = folder.root / str(run["journal"])
        if not path.parent.is_dir():
            continue  # told by its start
        try:
            digest = read_journal(path).digest
        except LedgerError:
            continue  # told with its line
        except OSError:
            message = "the journal is missing, and a look has used it"
            yield Damage(where=str(path), message=message, run=name, is_gone=True)
            continue
        if digest != run["sha256"]:
            message = "the journal is not the one that was judged: its digest differs"
            yield Damage(where=str(path), message=message, run=name, aside=path)


def used_runs(entries: Sequence[Entry]) -> list[Mapping[str, Any]]:
    """Give the runs that the looks used, each journal once, as the log has them."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for entry in entries:
        if entry.kind == LogKind.LOOK:
            for run in entry.fields["runs"]:
                key = (run["variant"], run["seed"], run["journal"], run["sha256"])
                found.setdefault(key, run)
    return list(found.values())


def check_started(folder: StudyFolder, entries: Sequence[Entry]) -> Iterator[Damage]:
    """Give the attempts that were started and whose folder is gone."""
    for entry in entries:
        if entry.kind != LogKind.STARTED:
            continue
        fields = entry.fields
        home = str(fields.get("place") or f"seed-{fields['seed']}")
        place = folder.variant(str(fields["variant"])) / home / f"attempt-{fields['attempt']}"
        if not place.is_dir():
            message = "this attempt was started, and its folder is gone"
            run = (str(fields["variant"]), home)
            yield Damage(where=str(place), message=message, run=run, is_gone=True)


def check_beside(folder: StudyFolder) -> Iterator[Damage]:
    """Give leftovers of killed writers, and derived files that cannot be read."""
    for path in sorted({found for one in _TEMPORARIES for found in folder.root.glob(one)}):
        if _is_being_written(path):
            continue
        message = "half-written: its writer was killed, and nobody was told of it"
        yield Damage(where=str(path), message=message, aside=path, is_lost=False)
    results = folder.results_file
    if results.exists() and not _is_json(results):
        message = "this file is not JSON; `trialist report` writes it again"
        yield Damage(where=str(results), message=message, aside=results, is_lost=False)
    parquet = folder.root / FILE_NAME
    if parquet.exists() and not is_readable(parquet):
        message = "this file is not as it was written; `trialist store compact` writes it again"
        yield Damage(where=str(parquet), message=message, aside=parquet, is_lost=False)


def _is_being_written(path: Path) -> bool:
    """Tell whether the process whose number a temporary file's name has is there, and made it."""
    number = path.name.split(".")[-2]
    start = process_start(int(number)) if number.isdigit() else None
    stamp = Stamp.of(path)
    return stamp is None or (start is not None and start * 1e9 <= stamp.mtime)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True
