"""Which columns of a table of trials are parameters, and which say how a trial went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trialist.analysis.cells import is_empty, is_numeric
from trialist.analysis.declared import Declared
from trialist.analysis.rawtable import RawTable, Row
from trialist.values.errors import Mistake, TableError
from trialist.values.numbers import counted

_PREFIXES = ("params_", "params.", "param_", "config.", "config/", "hparams.", "hparam/")
"""How Optuna, W&B, Ray Tune, scikit-learn and this store mark a parameter's column."""

_TRIALS = ("trial", "trial_id", "number", "config_id", "run", "id")
_STATUS = ("status", "state")
_VALUES = ("value", "score", "objective")
_STEPS = ("steps", "step", "training_iteration")
_SECONDS = ("seconds", "time_s", "time_total_s", "train_seconds")
_TOLD_APART = (
    *("name", "notes", "tags", "created", "updated", "timestamp", "date", "duration", "rank"),
    *("user", "runtime", "sweep", "group", "job_type", "host", "agent", "git", "end_time"),
)
_JUDGED = ("val/", "valid/", "validation/", "dev/")
_STARTS = ("datetime", "user_attrs", "system_attrs", "_")
_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWanted:
    """The names of columns that somebody gave; None: the usual name, where there is one.

    Attributes:
        metric: The column that trials are chosen by.
        variant: The column that tells variants apart.
        search: The column that names the replicate of the search.
        phase: The column that tells trials from fresh runs of a winner.
        seed: The column that names the seed.
        params: The parameters; empty: every column that can be one.
    """

    metric: str | None = None
    variant: str | None = None
    search: str | None = None
    phase: str | None = None
    seed: str | None = None
    params: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchColumns:
    """Places of the columns, from 0; None where there is none."""

    metric: int
    params: tuple[tuple[int, Declared], ...]
    variant: int | None = None
    search: int | None = None
    phase: int | None = None
    seed: int | None = None
    status: int | None = None
    trial: int | None = None
    steps: int | None = None
    seconds: int | None = None
    notes: tuple[str, ...] = ()


def find_search_columns(table: RawTable, wanted: SearchWanted) -> SearchColumns:
    """Find the columns; parameters are those with a prefix that says so, else all that are left.

    Raises:
        TableError: With all that cannot be found.
    """
    finder = _Finder(table)
    places = {
        what: finder.named(getattr(wanted, what), what)
        for what in ("variant", "search", "phase", "seed")
    }
    places["status"] = finder.usual(_STATUS)
    places["trial"] = finder.usual(_TRIALS)
    places["steps"] = finder.usual(_STEPS)
    places["seconds"] = finder.usual(_SECONDS)
    metric = finder.metric(wanted.metric, [one.name for one in wanted.params])
    params = finder.declared(wanted.params) if wanted.params else finder.likely(metric)
    if not params and not finder.mistakes:
        finder.blame("no column can be a parameter", "name them: --param lr:log --param dropout")
    if finder.mistakes or metric is None:
        raise TableError.of(finder.mistakes)
    return SearchColumns(metric=metric, params=params, notes=tuple(finder.notes), **places)


