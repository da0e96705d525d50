"""Which columns of a table name the variant, the seed and the metric."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from trialist.analysis.cells import is_empty, is_mendable, is_numeric, whole_in
from trialist.values.errors import Mistake, TableError, near

_LIKE_VARIANT = (
    *("model", "arm", "method", "group", "config", "condition", "treatment", "setting"),
    *("experiment", "name", "run_name", "algorithm", "approach", "system", "optimizer"),
)
_ENOUGH_NUMBERS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Places of the columns that are read, from 0.

    Attributes:
        variant: The column that names the variant.
        seed: The column that names the seed; None where there is none.
        metric: The column that is judged.
        notes: What was assumed, as sentences.
    """

    variant: int
    seed: int | None
    metric: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The names that the user gave, or their defaults; a metric of None is to be found.

    With `any_text` the metric's cells may be words.
    """

    variant: str
    seed: str
    metric: str | None
    any_text: bool = False


def find_columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    wanted: Wanted,
    where: str,
    apart: Collection[int] = (),
) -> Columns:
    """Find the columns, tolerant of space and case (with a note).

    Args:
        header: The names as they stand in the file.
        rows: The cells below, to see which columns hold numbers.
        wanted: The names looked for.
        where: The header's place, for errors.
        apart: Places of columns that say something else and cannot be the metric.

    Raises:
        TableError: With all that cannot be found.
    """
    finder = _Finder(header, where)
    variant = finder.find(wanted.variant)
    if variant is None:
        finder.blame_variant(wanted.variant)
    seed = finder.find(wanted.seed)
    if seed is None:
        finder.note_seed(wanted.seed)
    else:
        finder.check_seeds(seed, rows)
    taken = {place for place in (variant, seed, *apart) if place is not None}
    metric = finder.find_metric(wanted.metric, rows, taken)
    if wanted.metric is not None and metric is not None and not wanted.any_text:
        finder.check_metric(metric, rows)
    if finder.mistakes or variant is None or metric is None:
        raise TableError.of(finder.mistakes)
    return Columns(variant=variant, seed=seed, metric=metric, notes=tuple(finder.notes))


class _Finder:
    """Looks for columns in one header; collects what is wrong and what was assumed."""

    def __init__(self, header: Sequence[str], where: str) -> None:
        self._header = header
        self._names = [name.strip() for name in header]
        self._where = where
        self.mistakes: list[Mistake] = []
        self.notes: list[str] = []

    def find(self, name: str) -> int | None:
        """Give the place of column `name`, or None."""
        if self._header.count(name) > 1:
            self._blame(f"column '{name}' is there twice", "give each column its own name")
        if name in self._header:
            return self._header.index(name)
        folded = name.strip().casefold()
        alike = [k for k, known in enumerate(self._names) if known.casefold() == folded]
        if len(alike) != 1:
            return None
        if self._names[alike[0]] != name:
            self.notes.append(f"Column '{self._names[alike[0]]}' is read as '{name}'.")
        else:
            self.notes.append(f"Spaces around the name of column '{name}' are ignored.")
        return alike[0]

    def blame_variant(self, name: str) -> None:
        """Say that there is no variant column, and which one it may be."""
        likely = [known for known in self._names if known.casefold() in _LIKE_VARIANT]
        hint = f"say `--variant {_quoted(likely[0])}` if that is it" if likely else ""
        columns = f"columns: {', '.join(known for known in self._names if known)}"
        todo = f"{hint} ({columns})" if likely else f"name it with --variant; {self._near(name)}"
        self._blame(f"there is no column '{name}' that names the variant", todo)

    def note_seed(self, name: str) -> None:
        """Say that no column names the seed: a mistake only where the user asked for one."""
        if name != "seed":
            self._blame(f"there is no column '{name}' that names the seed", self._near(name))
            return
        likely = [known for known in self._names if _is_like_seed(known)]
        hint = f"; if '{likely[0]}' does, say `--seed {_quoted(likely[0])}`" if likely else ""
        self.notes.append(f"No column names the seed{hint}.")

    def check_seeds(self, place: int, rows: Sequence[Sequence[str]]) -> None:
        """Blame a column that names no seed at all, once and not in every row."""
        cell = _never(place, rows, lambda cell: whole_in(cell) is not None)
        if cell:
            self._blame(
                f"column '{self._names[place]}' names no seeds: '{cell}' is not a whole number",
                "name a column of whole numbers with --seed, or leave --seed out where no column "
                "says it",
            )

    def check_metric(self, place: int, rows: Sequence[Sequence[str]]) -> None:
        """Blame a metric without any number, once and not in every row."""
        cell, name = _never(place, rows, is_mendable), self._names[place]
        if cell:
            others = [known for known in self._names if known and known != name]
            self._blame(
                f"column '{name}' holds no numbers, but for example '{cell}'",
                f"name the column with the results (columns: {', '.join(others)})",
            )

    def find_metric(
        self, name: str | None, rows: Sequence[Sequence[str]], taken: set[int]
    ) -> int | None:
        """Give the place of the metric: the one asked for, or the only one there can be."""
        if name is not None:
            place = self.find(name)
            if place is None:
                self._blame(f"there is no column '{name}'", self._near(name))
            return place
        others = [
            k
            for k, known in enumerate(self._names)
            if k not in taken and known and not _is_setting(known)
        ]
        numeric = [k for k in others if _is_numeric(k, rows)]
        candidates = others if len(others) == 1 else numeric
        if len(candidates) == 1:
            return candidates[0]
        self._blame_metric([self._names[k] for k in candidates])
        return None

    def _blame_metric(self, candidates: Sequence[str]) -> None:
        if candidates:
            self._blame(
                f"several columns could be the metric: {', '.join(candidates)}",
                f"say which, for example `--metric {_quoted(candidates[0])}`",
            )
        else:
            self._blame("no column holds numbers", "add a column with one result per run")

    def _near(self, name: str) -> str:
        return near(name, [known for known in self._names if known])

    def _blame(self, message: str, todo: str) -> None:
        self.mistakes.append(Mistake(message=message, where=self._where, todo=todo))


def _is_like_seed(name: str) -> bool:
    return "seed" in name.casefold()


def _is_setting(name: str) -> bool:
    # Of runs in a store the configuration stands beside the results, as config.lr.
    return _is_like_seed(name) or name.startswith("config.")


def _is_numeric(place: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = [row[place] for row in rows if place < len(row) and not is_empty(row[place])]
    numbers = sum(map(is_numeric, cells))
    return bool(cells) and numbers > _ENOUGH_NUMBERS * len(cells)


def _never(place: int, rows: Sequence[Sequence[str]], holds: Callable[[str], bool]) -> str | None:
    """Give the first of two cells or more of which none says what it should; else None."""
    cells = [row[place].strip() for row in rows if place < len(row) and not is_empty(row[place])]
    return cells[0] if len(cells) > 1 and not any(map(holds, cells)) else None


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
