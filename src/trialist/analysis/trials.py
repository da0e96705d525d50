"""A table of trials: the rows of searches, and fresh runs of their winners."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialist.analysis.cells import cure_of, is_empty, number_in, whole_in
from trialist.analysis.rawtable import RawTable, Row
from trialist.analysis.trialcolumns import TrialColumns, TrialWanted, find_trial_columns
from trialist.values.errors import Mistake, TableError
from trialist.values.events import RunStatus
from trialist.values.numbers import counted

THE_SEARCH = "1"
"""The name of a variant's only search, where no column names searches."""

_IS_FRESH = {
    **dict.fromkeys(("search", "trial", "trials", "selection", "tune", "tuning"), False),
    **dict.fromkeys(("fresh", "confirm", "confirmation", "rerun", "re-run", "final"), True),
}
_MOST_SHOWN = 10


def is_fresh_phase(word: str) -> bool | None:
    """Tell whether a phase of this name holds fresh runs of winners; None where it says nothing."""
    return _IS_FRESH.get(word.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One row: a trial of a search, or a fresh run of a winner.

    Attributes:
        variant: What was tuned.
        search: The search that it belongs to.
        trial: The trial's name; None where the table names none.
        seed: Its seed; None where the table names none.
        is_fresh: True for a run made after the search had chosen.
        status: Finished, diverged (NaN or infinite) or failed (empty).
        value: The metric in its own sign; None unless finished.
    """

    variant: str
    search: str
    trial: str | None
    seed: int | None
    is_fresh: bool
    status: RunStatus
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTable:
    """What a table of trials says.

    Attributes:
        metric: The name of the metric's column.
        records: One per row, in the table's order.
        notes: What was assumed or counted while reading, as sentences.
    """

    metric: str
    records: tuple[TrialRecord, ...]
    notes: tuple[str, ...] = ()

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants in the order in which they come."""
        return tuple(dict.fromkeys(record.variant for record in self.records))


def trials_in(table: RawTable, *, wanted: TrialWanted) -> TrialTable:
    """Read the trials of a table: a row per trial, and a row per fresh run of a winner.

    The phase "search" (also trial, selection, tuning) is a trial; "fresh" (also confirm, rerun,
    final) a run made after the search had chosen. Without a phase every row is a trial, without a
    search every variant had one.

    Args:
        table: The table.
        wanted: The names of its columns.

    Raises:
        TableError: With all mistakes, each with its line.
    """
    columns = find_trial_columns(table, wanted=wanted)
    reader = _Reader(table, columns)
    records = tuple(record for row in table.rows if (record := reader.read(row)) is not None)
    mistakes = [*reader.mistakes]
    if not mistakes and len({record.variant for record in records}) == 1:
        mistakes.append(
            Mistake(
                message=f"there is only one variant: '{records[0].variant}'",
                where=f"{table.name}, column '{table.header[columns.variant].strip()}'",
                todo="a comparison needs two; --variant names the column that tells them apart",
            )
        )
    if mistakes:
        raise TableError.of(_shortened(mistakes, table.name))
    metric = table.header[columns.metric].strip()
    notes = (*table.notes, *columns.notes, *_counted(records, metric))
    return TrialTable(metric=metric, records=records, notes=notes)


class _Reader:
    """Reads rows into records and collects what is wrong with them."""

    def __init__(self, table: RawTable, columns: TrialColumns) -> None:
        self._table = table
        self._columns = columns
        self._lines: dict[tuple[object, ...], int] = {}
        self.mistakes: list[Mistake] = []

    def read(self, row: Row) -> TrialRecord | None:
        """Give the row's record, or None where it holds a mistake."""
        if not self._fits(row):
            return None
        # Every cell is read, so that all that is wrong with a row is said at once.
        n_mistakes = len(self.mistakes)
        columns = self._columns
        is_fresh = self._is_fresh(row)
        status, value = self._result(row)
        record = TrialRecord(
            variant=self._named(row, columns.variant, "variant"),
            search=self._named(row, columns.search, "search", THE_SEARCH),
            trial=None if columns.trial is None else self._cell(row, columns.trial) or None,
            seed=self._seed(row),
            is_fresh=is_fresh,
            status=status,
            value=value,
        )
        if len(self.mistakes) == n_mistakes:
            self._check_once(row, record)
        return record if len(self.mistakes) == n_mistakes else None

    def _fits(self, row: Row) -> bool:
        n, wanted = len(row.cells), len(self._table.header)
        if n == wanted or (n > wanted and not any(cell.strip() for cell in row.cells[wanted:])):
            return True
        self._blame(
            row,
            f"the row has {n} cells, the header has {wanted}",
            "give every column a cell; write numbers with a point, not with a comma",
        )
        return False

    def _named(self, row: Row, place: int | None, what: str, otherwise: str = "") -> str:
        if place is None:
            return otherwise
        name = self._cell(row, place)
        if not name:
            self._blame(row, f"the row names no {what}", "fill the cell or drop the row")
        return name

    def _is_fresh(self, row: Row) -> bool:
        place = self._columns.phase
        if place is None:
            return False
        word = self._cell(row, place)
        found = is_fresh_phase(word)
        if found is None:
            self._blame(
                row,
                f"the phase '{word}' is neither a search's nor a fresh run's",
                "write search for trials, and fresh for runs of a winner after it was chosen",
            )
        return bool(found)

    def _seed(self, row: Row) -> int | None:
        place = self._columns.seed
        cell = "" if place is None else self._cell(row, place)
        if is_empty(cell):
            return None
        seed = whole_in(cell)
        if seed is None:
            self._blame(row, f"the seed '{cell}' is not a whole number", "give each run its seed")
        return seed

    def _result(self, row: Row) -> tuple[RunStatus, float | None]:
        cell = self._cell(row, self._columns.metric)
        if is_empty(cell):
            return RunStatus.FAILED, None
        value = number_in(cell)
        if value is None:
            column = self._table.header[self._columns.metric].strip()
            self._blame(row, f"'{cell}' in column '{column}' is not a number", cure_of(cell))
            return RunStatus.FAILED, None
        if not math.isfinite(value):
            return RunStatus.DIVERGED, None
        return RunStatus.FINISHED, value

    def _check_once(self, row: Row, record: TrialRecord) -> None:
        """Blame a trial, or a fresh run, that is in the table twice."""
        run = record.seed if record.is_fresh else record.trial
        if run is None:
            return
        trial = record.trial if record.is_fresh else None
        key = (record.variant, record.search, record.is_fresh, trial, run)
        before = self._lines.setdefault(key, row.line)
        if before == row.line:
            return
        what = f"a fresh run with seed {run}" if record.is_fresh else f"trial '{run}'"
        self._blame(
            row,
            f"search '{record.search}' of '{record.variant}' has {what} twice, in lines {before} "
            f"and {row.line}",
            "keep one row per run; for a trial, the score that it was chosen by",
        )

    def _cell(self, row: Row, place: int) -> str:
        return self._table.cell(row, place)

    def _blame(self, row: Row, message: str, todo: str) -> None:
        where = f"{self._table.name}:{row.line}"
        self.mistakes.append(Mistake(message=message, where=where, todo=todo))


def _counted(records: Sequence[TrialRecord], metric: str) -> Iterator[str]:
    n = Counter(record.status for record in records)
    if n[RunStatus.FAILED]:
        cells = counted(n[RunStatus.FAILED], "empty cell")
        yield f"{cells} in '{metric}': counted as failed."
    if n[RunStatus.DIVERGED]:
        cells = counted(n[RunStatus.DIVERGED], "NaN or infinite cell")
        yield f"{cells} in '{metric}': counted as diverged."


def _shortened(mistakes: Sequence[Mistake], name: str) -> Sequence[Mistake]:
    if len(mistakes) <= _MOST_SHOWN:
        return mistakes
    more = Mistake(message=f"and {len(mistakes) - _MOST_SHOWN} more", where=name)
    return (*mistakes[:_MOST_SHOWN], more)
