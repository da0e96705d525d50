"""What a program says, on its way into its run: steps, and the value that counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from trialist.execute.command.matcher import Row
from trialist.ledger.mergedrows import Row as MergedRow
from trialist.values.errors import MetricError
from trialist.values.events import EventKind
from trialist.values.metric import metric_name
from trialist.values.metricsource import MetricSource, Take


class Reported(Protocol):
    """What takes the rows: the run, `execute.handle.Handle`."""

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Record metrics."""
        ...

    def finding(self, message: str) -> None:
        """Record something that a reader of the run should know."""
        ...

    def relay(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event of another kind as it is."""
        ...

    def earlier_rows(self) -> Iterable[MergedRow]:
        """Give what earlier attempts logged, as far as it counts for this one."""
        ...


class Feed:
    """Records rows with steps that grow, and keeps the value of the goal metric that counts.

    Rows without a step are counted, per metric. A step that comes again, as in a progress bar that
    is drawn anew, replaces its value; where steps go back, rows are counted from there on.

    Args:
        run: Takes the rows.
        goal: The source of the goal metric.
    """

    def __init__(self, run: Reported, goal: MetricSource) -> None:
        self._run = run
        self._goal = goal
        self._open: dict[int, dict[str, float]] = {}
        self._last: dict[str, int] = {}
        self._counted: set[str] = set()
        self.seen: dict[str, None] = {}
        self.value: float | None = None

    def give(self, rows: Iterable[Row]) -> None:
        """Take the rows that one line, or one file, says at once."""
        counted: dict[int, dict[str, float]] = {}
        for row in rows:
            self.seen[row.name] = None
            if row.step is not None and row.name not in self._counted:
                self._hold(row.name, row.value, row.step)
            else:
                step = self._last.get(row.name, 0) + 1
                counted.setdefault(step, {})[row.name] = row.value
                self._last[row.name] = step
        for step, values in counted.items():
            self._record(values, step)

    def flush(self) -> None:
        """Record what waits for the next step."""
        held, self._open = self._open, {}
        for step in sorted(held):
            self._record(held[step], step)

    # -- the side of `trialist.start_run` -------------------------------------

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Record what the program itself has logged."""
        self._run.log(values, step=step)
        for name, value in values.items():
            self._note(_house_name(name), float(value))

    def finding(self, message: str) -> None:
        """Record something that a reader of the run should know."""
        self._run.finding(message)

    def relay(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event of another kind as it is."""
        self._run.relay(kind, fields)
        if kind == EventKind.RESUMED:
            self._go_on()

    def _go_on(self) -> None:
        # What counts may have been said before the program was killed.
        for row in self._run.earlier_rows():
            for name, value in row.values.items():
                self._last[name] = row.step
                self._note(name, value)

    def _hold(self, name: str, value: float, step: int) -> None:
        if step not in self._open:
            self.flush()
        last = self._last.get(name, -1)
        if step < last:
            self._run.finding(
                f"the steps of {name} went back from {last} to {step}: its rows are counted from "
                "there on"
            )
            self._counted.add(name)
            self._last[name] = last + 1
            self._record({name: value}, last + 1)
        elif step > last or step in self._open:
            self._open.setdefault(step, {})[name] = value
            self._last[name] = step

    def _record(self, values: dict[str, float], step: int) -> None:
        self._run.log(values, step=step)
        for name, value in values.items():
            self._note(name, value)

    def _note(self, name: str, value: float) -> None:
        self.seen[name] = None
        if name != self._goal.name:
            return
        before, take = self.value, self._goal.take
        is_better = (
            take is Take.LAST
            or before is None
            or math.isnan(before)
            or (value > before if take is Take.HIGHEST else value < before)
        )
        self.value = value if is_better else before


def _house_name(name: str) -> str:
    try:
        return metric_name(name)
    except MetricError:
        return name
