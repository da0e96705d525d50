"""Metrics on their way into the journal: names, numbers and steps are checked, cheaply."""

from __future__ import annotations

import operator
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from trialist.ledger.journal import JournalWriter
from trialist.ledger.mergedrows import Row
from trialist.values.errors import MetricError, TrialistError
from trialist.values.events import EventKind
from trialist.values.metric import Names, metric_name


class Recorder:
    """Writes metric rows of one attempt and remembers the last value of each metric.

    Until the goal metric is there for the first time a mistake raises, so that it is seen in the
    first seconds; afterwards it becomes a finding, so that it never ends a long run. One that comes
    at every step is told the first, the tenth, the hundredth time; a row whose step did not grow
    is kept, and marked.
    """

    def __init__(self, journal: JournalWriter, goal: str, *, names: Names = Names.MAPPED) -> None:
        self._journal = journal
        self._goal = goal
        self._is_strict = names is Names.STRICT
        # A function may log from several threads; re-entrant, for findings while logging.
        self._lock = threading.RLock()
        self._names: dict[str, str] = {}
        self._steps: dict[str, int] = {}
        self._mistaken: Counter[str] = Counter()
        self.last: dict[str, float] = {}
        self.last_step: int | None = None
        self.after_row: Callable[[], None] | None = None
        """Called behind each row: it measures a run that nobody watches from outside."""

    def log(self, values: Mapping[str, Any], step: int | None) -> None:
        """Write one row.

        Raises:
            MetricError: For a bad name, value or step, before the first evaluation.
        """
        with self._lock:
            self._log(values, step)
            if self.after_row is not None:
                self.after_row()

    def _log(self, values: Mapping[str, Any], step: int | None) -> None:
        at = self._step(step)
        row: dict[str, float] = {}
        back: list[str] = []
        for given, value in values.items():
            name = self._names.get(given) or self._named(given)
            number = value if type(value) is float else self._number(given, value)
            if name is None or number is None:
                continue
            if at <= self._steps.get(name, -1):
                self._step_back(name, at)
                back.append(name)
            row[name] = number
            self._steps[name] = at
        self._journal.metric(row, at, back=back)
        self.last.update(row)
        self.last_step = at

    def finding(self, message: str) -> None:
        """Record a finding at the last step."""
        with self._lock:
            self._journal.finding(message, step=self.last_step)

    def event(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event of any kind as it is."""
        with self._lock:
            self._journal.event(kind, fields)

    def record(self, kind: EventKind, fields: Mapping[str, Any]) -> None:
        """Write a line that names a file; it is on disk when this returns."""
        with self._lock:
            self._journal.record(kind, fields)

    def sync(self) -> None:
        """Have everything that was logged survive a power loss."""
        with self._lock:
            self._journal.sync()

    def state(self) -> dict[str, Any]:
        """Give what is known of the metrics, for a checkpoint."""
        with self._lock:
            return {
                "last": dict(self.last),
                "last_step": self.last_step,
                "names": dict(self._names),
                "steps": dict(self._steps),
            }

    def go_on(self, state: Mapping[str, Any]) -> None:
        """Know again what `state` gave, so that steps go on from there."""
        with self._lock:
            self.last = dict(state["last"])
            self.last_step = state["last_step"]
            self._names = dict(state["names"])
            self._steps = dict(state["steps"])

    def go_on_after(self, rows: Iterable[Row]) -> None:
        """Know what earlier attempts logged, where another process of the run has restored."""
        with self._lock:
            for row in rows:
                self.last.update(row.values)
                self.last_step = row.step
                self._names.update({name: name for name in row.values})
                self._steps.update(dict.fromkeys(row.values, row.step))

    def mistake(self, error: TrialistError) -> None:
        """Raise `error` before the first evaluation; afterwards record it as a finding."""
        with self._lock:
            self._mistake(error, str(error.mistakes[0].message))

    @property
    def is_evaluated(self) -> bool:
        """True from the first evaluation on: then a mistake no longer ends the run."""
        return self._goal in self.last

    @property
    def is_trained(self) -> bool:
        """True from the first evaluation after step 0 on: what it says depends on the training."""
        return self._steps.get(self._goal, 0) > 0

    def _step(self, step: int | None) -> int:
        if step is None:
            return 0 if self.last_step is None else self.last_step
        try:
            at = operator.index(step)  # NumPy's and torch's whole numbers count too
        except TypeError:
            at = -1
        if at >= 0:
            return at
        error = MetricError(f"step is {step!r}, not a number from 0", todo="pass step=int")
        self._mistake(error, "step")
        return self.last_step or 0

    def _named(self, given: str) -> str | None:
        try:
            name = metric_name(given)
        except TrialistError as error:
            self._mistake(error, f"name {given}")
            return None
        if self._is_strict and name != given:
            said = f"metric {given!r} is not called so in this study, which says names: strict"
            self._mistake(MetricError(said, todo=f"call it {name!r}"), f"name {given}")
            return None
        if name in self._names.values():
            old = next(key for key, value in self._names.items() if value == name)
            said = f"{old!r} and {given!r} are both {name!r}"
            self._mistake(MetricError(said, todo="rename one of them"), said)
            return None
        if name != given:
            self._journal.note(f"{given!r} is recorded as {name!r}")
        self._names[given] = name
        return name

    def _number(self, name: str, value: Any) -> float | None:
        if not isinstance(value, (str, bytes)):
            try:
                return float(value)
            except (TypeError, ValueError, OverflowError, RuntimeError):
                pass  # arrays with many elements, objects: said below
        shape = getattr(value, "shape", None)
        what = f"has shape {tuple(shape)}" if shape is not None else f"is {value!r:.60}"
        todo = "log one number, for example loss.mean()" if shape is not None else "log a number"
        self._mistake(MetricError(f"metric {name!r} {what}", todo=todo), f"value {name}")
        return None

    def _step_back(self, name: str, step: int) -> None:
        before = self._steps[name]
        is_twice = step == before
        what = "came twice at" if is_twice else f"came at step {before}, then at"
        self._mistake(
            MetricError(f"metric {name!r} {what} step {step}", todo="pass a step= that only grows"),
            f"{'twice' if is_twice else 'back'} {name}",
        )

    def _mistake(self, error: TrialistError, about: str) -> None:
        if not self.is_evaluated:
            raise error
        self._mistaken[about] += 1
        times = self._mistaken[about]
        if times == 1:
            self.finding(str(error.mistakes[0].message))
        elif times == 10 ** (len(str(times)) - 1):
            self.finding(f"{error.mistakes[0].message}, and so for the {times:,}th time")
