"""The columns of a table of predictions as numbers, one entry per row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialist.analysis.cells import cure_of, is_empty, number_in, whole_in
from trialist.analysis.predictioncolumns import PredictionColumns
from trialist.analysis.rawtable import RawTable, Row
from trialist.values.errors import Mistake

Codes = NDArray[np.intp]
_MOST_PER_KIND = 11  # one more than is shown of all


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """A column in which the same text is the same number.

    Attributes:
        names: The different texts, in the order in which they come.
        codes: The place of each row's text in `names`.
    """

    names: tuple[str, ...]
    codes: Codes

    def renamed(self, rename: Callable[[str], str]) -> Column:
        """Give the column with other texts, of which some may be the same."""
        return _column([rename(name) for name in self.names]).at(self.codes)

    def at(self, places: Codes) -> Column:
        """Give the entries at `places`."""
        return Column(names=self.names, codes=self.codes[places])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """What a table says, row by row; `mistakes` says what is wrong with it.

    Attributes:
        line: The row's line.
        variant: The variants.
        example: The examples.
        seed: The seeds as whole numbers in text; None where the table names none.
        value: The metric; NaN also where the cell is empty or values are answers.
        is_empty: Whether the value, or the answer, is not there.
        answer: The answers, as equal as `truth` takes them; None where values came directly.
        truth: The right answers, over the same names.
        cluster: The clusters; None where none are named.
        mistakes: In the order of the lines.
    """

    line: Codes
    variant: Column
    example: Column
    seed: Column | None
    value: NDArray[np.float64]
    is_empty: NDArray[np.bool_]
    answer: Column | None
    truth: Column | None
    cluster: Column | None
    mistakes: tuple[Mistake, ...]


def cells_of(table: RawTable, places: PredictionColumns) -> Cells:
    """Read the cells of the columns that are named."""
    reader = _Reader(table, places)
    variant = reader.named(places.variant, "the row names no variant")
    example = reader.named(places.example, "the row names no example")
    cluster = seed = answer = truth = None
    if places.cluster is not None:
        cluster = reader.named(places.cluster, f"column '{places.cluster_name}' is empty")
    if places.seed is not None:
        seed = reader.seeds(places.seed)
    value = np.full(len(reader.rows), np.nan)
    if places.truth is None:
        value, empty = reader.numbers(places.metric)
    else:
        answer, truth, empty = reader.answers(places.metric, places.truth)
    return Cells(
        line=reader.line,
        variant=variant,
        example=example,
        seed=seed,
        value=value,
        is_empty=empty,
        answer=answer,
        truth=truth,
        cluster=cluster,
        mistakes=reader.mistakes,
    )


class _Reader:
    """Reads one column after the other and collects what is wrong."""

    def __init__(self, table: RawTable, places: PredictionColumns) -> None:
        self._table = table
        self._places = places
        self._found: list[tuple[int, Mistake]] = []
        self.rows = [row for row in table.rows if self._fits(row)]
        self.line = np.array([row.line for row in self.rows], dtype=np.intp)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return tuple(mistake for _, mistake in sorted(self._found, key=lambda pair: pair[0]))

    def named(self, place: int, message: str) -> Column:
        """Read a column in which every row says something."""
        column = self._read(place)
        self._blame(column, [not name for name in column.names], lambda _: message, "fill the cell")
        return column

    def seeds(self, place: int) -> Column:
        """Read whole numbers."""
        column = self._read(place)
        numbers = [whole_in(name) for name in column.names]
        self._blame(
            column,
            [number is None for number in numbers],
            lambda name: f"the seed '{name}' is not a whole number",
            "give each run its seed",
        )
        return column.renamed(lambda name: str(whole_in(name)))

    def numbers(self, place: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Read numbers, and which of them are not there."""
        column = self._read(place)
        empty = [is_empty(name) for name in column.names]
        numbers = [number_in(name) for name in column.names]
        wrong = [n is None and not gone for n, gone in zip(numbers, empty, strict=True)]
        title = self._places.metric_name
        self._blame(
            column, wrong, lambda name: f"'{name}' in column '{title}' is not a number", cure_of
        )
        known = np.array([math.nan if n is None else n for n in numbers], dtype=np.float64)
        return known[column.codes], np.array(empty, dtype=np.bool_)[column.codes]

    def answers(self, place: int, truth: int) -> tuple[Column, Column, NDArray[np.bool_]]:
        """Read answers and what is right, numbered alike, and which answers are not there."""
        given, right = self._read(place), self._read(truth)
        title = self._places.truth_name
        self._blame(
            right,
            [is_empty(name) for name in right.names],
            lambda _: f"column '{title}' has no right answer here",
            "fill the cell, or drop the example for every variant",
        )
        self._blame(
            right,
            [_is_measured(name) for name in right.names],
            lambda name: f"the right answer {name} is a measurement: no answer equals it",
            "give a column with the loss of each prediction instead (--metric)",
        )
        empty = np.array([is_empty(name) for name in given.names], dtype=np.bool_)[given.codes]
        labels = [_label(name) for name in (*given.names, *right.names)]
        names = tuple(sorted(set(labels)))
        number = {name: code for code, name in enumerate(names)}
        both = Column(names=names, codes=np.array([number[one] for one in labels], dtype=np.intp))
        n = len(given.names)
        return both.at(given.codes), both.at(n + right.codes), empty

    def _read(self, place: int) -> Column:
        return _column([row.cells[place].strip() for row in self.rows])

    def _blame(
        self,
        column: Column,
        wrong: Sequence[bool],
        message: Callable[[str], str],
        todo: str | Callable[[str], str],
    ) -> None:
        if not any(wrong):
            return
        for row in np.flatnonzero(np.array(wrong)[column.codes])[:_MOST_PER_KIND]:
            name, line = column.names[column.codes[row]], int(self.line[row])
            cure = todo if isinstance(todo, str) else todo(name)
            where = f"{self._table.name}:{line}"
            self._found.append((line, Mistake(message=message(name), where=where, todo=cure)))

    def _fits(self, row: Row) -> bool:
        n, wanted = len(row.cells), len(self._table.header)
        if n == wanted or (n > wanted and not any(cell.strip() for cell in row.cells[wanted:])):
            return True
        if len(self._found) < _MOST_PER_KIND:
            message = f"the row has {n} cells, the header has {wanted}"
            todo = "give every column a cell; put text with commas in quotes"
            where = f"{self._table.name}:{row.line}"
            self._found.append((row.line, Mistake(message=message, where=where, todo=todo)))
        return False


def _column(texts: Sequence[str]) -> Column:
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(text, len(numbers)) for text in texts]
    return Column(names=tuple(numbers), codes=np.array(codes, dtype=np.intp))


def _label(text: str) -> str:
    """Give an answer so that 1 and 1.0 are the same one."""
    number = number_in(text)
    return text if number is None else repr(number + 0.0)


def _is_measured(text: str) -> bool:
    number = number_in(text)
    return number is not None and not number.is_integer()
