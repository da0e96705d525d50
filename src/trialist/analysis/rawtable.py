"""A table as it stands in a file: a header and rows of cells, each with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trialist.analysis.cells import number_in
from trialist.values.errors import Mistake, TableError, near

_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of cells with the line that it begins in."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table before anything is known about its columns.

    Attributes:
        name: The file's name, for errors.
        header: The names of the columns as they stand in the file.
        line: The line of the header.
        rows: The rows below it, blank lines left out.
        notes: What was assumed on the way to this form, as sentences.
    """

    name: str
    header: tuple[str, ...]
    line: int
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The header's place, for errors."""
        return f"{self.name}:{self.line}"

    def place_of(self, column: str, *, option: str) -> int:
        """Give the place of `column`, tolerant of space and case.

        Raises:
            TableError: If there is none, or several; `option` says who asked for it.
        """
        exact = [k for k, name in enumerate(self.header) if name == column]
        folded = column.strip().casefold()
        alike = [k for k, name in enumerate(self.header) if name.strip().casefold() == folded]
        found = exact or alike
        if len(found) == 1:
            return found[0]
        if found:
            raise TableError(
                f"column '{column}' is there {len(found)} times",
                where=self.where,
                todo="give each column its own name",
            )
        names = [name.strip() for name in self.header if name.strip()]
        raise TableError(
            f"there is no column '{column}' ({option})", where=self.where, todo=near(column, names)
        )

    def has(self, column: str) -> bool:
        """Tell whether there is a column of this name, but for space and case."""
        folded = column.strip().casefold()
        return any(name.strip().casefold() == folded for name in self.header)

    def cell(self, row: Row, place: int) -> str:
        """Give a cell without the space around it; a row that ends early has empty cells."""
        return row.cells[place].strip() if place < len(row.cells) else ""

    def only(self, conditions: Mapping[str, str]) -> RawTable:
        """Keep the rows in which every named column has the given value.

        Raises:
            TableError: If a column does not exist, or no row is left.
        """
        rows = self.rows
        for column, value in conditions.items():
            place = self.place_of(column, option="--where")
            kept = tuple(row for row in rows if _is_same(self.cell(row, place), value.strip()))
            if not kept:
                values = dict.fromkeys(self.cell(row, place) for row in rows)
                raise TableError(
                    f"no row has '{value}' in column '{column}'",
                    where=self.where,
                    todo=near(value, list(values)[:50]),
                )
            rows = kept
        return replace(self, rows=rows)

    def split(self, column: str) -> Mapping[str, RawTable]:
        """Give one table per value of `column`, in the order in which the values come.

        Raises:
            TableError: If the column does not exist, or a row leaves it empty.
        """
        place = self.place_of(column, option="--by")
        parts: dict[str, list[Row]] = {}
        mistakes: list[Mistake] = []
        for row in self.rows:
            value = self.cell(row, place)
            parts.setdefault(value, []).append(row)
            if not value:
                where = f"{self.name}:{row.line}"
                mistakes.append(
                    Mistake(message=f"column '{column}' is empty", where=where, todo="fill it")
                )
        if mistakes:
            raise TableError.of(mistakes[:10])
        return {value: replace(self, rows=tuple(rows)) for value, rows in parts.items()}


def _is_same(cell: str, value: str) -> bool:
    if cell == value:
        return True
    number = number_in(value)  # "3" is meant where a DataFrame has written "3.0"
    return number is not None and number_in(cell) == number


def read_table(text: str, *, name: str) -> RawTable:
    """Read a table with a header, separated by commas, semicolons or tabs.

    Args:
        text: The table's text.
        name: The file's name, for errors.

    Raises:
        TableError: If it is empty, has no rows, or cannot be read as text.
    """
    rows = _split(text.removeprefix("\ufeff"), name)
    header = next(rows, None)
    if header is None:
        raise TableError("the table is empty", where=name, todo="give a header and one row per run")
    below = tuple(rows)
    if not below:
        raise TableError(
            "the table has a header but no runs", where=name, todo="give one row per run"
        )
    return RawTable(name=name, header=header.cells, line=header.line, rows=below)


def _split(text: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    try:
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                yield Row(line=line, cells=tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(
            f"the table cannot be read: {error}",
            where=f"{name}:{line}",
            todo="save it as plain text with a header and one row per run",
        ) from error


def _delimiter(text: str) -> str:
    """Give the separator that the header has most of, quoted parts left out."""
    header = next((line for line in io.StringIO(text) if line.strip()), "")
    bare: str = "".join(header.split('"')[::2])
    counts: Sequence[int] = [bare.count(one) for one in _DELIMITERS]
    return _DELIMITERS[counts.index(max(counts))]
