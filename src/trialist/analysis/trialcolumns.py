"""Which columns of a table of trials name the search, the trial and the phase."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.analysis.columns import Wanted, find_columns
from trialist.analysis.rawtable import RawTable
from trialist.values.errors import Mistake, TableError

_TRIAL = ("trial", "trial_id", "config", "config_id", "configuration")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialWanted:
    """The names of columns that the user gave, or their defaults.

    Attributes:
        columns: Variant, seed and metric.
        search: The column that names the search; None: "search", where there is one.
        phase: The column that tells trials from fresh runs; None: "phase", where there is one.
    """

    columns: Wanted
    search: str | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialColumns:
    """Places of the columns that are read, from 0; None where there is none."""

    variant: int
    metric: int
    seed: int | None
    search: int | None
    phase: int | None
    trial: int | None
    notes: tuple[str, ...]


def find_trial_columns(table: RawTable, *, wanted: TrialWanted) -> TrialColumns:
    """Find the columns; those of search and phase only where they are asked for or there.

    Raises:
        TableError: With all that cannot be found.
    """
    mistakes: list[Mistake] = []
    search = _asked(table, wanted.search, "search", wanted, mistakes)
    phase = _asked(table, wanted.phase, "phase", wanted, mistakes)
    asked = [place for place in (search, phase) if place is not None]
    likely = [_place(table, name, wanted) for name in _TRIAL]
    trials = [place for place in likely if place is not None and place not in asked]
    try:
        columns = find_columns(
            table.header,
            [row.cells for row in table.rows],
            wanted=wanted.columns,
            where=table.where,
            apart=[*asked, *trials],
        )
    except TableError as error:
        raise TableError.of((*mistakes, *error.mistakes)) from error
    if mistakes:
        raise TableError.of(mistakes)
    return TrialColumns(
        variant=columns.variant,
        metric=columns.metric,
        seed=columns.seed,
        search=search,
        phase=phase,
        trial=trials[0] if trials else None,
        notes=columns.notes,
    )


def _asked(
    table: RawTable, asked: str | None, name: str, wanted: TrialWanted, mistakes: list[Mistake]
) -> int | None:
    """Give the place of the column asked for; without one, of the column called `name`."""
    if asked is None:
        return _place(table, name, wanted)
    try:
        return table.place_of(asked, option=f"--{name}")
    except TableError as error:
        mistakes += error.mistakes
        return None


def _place(table: RawTable, name: str, wanted: TrialWanted) -> int | None:
    """Give the place of a column that nobody asked for, unless it is there for something else."""
    columns = wanted.columns
    if name in (columns.variant, columns.seed, columns.metric) or not table.has(name):
        return None
    return table.place_of(name, option=f"--{name}")
