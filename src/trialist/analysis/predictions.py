"""A table with a row per prediction, read as one array per variant: seeds by examples."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trialist.analysis.predictioncells import Cells, Codes, cells_of
from trialist.analysis.predictionchecks import mistakes_between
from trialist.analysis.predictioncolumns import PredictionColumns, Wanted, find_places
from trialist.analysis.rawtable import RawTable
from trialist.values.errors import Mistake, TableError
from trialist.values.numbers import counted

_MOST_SHOWN = 10
_LONGEST_NUMBER = 15


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arm:
    """The predictions of one variant.

    Attributes:
        variant: The variant's name.
        seeds: One per run, ascending; (None,) where the table names no seeds.
        values: Of shape (n_runs, n_examples): the metric of each prediction, 0 where it is absent.
        present: Of the same shape: whether there is a value; it may still be NaN.
        answers: Of the same shape: the number of the answer; None where values came directly.
    """

    variant: str
    seeds: tuple[int | None, ...]
    values: NDArray[np.float64]
    present: NDArray[np.bool_]
    answers: Codes | None = None

    @property
    def n(self) -> int:
        """How many runs there are."""
        return len(self.seeds)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether every run has a value, by example."""
        return np.asarray(self.present.all(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """What a table says about single examples.

    Attributes:
        metric: The name of the metric: that of its column, "accuracy" for answers.
        examples: The examples' ids in the order of the arrays.
        arms: One per variant, in the order in which they come.
        is_share: True where every value is 0 or 1.
        clusters: The number of each example's cluster; None where none are named.
        truth: The number of each example's right answer; None where values came directly.
        n_categories: How many different answers are right for some example.
        notes: What was assumed or counted while reading, as sentences.
    """

    metric: str
    examples: tuple[str, ...]
    arms: Mapping[str, Arm]
    is_share: bool
    clusters: Codes | None = None
    truth: Codes | None = None
    n_categories: int = 0
    notes: tuple[str, ...] = ()

    @property
    def values(self) -> NDArray[np.float64]:
        """All values that there are, in no particular order."""
        return np.concatenate([arm.values[arm.present] for arm in self.arms.values()])


def predictions_in(table: RawTable, wanted: Wanted) -> Predictions:
    """Read a table with a row per variant, seed (where there are several) and example.

    A row or a value that is not there is an example that this run says nothing about; an answer
    that is empty is a wrong one. Both are counted.

    Args:
        table: In long form.
        wanted: The names of its columns.

    Raises:
        TableError: With all mistakes, each with its line: a prediction that is there twice, an
            example with two right answers or two clusters, a value that is no number.
    """
    places = find_places(table, wanted)
    cells = cells_of(table, places)
    mistakes = cells.mistakes or tuple(mistakes_between(cells, places, name=table.name))
    if mistakes:
        raise TableError.of(_shortened(mistakes, table.name))
    return _arranged(cells, places)


def _arranged(cells: Cells, places: PredictionColumns) -> Predictions:
    """Put the cells into arrays, with the examples in an order that is not that of the rows."""
    names = cells.example.names
    order = sorted(range(len(names)), key=lambda place: _number_first(names[place]))
    rank = np.empty(len(names), dtype=np.intp)
    rank[order] = np.arange(len(names))
    column = rank[cells.example.codes]
    values, present = cells.value, ~cells.is_empty
    truth = clusters = None
    if cells.truth is not None and cells.answer is not None:
        is_right = (cells.answer.codes == cells.truth.codes) & present
        values, present = is_right.astype(np.float64), np.ones(len(column), dtype=np.bool_)
        truth = np.zeros(len(names), dtype=np.intp)
        truth[column] = cells.truth.codes
    if cells.cluster is not None:
        clusters = _by_example(cells.cluster.codes, column)
    arms = {
        name: _arm(name, cells, code, column=column, filled=(values, present))
        for code, name in enumerate(cells.variant.names)
    }
    seen = values[present]
    return Predictions(
        metric=places.metric_name,
        examples=tuple(names[place] for place in order),
        arms=arms,
        is_share=bool(((seen == 0) | (seen == 1)).all()),
        clusters=clusters,
        truth=truth,
        n_categories=0 if truth is None else len(np.unique(truth)),
        notes=(*places.notes, *_counts(cells, places)),
    )


def _arm(
    name: str,
    cells: Cells,
    code: int,
    *,
    column: Codes,
    filled: tuple[NDArray[np.float64], NDArray[np.bool_]],
) -> Arm:
    rows = np.flatnonzero(cells.variant.codes == code)
    seeds: tuple[int | None, ...] = (None,)
    run = np.zeros(len(rows), dtype=np.intp)
    if cells.seed is not None:
        codes, inverse = np.unique(cells.seed.codes[rows], return_inverse=True)
        numbers = [int(cells.seed.names[one]) for one in codes]
        order = sorted(range(len(codes)), key=numbers.__getitem__)
        run = np.argsort(order)[inverse]
        seeds = tuple(numbers[place] for place in order)
    at = (run, column[rows])
    shape = (len(seeds), len(cells.example.names))
    values, present = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    present[at] = filled[1][rows]
    values[at] = np.where(filled[1][rows], filled[0][rows], 0.0)
    answers = None
    if cells.answer is not None:
        answers = np.zeros(shape, dtype=np.intp)
        answers[at] = cells.answer.codes[rows]
    return Arm(variant=name, seeds=seeds, values=values, present=present, answers=answers)


def _by_example(codes: Codes, column: Codes) -> Codes:
    """Give one number per example, in an order that is not that of the rows."""
    found = np.zeros(int(column.max()) + 1, dtype=np.intp)
    found[column] = codes
    _, first, place = np.unique(found, return_index=True, return_inverse=True)
    renumbered: Codes = np.argsort(np.argsort(first))[place]
    return renumbered


def _number_first(name: str) -> tuple[float, str]:
    """Sort ids by their number, where they are numbers."""
    is_number = name.isascii() and name.isdigit() and len(name) <= _LONGEST_NUMBER
    return (float(name) if is_number else math.inf, name)


def _counts(cells: Cells, places: PredictionColumns) -> Iterator[str]:
    n = int(cells.is_empty.sum())
    if n and cells.truth is not None:
        yield f"{counted(n, 'empty answer')}: counted as wrong."
    elif n:
        yield f"{counted(n, 'empty cell')} in '{places.metric_name}': no value for that example."


def _shortened(mistakes: Sequence[Mistake], name: str) -> Sequence[Mistake]:
    if len(mistakes) <= _MOST_SHOWN:
        return mistakes
    return (*mistakes[:_MOST_SHOWN], Mistake(message="and more of them", where=name))
