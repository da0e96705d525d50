"""A wide table, where every variant has a column of its own, made long: one row per value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from trialist.analysis.cells import is_empty, is_numeric, number_in
from trialist.analysis.rawtable import RawTable, Row
from trialist.values.errors import Mistake, TableError

_COUNTERS = frozenset(
    {"", "id", "index", "item", "example", "row", "step", "epoch", "fold", "split", "n"}
)
_ENOUGH_NUMBERS = 0.5
_MOST_NAMED = 6
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """How a wide table is to be read.

    Attributes:
        columns: The variants' columns; empty: all that hold numbers and have no other meaning.
        others: Columns that say something else (seed, example, cluster, ...); kept as they are.
        variant: The name of the new column of variants.
        metric: The name of the new column of values.
        truth: The column of the right answers, which the cells are held against and which may be
            words; a column that never gives one of them is no variant. None: cells are numbers.
        number_rows: The name of a new column with the row's number, where rows are pairs and
            no column says so; None for none.
    """

    columns: Sequence[str] = ()
    others: Collection[str] = ()
    variant: str = "variant"
    metric: str = "value"
    truth: str | None = None
    number_rows: str | None = None


def melted(table: RawTable, wide: Wide) -> RawTable:
    """Give the table with one row per row and variant; cells are kept as they stand.

    The rows of one variant follow those of the one before it, and every row keeps its line. An
    empty cell stays an empty cell: a run that failed.

    Args:
        table: The wide table.
        wide: Which columns are variants, and what the new columns are called.

    Raises:
        TableError: If a column does not exist, is named twice, or fewer than two are variants, or
            a row has not as many cells as the header.
    """
    _check_rows(table)
    places, notes = _variant_places(table, wide)
    kept = [place for place in range(len(table.header)) if place not in places]
    header = [table.header[place] for place in kept]
    _check_free(table, header, wide)
    extra = [] if wide.number_rows is None else [wide.number_rows]
    rows = tuple(_rows(table, places, kept, numbered=bool(extra)))
    return replace(
        table,
        header=(*header, *extra, wide.variant, wide.metric),
        rows=rows,
        notes=(*table.notes, *notes),
    )


def _check_rows(table: RawTable) -> None:
    wanted = len(table.header)
    mistakes = [
        Mistake(
            message=f"the row has {len(row.cells)} cells, the header has {wanted}",
            where=f"{table.name}:{row.line}",
            todo="give every column a cell; leave it empty where the run failed",
        )
        for row in table.rows
        if len(row.cells) < wanted or any(cell.strip() for cell in row.cells[wanted:])
    ]
    if mistakes:
        raise TableError.of(mistakes[:_MOST_SHOWN])


def _rows(
    table: RawTable, places: Sequence[int], kept: Sequence[int], *, numbered: bool
) -> Iterator[Row]:
    for place in places:
        name = table.header[place].strip()
        for number, row in enumerate(table.rows):
            cells = [table.cell(row, one) for one in kept]
            cells += [str(number)] if numbered else []
            yield Row(line=row.line, cells=(*cells, name, table.cell(row, place)))


def _variant_places(table: RawTable, wide: Wide) -> tuple[list[int], list[str]]:
    if wide.columns:
        places = [table.place_of(name, option="--columns") for name in wide.columns]
        if len(set(places)) < len(places):
            raise TableError(
                "a variant's column is named twice",
                where="--columns",
                todo="name each column once",
            )
        return _checked(table, places), []
    taken = {name.strip().casefold() for name in wide.others}
    free = [k for k, name in enumerate(table.header) if not _is_taken(name, taken)]
    if wide.truth is None:
        places = [k for k in free if _holds_numbers(table, k)]
    else:
        right = _answers(table, table.place_of(wide.truth, option="--truth"))
        giving = [k for k in free if right & _answers(table, k)]
        places = giving if len(giving) > 1 else free  # what is wrong is found where cells are read
    left = [table.header[k].strip() or f"(column {k + 1})"
            for k, name in enumerate(table.header)
            if k not in places and name.strip().casefold() not in taken]  # fmt: skip
    return _checked(table, places), [_left_out(left)] if left else []


def _is_taken(name: str, taken: Collection[str]) -> bool:
    bare = name.strip().casefold()
    return bare in taken or bare in _COUNTERS or "seed" in bare


def _holds_numbers(table: RawTable, place: int) -> bool:
    cells = [cell for row in table.rows if not is_empty(cell := table.cell(row, place))]
    return bool(cells) and sum(map(is_numeric, cells)) > _ENOUGH_NUMBERS * len(cells)


def _answers(table: RawTable, place: int) -> set[str | float]:
    cells = {cell for row in table.rows if not is_empty(cell := table.cell(row, place))}
    return {cell if (number := number_in(cell)) is None else number for cell in cells}


def _left_out(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    words = ("Column", "is") if len(names) == 1 else ("Columns", "are")
    return f"{words[0]} {shown}{more} {words[1]} taken for no variant; --columns says which are."


def _checked(table: RawTable, places: list[int]) -> list[int]:
    names = [table.header[place].strip() for place in places]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(
            f"column '{twice[0]}' is there {names.count(twice[0])} times",
            where=table.where,
            todo="give each variant's column its own name",
        )
    if len(names) < 2:
        found = f"only one: '{names[0]}'" if names else "none"
        raise TableError(
            f"a wide table needs two columns of variants, there is {found}",
            where=table.where,
            todo="name them with --columns A,B; or leave --wide out if a column names the variant",
        )
    return places


def _check_free(table: RawTable, header: Sequence[str], wide: Wide) -> None:
    for new, option in ((wide.variant, "--variant"), (wide.metric, "--metric")):
        if any(name.strip().casefold() == new.strip().casefold() for name in header):
            raise TableError(
                f"a wide table has no column of its own called '{new}', this one has",
                where=table.where,
                todo=f"give another name with {option}, or leave --wide out",
            )
