"""A table of results, one row per run, read as runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialist.analysis.cells import cure_of, is_empty, is_numeric, number_in, whole_in
from trialist.analysis.columns import Columns, Wanted, find_columns
from trialist.analysis.rawtable import RawTable, Row, read_table
from trialist.analysis.samples import is_result
from trialist.values.errors import Mistake, TableError
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.numbers import counted

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """What a table says.

    Attributes:
        metric: The name of the metric's column.
        records: One per row, in the table's order.
        has_seeds: True where a column names the seeds.
        notes: What was assumed or counted while reading, as sentences.
    """

    metric: str
    records: tuple[RunRecord, ...]
    has_seeds: bool
    notes: tuple[str, ...] = ()

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants in the order in which they come."""
        return tuple(dict.fromkeys(record.variant for record in self.records))


def parse_table(
    text: str,
    *,
    name: str,
    variant: str = "variant",
    seed: str = "seed",
    metric: str | None = None,
) -> ResultTable:
    """Read a table with a header, separated by commas, semicolons or tabs.

    An empty metric cell is a failed run, NaN or infinity a diverged one.

    Args:
        text: The table's text.
        name: The file's name, for errors.
        variant: The column that names the variant.
        seed: The column that names the seed; may be absent.
        metric: The column that is judged; None: the only one that can be.

    Raises:
        TableError: With all mistakes, each with its line.
    """
    return runs_in(read_table(text, name=name), variant=variant, seed=seed, metric=metric)


def runs_in(
    table: RawTable,
    *,
    variant: str = "variant",
    seed: str = "seed",
    metric: str | None = None,
    may_be_alone: bool = False,
) -> ResultTable:
    """Read the runs of a table; the rest as in `parse_table`.

    With `may_be_alone` a table of one variant is good enough: its runs show the noise.

    Raises:
        TableError: With all mistakes, each with its line.
    """
    columns = find_columns(
        table.header,
        [row.cells for row in table.rows],
        wanted=Wanted(variant=variant, seed=seed, metric=metric),
        where=table.where,
    )
    reader = _Reader(table.header, columns, table.name)
    records = tuple(record for row in table.rows if (record := reader.read(row)) is not None)
    if not may_be_alone:
        reader.check_variants(records)
    if reader.mistakes:
        raise TableError.of(_shortened(reader.mistakes, table.name))
    return ResultTable(
        metric=table.header[columns.metric].strip(),
        records=records,
        has_seeds=columns.seed is not None,
        notes=(*table.notes, *columns.notes, *reader.notes(records)),
    )


