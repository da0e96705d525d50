"""Which columns of a table of predictions say what."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.analysis import columns
from trialist.analysis.rawtable import RawTable
from trialist.values.errors import Mistake, TableError

ACCURACY = "accuracy"
_SEEN = 1_000  # rows that are looked at to see which columns hold numbers
_NO_SEED = "No column names the seed."  # one run per variant needs none
_LIKE_ANSWERS = ("y_pred", "prediction", "predicted", "pred", "answer", "output", "label")
_LIKE_TRUTH = ("y_true", "truth", "target", "gold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The names that the user gave, or their defaults; a metric of None is to be found.

    Attributes:
        example: The column that names the example.
        variant: The column that names the variant.
        seed: The column that names the seed; may be absent if it has its usual name.
        metric: The column of values, or of answers where `truth` is given.
        cluster: The column that says which examples belong together.
        truth: The column of the right answers.
    """

    example: str
    variant: str = "variant"
    seed: str = "seed"
    metric: str | None = None
    cluster: str | None = None
    truth: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionColumns:
    """Places of the columns that are read, from 0, with the names that are said of them."""

    variant: int
    seed: int | None
    example: int
    metric: int
    cluster: int | None
    truth: int | None
    metric_name: str
    variant_name: str
    cluster_name: str
    truth_name: str
    notes: tuple[str, ...]


def find_places(table: RawTable, wanted: Wanted) -> PredictionColumns:
    """Find the columns, tolerant of space and case.

    Without a metric's name, a table with answers and truth by their usual names is read as such.

    Raises:
        TableError: With all that cannot be found.
    """
    mistakes: list[Mistake] = []
    example = _find(table, wanted.example, "--example", mistakes)
    cluster = _find(table, wanted.cluster, "--cluster", mistakes)
    metric, truth, notes = _what_is_right(table, wanted)
    truth_place = _find(table, truth, "--truth", mistakes)
    try:
        found = columns.find_columns(
            table.header,
            [row.cells for row in table.rows[:_SEEN]],
            wanted=columns.Wanted(
                variant=wanted.variant,
                seed=wanted.seed,
                metric=metric,
                any_text=truth is not None,
            ),
            where=table.where,
            apart=[place for place in (example, cluster, truth_place) if place is not None],
        )
    except TableError as error:
        raise TableError.of([*mistakes, *error.mistakes]) from error
    if mistakes or example is None:
        raise TableError.of(mistakes)
    column = table.header[found.metric].strip()
    return PredictionColumns(
        variant=found.variant,
        seed=found.seed,
        example=example,
        metric=found.metric,
        cluster=cluster,
        truth=truth_place,
        metric_name=column if truth is None else ACCURACY,
        variant_name=wanted.variant,
        cluster_name=wanted.cluster or "",
        truth_name=truth or "",
        notes=(*table.notes, *(note for note in found.notes if note != _NO_SEED), *notes),
    )


def _find(table: RawTable, column: str | None, option: str, mistakes: list[Mistake]) -> int | None:
    if column is None:
        return None
    try:
        return table.place_of(column, option=option)
    except TableError as error:
        mistakes.extend(error.mistakes)
        return None


def _what_is_right(
    table: RawTable, wanted: Wanted
) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Give the columns of values (or answers) and of the truth, with a note on what was assumed."""
    names = {name.strip().casefold(): name for name in table.header}
    answers = next((names[name] for name in _LIKE_ANSWERS if name in names), None)
    if wanted.truth is not None:
        return wanted.metric or answers, wanted.truth, ()
    truth = next((names[name] for name in _LIKE_TRUTH if name in names), None)
    if wanted.metric is not None or answers is None or truth is None:
        return wanted.metric, None, ()
    note = f"An example counts as right where '{answers.strip()}' equals '{truth.strip()}'."
    return answers, truth, (note,)
