"""The spread of earlier runs, group by group, as a table says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialist.analysis.cells import number_in, whole_in
from trialist.analysis.rawtable import RawTable, Row
from trialist.stats.spread import has_spread, sd_of
from trialist.values.errors import Mistake, TableError

_GROUPS = ("group", "variant", "model")
_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreads:
    """The SDs of groups of equal runs.

    Attributes:
        sds: One per group, above 0.
        ns: How many runs each rests on.
        n_flat: Groups that were left out because all their runs gave the same value.
    """

    sds: tuple[float, ...]
    ns: tuple[int, ...]
    n_flat: int = 0


def spreads_in(table: RawTable, *, metric: str) -> Spreads:
    """Read the spreads of earlier runs.

    Args:
        table: One row per group, with columns `sd` and `n`; or one row per run, with a column
            `group` (or `variant`, `model`) and one that is named as the metric.
        metric: The metric's name.

    Raises:
        TableError: With all mistakes, each with its line.
    """
    names = {name.strip().casefold() for name in table.header}
    return _given(table) if {"sd", "n"} <= names else _measured(table, metric)


def _given(table: RawTable) -> Spreads:
    sd_place, n_place = (table.place_of(name, option="history") for name in ("sd", "n"))
    mistakes: list[Mistake] = []
    sds, ns, n_flat = [], [], 0
    for row in table.rows:
        sd, n = number_in(table.cell(row, sd_place)), whole_in(table.cell(row, n_place))
        if sd is None or n is None or not 0 <= sd < float("inf") or n < 2:
            said = f"'{table.cell(row, sd_place)}' and '{table.cell(row, n_place)}'"
            message = f"{said} are no SD and number of runs"
            mistakes.append(_mistake(table, row, message, "give an SD and 2 runs or more"))
        elif sd == 0:
            n_flat += 1
        else:
            sds.append(sd)
            ns.append(n)
    _refuse(mistakes)
    return Spreads(sds=tuple(sds), ns=tuple(ns), n_flat=n_flat)


def _measured(table: RawTable, metric: str) -> Spreads:
    groups: dict[str, list[float]] = {}
    mistakes: list[Mistake] = []
    for name, cell, row in _cells(table, metric):
        value = number_in(cell)
        if value is not None and abs(value) < float("inf"):
            groups.setdefault(name, []).append(value)
        elif cell and value is None:
            message = f"'{cell}' is not a number"
            mistakes.append(_mistake(table, row, message, "leave it empty where the run failed"))
    _refuse(mistakes)
    enough = [values for values in groups.values() if len(values) >= 2]
    kept = [values for values in enough if has_spread(values)]
    return Spreads(
        sds=tuple(sd_of(values) for values in kept),
        ns=tuple(len(values) for values in kept),
        n_flat=len(enough) - len(kept),
    )


def _cells(table: RawTable, metric: str) -> Iterator[tuple[str, str, Row]]:
    names = [name.strip().casefold() for name in table.header]
    group = next((name for name in _GROUPS if name in names), "group")
    group_place = table.place_of(group, option="history")
    value_place = table.place_of(metric, option="history")
    for row in table.rows:
        yield table.cell(row, group_place), table.cell(row, value_place), row


def _mistake(table: RawTable, row: Row, message: str, todo: str) -> Mistake:
    return Mistake(message=message, where=f"{table.name}:{row.line}", todo=todo)


def _refuse(mistakes: list[Mistake]) -> None:
    if mistakes:
        raise TableError.of(mistakes[:_MOST_SHOWN])