class _Reader:
    """Reads rows into records and collects what is wrong with them."""

    def __init__(self, header: Sequence[str], columns: Columns, name: str) -> None:
        self._header = header
        self._columns = columns
        self._name = name
        self._rows: dict[tuple[str, int], Row] = {}
        self._has_huge = False
        self.mistakes: list[Mistake] = []

    def read(self, row: Row) -> RunRecord | None:
        """Give the row's record, or None where it holds a mistake."""
        if not self._fits(row):
            return None
        # Every cell is read, so that all that is wrong with a row is said at once.
        n_mistakes = len(self.mistakes)
        variant = row.cells[self._columns.variant].strip()
        if not variant:
            self._blame(row, "the row names no variant", "fill the cell or drop the row")
        seed = None
        if self._columns.seed is not None:
            seed = self._seed(row, variant, row.cells[self._columns.seed])
        record = self._record(row, variant, seed)
        return record if len(self.mistakes) == n_mistakes else None

    def check_variants(self, records: Sequence[RunRecord]) -> None:
        """Blame a table that holds nothing to compare."""
        names = {record.variant for record in records}
        if len(names) == 1 and not self.mistakes:
            column = self._header[self._columns.variant].strip()
            self.mistakes.append(
                Mistake(
                    message=f"there is only one variant: '{names.pop()}'",
                    where=f"{self._name}, column '{column}'",
                    todo="a comparison needs two; --variant names the column that tells them apart",
                )
            )

    def notes(self, records: Sequence[RunRecord]) -> Iterator[str]:
        """Give what was counted, as sentences."""
        metric = self._header[self._columns.metric].strip()
        n_failed = sum(record.status is RunStatus.FAILED for record in records)
        n_diverged = sum(record.status is RunStatus.DIVERGED for record in records)
        if n_failed:
            yield f"{counted(n_failed, 'empty cell')} in '{metric}': counted as failed."
        if n_diverged:
            kind = (
                "NaN or infinite cell" if not self._has_huge else "NaN, infinite or too large cell"
            )
            yield f"{counted(n_diverged, kind)} in '{metric}': counted as diverged."
        yield from _look_alikes(records)

    def _fits(self, row: Row) -> bool:
        n, wanted = len(row.cells), len(self._header)
        if n == wanted or (n > wanted and not any(cell.strip() for cell in row.cells[wanted:])):
            return True
        cure = (
            "is a decimal comma in it? write 0.95, or put text with commas in quotes"
            if n > wanted
            else "give every column a cell; leave the metric's empty where the run failed"
        )
        self._blame(row, f"the row has {n} cells, the header has {wanted}", cure)
        return False

    def _seed(self, row: Row, variant: str, cell: str) -> int | None:
        seed = whole_in(cell)
        if seed is None:
            self._blame(
                row, f"the seed '{cell.strip()}' is not a whole number", "give each run its seed"
            )
            return None
        before = self._rows.setdefault((variant, seed), row)
        if before is not row:
            self._blame(
                row,
                f"'{variant}' has seed {seed} twice, in lines {before.line} and {row.line}",
                self._cure_of_twice(before, row),
            )
            return None
        return seed

    def _cure_of_twice(self, one: Row, other: Row) -> str:
        columns = self._columns
        for place, name in enumerate(self._header):
            if place in (columns.variant, columns.seed, columns.metric):
                continue
            ours, theirs = one.cells[place].strip(), other.cells[place].strip()
            if ours and theirs and ours != theirs and not is_numeric(ours):
                return (
                    f"'{name.strip()}' tells them apart: choose one with "
                    f"--where {name.strip()}={ours}, or judge each apart with --by {name.strip()}"
                )
        return "keep one row per run: the value that counts, not one row per step"

    def _record(self, row: Row, variant: str, seed: int | None) -> RunRecord | None:
        cell = row.cells[self._columns.metric]
        if is_empty(cell):
            return RunRecord(
                variant=variant, seed=seed, status=RunStatus.FAILED, failure=FailureKind.LOST
            )
        value = number_in(cell)
        if value is None:
            column = self._header[self._columns.metric].strip()
            self._blame(
                row, f"'{cell.strip()}' in column '{column}' is not a number", cure_of(cell)
            )
            return None
        self._has_huge |= math.isfinite(value) and not is_result(value)
        return record_of(variant, seed, value)

    def _blame(self, row: Row, message: str, todo: str) -> None:
        self.mistakes.append(Mistake(message=message, where=f"{self._name}:{row.line}", todo=todo))


def record_of(variant: str, seed: int | None, value: float) -> RunRecord:
    """Give the record of a run that ended with `value`; NaN and infinity have diverged."""
    if is_result(value):
        return RunRecord(variant=variant, seed=seed, status=RunStatus.FINISHED, value=value)
    return RunRecord(variant=variant, seed=seed, status=RunStatus.DIVERGED)


def _look_alikes(records: Sequence[RunRecord]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in dict.fromkeys(record.variant for record in records):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield f"'{other}' and '{name}' differ only in case and are taken as two variants."


def _shortened(mistakes: Sequence[Mistake], name: str) -> Sequence[Mistake]:
    if len(mistakes) <= _MOST_SHOWN:
        return mistakes
    more = Mistake(message=f"and {len(mistakes) - _MOST_SHOWN} more", where=name)
    return (*mistakes[:_MOST_SHOWN], more)
