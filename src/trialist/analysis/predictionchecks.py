"""What can be wrong between the rows of a table of predictions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trialist.analysis.predictioncells import Cells, Column
from trialist.analysis.predictioncolumns import PredictionColumns
from trialist.values.errors import Mistake

_MOST_PER_KIND = 11


def mistakes_between(cells: Cells, places: PredictionColumns, *, name: str) -> Iterator[Mistake]:
    """Give what rows say against each other.

    Args:
        cells: What the rows say.
        places: The names of the columns.
        name: The file's name.
    """
    yield from _twice(cells, name)
    for column, title, cure in (
        (cells.truth, places.truth_name, "give every example one right answer"),
        (cells.cluster, places.cluster_name, "put every example into one cluster"),
    ):
        if column is not None:
            yield from _changing(cells, column, title, cure=cure, name=name)
    if len(cells.variant.names) == 1:
        yield Mistake(
            message=f"there is only one variant: '{cells.variant.names[0]}'",
            where=f"{name}, column '{places.variant_name}'",
            todo="a comparison needs two; --variant names the column that tells them apart",
        )


def _twice(cells: Cells, name: str) -> Iterator[Mistake]:
    n_seeds, n_examples = (
        (1 if cells.seed is None else len(cells.seed.names)),
        len(cells.example.names),
    )
    seed = 0 if cells.seed is None else cells.seed.codes
    key = (cells.variant.codes * n_seeds + seed) * n_examples + cells.example.codes
    order = np.argsort(key, kind="stable")
    for place in np.flatnonzero(key[order][1:] == key[order][:-1])[:_MOST_PER_KIND]:
        first, second = int(order[place]), int(order[place + 1])
        run = f"'{_text(cells.variant, second)}'"
        run += "" if cells.seed is None else f", seed {_text(cells.seed, second)}"
        cure = "keep one row per run and example"
        yield Mistake(
            message=f"{run} has example '{_text(cells.example, second)}' twice, in lines "
            f"{cells.line[first]} and {cells.line[second]}",
            where=f"{name}:{cells.line[second]}",
            todo=f"{cure}; --seed COLUMN tells runs apart" if cells.seed is None else cure,
        )


def _changing(
    cells: Cells, column: Column, title: str, *, cure: str, name: str
) -> Iterator[Mistake]:
    examples = cells.example.codes
    _, first = np.unique(examples, return_index=True)  # every example is in some row
    for row in np.flatnonzero(column.codes != column.codes[first][examples])[:_MOST_PER_KIND]:
        before = cells.line[first[examples[row]]]
        yield Mistake(
            message=f"example '{_text(cells.example, row)}' has another '{title}' than in line "
            f"{before}",
            where=f"{name}:{cells.line[row]}",
            todo=cure,
        )


def _text(column: Column, row: int) -> str:
    return column.names[int(column.codes[row])]
