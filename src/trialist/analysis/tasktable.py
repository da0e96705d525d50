"""A table with runs on many tasks, read task by task."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from trialist.analysis.cells import number_in
from trialist.analysis.columns import Columns, Wanted, find_columns
from trialist.analysis.rawtable import RawTable, Row
from trialist.analysis.table import runs_in
from trialist.values.errors import Mistake, TableError
from trialist.values.evidence import RunRecord

_MOST_SHOWN = 10
_SUFFIX = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRuns:
    """The runs on one task."""

    task: str
    records: tuple[RunRecord, ...]

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants in the order in which they come."""
        return tuple(dict.fromkeys(record.variant for record in self.records))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTable:
    """What a table with many tasks says.

    Attributes:
        metric: The name of the metric's column.
        tasks: Those with two variants or more, in the table's order.
        left_out: The others, by the only variant that each has.
        notes: What was assumed or counted while reading, as sentences.
    """

    metric: str
    tasks: tuple[TaskRuns, ...]
    left_out: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants of all tasks in the order in which they come."""
        return tuple(dict.fromkeys(name for task in self.tasks for name in task.variants))


def tasks_in(
    table: RawTable,
    *,
    task: str,
    variant: str = "variant",
    seed: str = "seed",
    metric: str | None = None,
) -> TaskTable:
    """Read the runs on each task.

    A variant that is called `model/task` on every task loses the task's name, so that it is the
    same variant everywhere. A task with one variant has nothing to compare and is left out.

    Args:
        table: Any table in long form, a row per run.
        task: The column that names the task.
        variant: The column that names the variant.
        seed: The column that names the seed; may be absent.
        metric: The column that is judged; None: the only one that can be.

    Raises:
        TableError: With all mistakes, each with its line.
    """
    place = table.place_of(task, option="--task")
    columns = _columns(table, place, Wanted(variant=variant, seed=seed, metric=metric))
    parts = table.split(task)
    stripped = {name: _without_task(part, columns.variant, name) for name, part in parts.items()}
    n_stripped = sum(stripped[name] is not part for name, part in parts.items())
    names = {name: _variants_of(part, columns.variant) for name, part in stripped.items()}
    several = [name for name in stripped if len(names[name]) > 1]
    found = _read(stripped, several, columns, table, seed)
    notes = (*table.notes, *_common(part.notes for part in found.values()))
    if n_stripped:
        notes = (*notes, _stripped_note(table, columns.variant, n_stripped))
    return TaskTable(
        metric=table.header[columns.metric].strip(),
        tasks=tuple(TaskRuns(task=name, records=part.records) for name, part in found.items()),
        left_out={name: names[name][0] for name in stripped if name not in several},
        notes=notes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    records: tuple[RunRecord, ...]
    notes: tuple[str, ...]


def _columns(table: RawTable, place: int, wanted: Wanted) -> Columns:
    # the task's column is no metric, also where tasks are called by numbers
    rows = [
        tuple("" if k == place else cell for k, cell in enumerate(row.cells)) for row in table.rows
    ]
    columns = find_columns(table.header, rows, wanted=wanted, where=table.where)
    if columns.variant == place:
        raise TableError(
            f"column '{table.header[place].strip()}' names the task and the variant",
            where=table.where,
            todo="give --task and --variant a column each",
        )
    return columns


def _read(
    parts: Mapping[str, RawTable],
    names: Sequence[str],
    columns: Columns,
    table: RawTable,
    seed: str,
) -> dict[str, _Part]:
    variant, metric = table.header[columns.variant], table.header[columns.metric]
    found, mistakes = {}, list[Mistake]()
    for name in names:
        try:
            part = runs_in(parts[name], variant=variant, seed=seed, metric=metric)
        except TableError as error:
            mistakes += error.mistakes
        else:
            found[name] = _Part(records=part.records, notes=part.notes)
    if not names:
        mistakes.append(
            Mistake(
                message="no task has two variants",
                where=f"{table.name}, column '{variant.strip()}'",
                todo="a comparison needs two variants on the same task; --variant names the column",
            )
        )
    if mistakes:
        raise TableError.of(mistakes[:_MOST_SHOWN])
    return found


def _without_task(part: RawTable, place: int, task: str) -> RawTable:
    ending = f"{_SUFFIX}{task}"
    names = {part.cell(row, place) for row in part.rows}
    bare = {name.removesuffix(ending) for name in names}
    if bare == names or len(bare) < len(names) or "" in bare:
        return part
    return replace(part, rows=tuple(_renamed(row, place, ending) for row in part.rows))


def _renamed(row: Row, place: int, ending: str) -> Row:
    cells = list(row.cells)
    cells[place] = cells[place].strip().removesuffix(ending)
    return Row(line=row.line, cells=tuple(cells))


def _variants_of(part: RawTable, place: int) -> list[str]:
    return list(dict.fromkeys(part.cell(row, place) for row in part.rows))


def _stripped_note(table: RawTable, place: int, n: int) -> str:
    column = table.header[place].strip()
    return (
        f"The task's name at the end of '{column}' is left out on {n} task{'' if n == 1 else 's'}, "
        "so that a variant has one name on all of them."
    )


def _common(notes: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for part in notes for note in part))


def references_in(table: RawTable) -> dict[str, tuple[float, float]]:
    """Give what counts as 0 and as 1 on each task, from a table with task, low and high.

    Raises:
        TableError: With every row that does not say it.
    """
    places = [table.place_of(name, option="--scale") for name in ("task", "low", "high")]
    found: dict[str, tuple[float, float]] = {}
    mistakes = []
    for row in table.rows:
        task, *ends = (table.cell(row, place) for place in places)
        numbers = [number for end in ends if (number := number_in(end)) is not None]
        if not task or len(numbers) < 2 or not all(map(math.isfinite, numbers)) or task in found:
            mistakes.append(
                Mistake(
                    message=f"the row gives '{task}' no new pair of numbers",
                    where=f"{table.name}:{row.line}",
                    todo="give each task once, with a number for low and one for high",
                )
            )
        else:
            found[task] = (numbers[0], numbers[1])
    if mistakes:
        raise TableError.of(mistakes[:_MOST_SHOWN])
    return found