class _Finder:
    """Looks for columns; remembers which are taken, what was assumed and what is wrong."""

    def __init__(self, table: RawTable) -> None:
        self._table = table
        self._names = [name.strip() for name in table.header]
        self._taken: set[int] = set()
        self.mistakes: list[Mistake] = []
        self.notes: list[str] = []

    def named(self, asked: str | None, usual: str) -> int | None:
        """Give the place of the column asked for; without one, of the column with that name."""
        if asked is None:
            return self.usual((usual,))
        return self._take(asked, f"--{usual}")

    def usual(self, names: Sequence[str]) -> int | None:
        """Give the place of the first column with one of these names, unless it is taken."""
        for name in names:
            folded = [one.casefold() for one in self._names]
            if folded.count(name) == 1 and folded.index(name) not in self._taken:
                place = folded.index(name)
                self._taken.add(place)
                return place
        return None

    def metric(self, asked: str | None, params: Sequence[str]) -> int | None:
        """Give the place of the metric: the one asked for, or the only one that it can be."""
        if asked is not None:
            return self._take(asked, "--metric")
        found = self.usual(_VALUES)
        if found is not None:
            return found
        slashed = [k for k in self._free() if "/" in self._names[k] and self._bare(k) is None]
        numeric = [k for k in self._free() if self._is_number(k) and self._names[k] not in params]
        judged = [k for k in slashed if self._names[k].startswith(_JUDGED)]
        if len(slashed) > 1 and len(judged) == 1:
            self.notes.append(f"Read as the metric: {self._names[judged[0]]}.")
        candidates = judged or slashed or numeric
        if len(candidates) == 1:
            self._taken.add(candidates[0])
            return candidates[0]
        if candidates:
            names = ", ".join(self._names[k] for k in candidates[:_SHOWN])
            self.blame(
                f"several columns could be the metric: {names}",
                f"say which, for example `--metric {self._names[candidates[-1]]}`",
            )
        else:
            self.blame("no column holds numbers", "add a column with what trials are chosen by")
        return None

    def declared(self, params: Sequence[Declared]) -> tuple[tuple[int, Declared], ...]:
        """Give the places of the parameters that were named."""
        found = []
        for one in map(self._of_variant, params):
            place = self._take(self._spelled(one.name), "--param")
            if place is not None:
                found.append((place, one))
        return tuple(found)

    def _of_variant(self, said: Declared) -> Declared:
        """Give `adam.lr` as lr in the variant adam, where no column is called so."""
        variant, _, name = said.name.partition(".")
        if not name or self._has(said.name) or not self._has(name):
            return said
        return replace(said, name=name, variant=variant)

    def _has(self, name: str) -> bool:
        return self._table.has(self._spelled(name))

    def likely(self, metric: int | None) -> tuple[tuple[int, Declared], ...]:
        """Give the columns that can be parameters: marked as such, or else all that are left."""
        marked = [(k, bare) for k in self._free() if (bare := self._bare(k)) is not None]
        if marked:
            return tuple((k, Declared(name=bare)) for k, bare in marked)
        left = [k for k in self._free() if k != metric and self._can_be(k)]
        found = tuple((k, Declared(name=self._names[k])) for k in left)
        if found:
            said = ", ".join(one.name for _, one in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            self.notes.append(f"Read as parameters: {said}{more}; --param names them instead.")
        return found

    def blame(self, message: str, todo: str) -> None:
        """Note a mistake in the header."""
        self.mistakes.append(Mistake(message=message, where=self._table.where, todo=todo))

    def _take(self, name: str, option: str) -> int | None:
        try:
            place = self._table.place_of(name, option=option)
        except TableError as error:
            self.mistakes += error.mistakes
            return None
        self._taken.add(place)
        return place

    def _spelled(self, name: str) -> str:
        """Give the column of a parameter: its own name, or one with a prefix before it."""
        if self._table.has(name):
            return name
        return next((p + name for p in _PREFIXES if self._table.has(p + name)), name)

    def _free(self) -> list[int]:
        return [k for k, name in enumerate(self._names) if name and k not in self._taken]

    def _bare(self, place: int) -> str | None:
        name = self._names[place]
        prefix = next((one for one in _PREFIXES if name.startswith(one)), None)
        return None if prefix is None else name[len(prefix) :]

    def _can_be(self, place: int) -> bool:
        """Tell whether a column can be a parameter; metrics of other splits have a slash."""
        name = self._names[place].casefold()
        if "/" in name or name in _TOLD_APART or name.startswith(_STARTS):
            return False
        if self._is_number(place):
            return True
        values = {cell for row in self._table.rows if not is_empty(cell := self._cell(row, place))}
        n = len(self._table.rows)
        if len(values) * 2 <= n:
            return True
        self.notes.append(
            f"Left out: '{self._names[place]}' has {counted(len(values), 'word')} in {n} rows."
        )
        return False

    def _is_number(self, place: int) -> bool:
        cells = [cell for row in self._table.rows if not is_empty(cell := self._cell(row, place))]
        return bool(cells) and all(map(is_numeric, cells))

    def _cell(self, row: Row, place: int) -> str:
        return self._table.cell(row, place)
