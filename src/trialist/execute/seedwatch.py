"""Watching whether the seed changes anything: while the first runs train, and before a look."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from trialist.analysis.replicates import (
    SAME_BITS_AT_LOOK,
    Agreement,
    agreement,
    agreement_of_all,
)
from trialist.execute.board import Board, RunKey
from trialist.ledger.folder import StudyFolder
from trialist.ledger.rows import FirstRows, rows_with_end
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan

_FEWEST_UNCERTAIN = 3
EVERY_S = 0.5
"""How often journals are read while nothing is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Runs with different seeds that are one run.

    Attributes:
        variant: Their variant.
        seeds: Their seeds.
        n_rows: Rows that agree in every value.
        journal: The journal of one of them.
        is_certain: False where so little was logged that chance may explain it.
    """

    variant: str
    seeds: tuple[int, ...]
    n_rows: int
    journal: Path
    is_certain: bool = True


class SeedWatch:
    """Compares the first rows of two seeds of the baseline, until one value differs.

    Attributes:
        is_decided: True where nothing is read any more.
    """

    def __init__(self, plan: Plan, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._plan = plan
        self._clock = clock
        self._due = 0.0
        self._readers: dict[Path, FirstRows] = {}
        self.is_decided = len(plan.seeds) < 2

    def look(self, places: Mapping[RunKey, Path]) -> Alike | None:
        """Read what is new, at most twice a second, and give the runs that are one, if two are.

        Args:
            places: The folder of the latest attempt at each run.
        """
        if self.is_decided or self._clock() < self._due:
            return None
        pair = self._pair(places)
        if len(pair) < 2:
            return None
        self._due = self._clock() + EVERY_S
        readers = [self._reader(places[key]) for key in pair]
        for reader in readers:
            reader.read()
        one, other = readers
        found = agreement(one.rows, other.rows, goal=self._plan.metric.name)
        is_over = all(reader.is_full for reader in readers)
        self.is_decided = found.difference is not None or found.is_same or is_over
        if not found.is_same:
            return None
        seeds = (pair[0][1], pair[1][1])
        return _alike(self._plan.baseline, seeds, found, places[pair[1]] / "journal.jsonl")

    def _pair(self, places: Mapping[RunKey, Path]) -> list[RunKey]:
        baseline = self._plan.baseline
        keys = ((baseline, seed) for seed in self._plan.seeds)
        return [key for key in keys if key in places][:2]

    def _reader(self, place: Path) -> FirstRows:
        path = place / "journal.jsonl"
        return self._readers.setdefault(path, FirstRows(path))


def alike_at(n: int, board: Board, folder: StudyFolder) -> Alike | None:
    """Give the replicates of an active variant that are one run in everything that they logged.

    Journals are read only where all the final values are equal. Where little was logged, such as
    one accuracy on few examples, three or more runs may agree by chance: not certain.

    Args:
        n: Seeds per variant of the look that comes.
        board: All runs.
        folder: The study's folder.
    """
    seeds = board.plan.seeds[:n]
    perhaps: Alike | None = None
    for variant in sorted(board.active):
        runs = tuple(_finished(board, variant, seeds))
        if len(runs) < 2 or len({record.value for record in runs}) > 1:
            continue
        paths = [folder.root / str(record.journal) for record in runs]
        if not all(path.exists() for path in paths):
            continue
        streams = [rows_with_end(path) for path in paths]
        found = agreement_of_all(streams, goal=board.plan.metric.name)
        if found.difference is not None:
            continue
        alike = _alike(variant, tuple(record.seed or 0 for record in runs), found, paths[0])
        if found.bits >= SAME_BITS_AT_LOOK:
            return alike
        if len(runs) >= _FEWEST_UNCERTAIN and perhaps is None:
            perhaps = replace(alike, is_certain=False)
    return perhaps


def _finished(board: Board, variant: str, seeds: Iterable[int]) -> Iterator[RunRecord]:
    for seed in seeds:
        record = board.settled.get((variant, seed))
        if record is not None and record.status is RunStatus.FINISHED and record.journal:
            yield record


def _alike(variant: str, seeds: tuple[int, ...], found: Agreement, journal: Path) -> Alike:
    return Alike(variant=variant, seeds=seeds, n_rows=found.n_rows, journal=journal)
