"""A table of trials from anywhere as the trials of searches: what the playbook's checks read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trialist.analysis.declared import Declared
from trialist.analysis.rawtable import RawTable
from trialist.analysis.searchcolumns import SearchColumns, SearchWanted, find_search_columns
from trialist.analysis.searchrows import SearchRow, SearchRowReader
from trialist.analysis.seenranges import seen_parameter
from trialist.stats.spread import mean_of, sd_of
from trialist.values.errors import Mistake, TableError
from trialist.values.events import RunStatus
from trialist.values.metric import Metric
from trialist.values.numbers import counted, plain
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter

_MOST_SHOWN = 10
_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTrials:
    """The rows of a table, before their metric's goal is known.

    Attributes:
        metric: The name of the metric's column.
        columns: Which columns were read.
        rows: In the table's order.
        notes: What was assumed or counted, as sentences.
    """

    metric: str
    columns: SearchColumns
    rows: tuple[SearchRow, ...]
    notes: tuple[str, ...]

    @property
    def values(self) -> tuple[float, ...]:
        """The values that trials have."""
        return tuple(row.value for row in self.rows if row.value is not None)


def read_trials(table: RawTable, wanted: SearchWanted) -> ReadTrials:
    """Read the rows of a table of trials.

    Raises:
        TableError: With all mistakes, each with its line.
    """
    columns = find_search_columns(table, wanted)
    reader = SearchRowReader(table, columns)
    rows = tuple(read for row in table.rows if (read := reader.read(row)) is not None)
    if reader.mistakes:
        raise TableError.of(_shortened(reader.mistakes, table.name))
    metric = table.header[columns.metric].strip()
    notes = (*table.notes, *columns.notes, *_counted(rows, metric))
    return ReadTrials(metric=metric, columns=columns, rows=rows, notes=notes)


def search_table(
    read: ReadTrials, metric: Metric, *, adaptive: bool, max_steps: int | None = None
) -> tuple[SearchTable, tuple[str, ...]]:
    """Give the trials of the searches, and what was taken from the values themselves.

    Rows of one trial with several seeds are one trial; its value is their mean. Fresh runs of
    winners are no trials: they and repeated seeds tell the noise.

    Args:
        read: The rows.
        metric: The metric with its goal.
        adaptive: True where trials were proposed with an eye on earlier values.
        max_steps: The budget of every trial, in steps.
    """
    trials = tuple(_trials(read, adaptive=adaptive))
    arms = _arms(trials, [said for _, said in read.columns.params])
    noise, df = _noise(read.rows)
    if max_steps is None:
        budgets = {trial.steps for trial in trials if trial.status is RunStatus.FINISHED}
        max_steps = budgets.pop() if len(budgets) == 1 else None
    table = SearchTable(
        metric=metric, arms=arms, trials=trials, noise=noise, n_noise=df, max_steps=max_steps
    )
    return table, (*_range_notes(read, arms), *_fixed_notes(read, arms))


def _trials(read: ReadTrials, *, adaptive: bool) -> Iterator[SearchTrial]:
    """Give the trials by variant, search and number."""
    searches: dict[str, dict[str, list[list[SearchRow]]]] = {}
    places: dict[tuple[object, ...], list[SearchRow]] = {}
    for k, row in enumerate(read.rows):
        if row.is_fresh:
            continue
        same = places.get(key := _key(row, k))
        if same is not None:
            same.append(row)
            continue
        places[key] = group = [row]
        searches.setdefault(row.variant, {}).setdefault(row.search, []).append(group)
    names = sorted({row.search for row in read.rows}, key=_by_number)
    for by_search in searches.values():
        for search in sorted(by_search, key=names.index):
            for number, rows in enumerate(by_search[search]):
                place = (names.index(search), number)
                yield _trial(rows, place, adaptive=adaptive)


def _key(row: SearchRow, place: int) -> tuple[object, ...]:
    """Give what rows of one trial share: its name, or its parameters where seeds are told apart."""
    if row.trial:
        return row.variant, row.search, row.trial
    if row.seed is None:
        return (place,)
    return row.variant, row.search, tuple(sorted(row.params.items()))


def _trial(rows: Sequence[SearchRow], place: tuple[int, int], *, adaptive: bool) -> SearchTrial:
    first, (search, number) = rows[0], place
    values = tuple(row.value for row in rows if row.value is not None)
    status = next((row.status for row in rows if row.status is not RunStatus.FINISHED), None)
    is_done = status is None
    return SearchTrial(
        variant=first.variant,
        search=search,
        number=number,
        name=first.trial or f"{first.variant}-{search}-{number}",
        params=first.params,
        status=RunStatus.FINISHED if status is None else status,
        value=mean_of(values) if is_done else None,
        values=values,
        seeds=tuple(row.seed for row in rows if row.seed is not None),
        adaptive=adaptive,
        steps=first.steps,
        seconds=_sum([row.seconds for row in rows]),
        rung=first.steps if status is RunStatus.PRUNED else None,
    )


def _sum(seconds: Sequence[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return sum(known) if known and len(known) == len(seconds) else None


def _by_number(name: str) -> tuple[float, str]:
    return (float(name), "") if name.isdecimal() else (math.inf, name)


def _arms(trials: Sequence[SearchTrial], said: Sequence[Declared]) -> tuple[Arm, ...]:
    """Give the parameters of each variant, with the ranges of its own trials."""
    arms: list[Arm] = []
    designs: dict[tuple[object, ...], Arm] = {}
    for variant in dict.fromkeys(trial.variant for trial in trials):
        mine = [trial for trial in trials if trial.variant == variant]
        points = tuple((t.search, t.number, *sorted(t.params.items())) for t in mine)
        first = designs.get(points)
        if first is not None:
            arms.append(replace(first, variant=variant, shares=first.variant))
            continue
        parameters = _parameters(mine, _said_of(variant, said))
        found = Arm(variant=variant, parameters=parameters, shares=variant)
        designs[points] = found
        arms.append(found)
    return tuple(arms)


def _said_of(variant: str, said: Sequence[Declared]) -> tuple[Declared, ...]:
    """Give what is said of each parameter in a variant: of it alone, of all, or nothing."""
    found = {one.name: Declared(name=one.name) for one in said}
    for of in (None, variant):
        found |= {one.name: one for one in said if one.variant == of}
    return tuple(found.values())


def _parameters(trials: Sequence[SearchTrial], said: Sequence[Declared]) -> tuple[Parameter, ...]:
    found = []
    for one in said:
        values = [trial.params[one.name] for trial in trials if one.name in trial.params]
        parameter = seen_parameter(one, values) if values else None
        if parameter is not None:
            found.append(parameter)
    return tuple(found)


def _noise(rows: Sequence[SearchRow]) -> tuple[float | None, int]:
    """Give the standard deviation between seeds of one configuration, and its degrees."""
    groups: dict[tuple[object, ...], list[float]] = {}
    for k, row in enumerate(rows):
        if row.value is not None and row.seed is not None:
            groups.setdefault((row.is_fresh, *_key(row, k)), []).append(row.value)
    several = [values for values in groups.values() if len(values) > 1]
    df = sum(len(values) - 1 for values in several)
    if not df:
        return None, 0
    squares = sum(sd_of(values) ** 2 * (len(values) - 1) for values in several)
    return math.sqrt(squares / df), df


def _counted(rows: Sequence[SearchRow], metric: str) -> Iterator[str]:
    n = Counter(row.status for row in rows)
    for status, words in (
        (RunStatus.FAILED, "without a value: counted as failed"),
        (RunStatus.RUNNING, "still running: left out"),
    ):
        if n[status]:
            yield f"{counted(n[status], 'row')} of '{metric}' {words}."
    fresh = sum(row.is_fresh for row in rows)
    if fresh:
        yield f"{counted(fresh, 'fresh run')} of winners: no trials, they tell the noise."


def _range_notes(read: ReadTrials, arms: Sequence[Arm]) -> Iterator[str]:
    unsaid = {one.name for _, one in read.columns.params if one.low is None}
    said: dict[str, str] = {}
    for arm in arms:
        for one in arm.parameters:
            if one.name in unsaid and one.low is not None and one.high is not None:
                scale = one.scale.value.replace("_", "-") + (" or off" if one.switch else "")
                said.setdefault(one.name, f"{one.name} {_ends(one.low, one.high)} {scale}")
    if said:
        listed = ", ".join(list(said.values())[:_SHOWN])
        more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
        yield (
            f"Ranges read from the trials, as far as these reach: {listed}{more}. Those that were "
            "searched are told by --param NAME:LOW:HIGH:SCALE."
        )


def _ends(low: float, high: float) -> str:
    return " to ".join(plain(float(f"{end:.4g}")) for end in (low, high))


def _fixed_notes(read: ReadTrials, arms: Sequence[Arm]) -> Iterator[str]:
    varied = {one.name for arm in arms for one in arm.parameters}
    fixed: dict[str, Any] = {}
    for row in read.rows:
        fixed |= {name: value for name, value in row.params.items() if name not in varied}
    if fixed:
        yield f"The same in every trial, so not tuned: {_listed(fixed)}."


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _shortened(mistakes: Sequence[Mistake], name: str) -> Sequence[Mistake]:
    if len(mistakes) <= _MOST_SHOWN:
        return mistakes
    n = len(mistakes) - _MOST_SHOWN
    more = Mistake(message=f"and {n} more", where=name, todo="mend these first")
    return (*mistakes[:_MOST_SHOWN], more)
