"""The rows of a table of trials: parameters, how the trial went, and its value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.analysis.cells import cure_of, is_empty, number_in, whole_in
from trialist.analysis.rawtable import RawTable, Row
from trialist.analysis.searchcolumns import SearchColumns
from trialist.analysis.trials import is_fresh_phase
from trialist.values.errors import Mistake
from trialist.values.events import RunStatus

ONE_VARIANT = "search"
"""What the only variant is called, where no column tells several apart."""

_STATUSES = {
    **dict.fromkeys(("complete", "completed", "finished", "success", "done"), RunStatus.FINISHED),
    **dict.fromkeys(("diverged", "infeasible", "nan"), RunStatus.DIVERGED),
    **dict.fromkeys(("pruned", "stopped", "cut"), RunStatus.PRUNED),
    **dict.fromkeys(("fail", "failed", "crashed", "error", "killed"), RunStatus.FAILED),
    **dict.fromkeys(("running", "waiting", "queued", "pending"), RunStatus.RUNNING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """One row, read.

    Attributes:
        variant: Whose search it is.
        search: The replicate of the search, as it is called.
        trial: The trial's name; empty where the table names none.
        seed: Its seed; None where the table names none.
        is_fresh: True for a run made after the search had chosen.
        params: The values of its parameters; those with an empty cell are left out.
        status: How it ended.
        value: The metric in its own sign; None unless finished.
        steps: The steps that it made; None where that is unknown.
        seconds: The time that it took; None where that is unknown.
    """

    variant: str
    search: str
    trial: str
    seed: int | None
    is_fresh: bool
    params: Mapping[str, Any]
    status: RunStatus
    value: float | None
    steps: int | None
    seconds: float | None


class SearchRowReader:
    """Reads rows and collects what is wrong with them."""

    def __init__(self, table: RawTable, columns: SearchColumns) -> None:
        self._table = table
        self._columns = columns
        self._kinds = {place: self._kind(place) for place, _ in columns.params}
        self.mistakes: list[Mistake] = []

    def read(self, row: Row) -> SearchRow | None:
        """Give the row, or None where it holds a mistake."""
        n_mistakes = len(self.mistakes)
        columns = self._columns
        if any(cell.strip() for cell in row.cells[len(self._table.header) :]):
            self._blame(row, "the row has more cells than the header", "give every cell a column")
            return None
        status, value = self._result(row)
        read = SearchRow(
            variant=self._text(row, columns.variant) or ONE_VARIANT,
            search=self._text(row, columns.search),
            trial=self._text(row, columns.trial),
            seed=self._seed(row),
            is_fresh=self._is_fresh(row),
            params=self._params(row),
            status=status,
            value=value,
            steps=self._whole(row, columns.steps),
            seconds=self._number(row, columns.seconds),
        )
        return read if len(self.mistakes) == n_mistakes else None

    def _params(self, row: Row) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for place, said in self._columns.params:
            cell = self._table.cell(row, place)
            if is_empty(cell):
                continue
            if said.low is not None and number_in(cell) is None:
                self._blame(row, f"'{cell}' in column '{said.name}' is not a number", cure_of(cell))
                continue
            params[said.name] = self._kinds[place](cell)
        return params

    def _kind(self, place: int) -> Any:
        """Give what turns the cells of a column into values: all whole, all numbers, or words."""
        cells = [self._table.cell(row, place) for row in self._table.rows]
        cells = [cell for cell in cells if not is_empty(cell)]
        if all(whole_in(cell) is not None for cell in cells):
            return whole_in
        return number_in if all(number_in(cell) is not None for cell in cells) else str

    def _result(self, row: Row) -> tuple[RunStatus, float | None]:
        said = self._status(row)
        cell = self._table.cell(row, self._columns.metric)
        if said is not None and said is not RunStatus.FINISHED:
            return said, None
        if is_empty(cell):
            return RunStatus.FAILED, None
        value = number_in(cell)
        if value is None:
            name = self._table.header[self._columns.metric].strip()
            self._blame(row, f"'{cell}' in column '{name}' is not a number", cure_of(cell))
            return RunStatus.FAILED, None
        return (RunStatus.FINISHED, value) if math.isfinite(value) else (RunStatus.DIVERGED, None)

    def _status(self, row: Row) -> RunStatus | None:
        word = self._text(row, self._columns.status)
        if is_empty(word):
            return None
        bare = word.casefold().rpartition(".")[2]  # TrialState.COMPLETE
        if bare not in _STATUSES:
            known = ", ".join(dict.fromkeys(one.value for one in _STATUSES.values()))
            self._blame(row, f"'{word}' is no way for a trial to end", f"write one of: {known}")
        return _STATUSES.get(bare)

    def _is_fresh(self, row: Row) -> bool:
        word = self._text(row, self._columns.phase)
        found = is_fresh_phase(word) if word else False
        if found is None:
            self._blame(
                row,
                f"the phase '{word}' is neither a search's nor a fresh run's",
                "write search for trials, and fresh for runs of a winner after it was chosen",
            )
        return bool(found)

    def _seed(self, row: Row) -> int | None:
        cell = self._text(row, self._columns.seed)
        if is_empty(cell):
            return None
        seed = whole_in(cell)
        if seed is None:
            self._blame(row, f"the seed '{cell}' is not a whole number", "give each run its seed")
        return seed

    def _number(self, row: Row, place: int | None) -> float | None:
        value = number_in(self._text(row, place))
        return value if value is not None and math.isfinite(value) else None

    def _whole(self, row: Row, place: int | None) -> int | None:
        value = self._number(row, place)
        return None if value is None else round(value)

    def _text(self, row: Row, place: int | None) -> str:
        return "" if place is None else self._table.cell(row, place)

    def _blame(self, row: Row, message: str, todo: str) -> None:
        where = f"{self._table.name}:{row.line}"
        self.mistakes.append(Mistake(message=message, where=where, todo=todo))
