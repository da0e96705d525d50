"""Metrics on their way into the journal: names, numbers and steps are checked, cheaply."""

from __future__ import annotations

import operator
import threading
from collections.abc import Mapping
from typing import Any

from trialist.ledger.journal import JournalWriter
from trialist.values.errors import MetricError, TrialistError
from trialist.values.events import EventKind
from trialist.values.metric import metric_name


class Recorder:
    """Writes metric rows of one attempt and remembers the last value of each metric.

    Until the goal metric is there for the first time a mistake raises, so that it is seen in the
    first seconds; afterwards it becomes a finding, so that it never ends a long run.
    """

    def __init__(self, journal: JournalWriter, goal: str) -> None:
        self._journal = journal
        self._goal = goal
        # A function may log from several threads; re-entrant, for findings while logging.
        self._lock = threading.RLock()
        self._names: dict[str, str] = {}
        self._steps: dict[str, int] = {}
        self.last: dict[str, float] = {}
        self.last_step: int | None = None

    def log(self, values: Mapping[str, Any], step: int | None) -> None:
        """Write one row.

        Raises:
            MetricError: For a bad name, value or step, before the first evaluation.
        """
        with self._lock:
            self._log(values, step)

    def _log(self, values: Mapping[str, Any], step: int | None) -> None:
        at = self._step(step)
        row: dict[str, float] = {}
        for given, value in values.items():
            name = self._names.get(given) or self._named(given)
            number = value if type(value) is float else self._number(given, value)
            if name is None or number is None:
                continue
            if at <= self._steps.get(name, -1):
                self._step_back(name, at)
            row[name] = number
            self._steps[name] = at
        self._journal.metric(row, at)
        self.last.update(row)
        self.last_step = at

    def number(self, name: str, value: Any) -> float | None:
        """Give `value` as a float, or None with a finding where that cannot be."""
        return value if type(value) is float else self._number(name, value)

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

    def mistake(self, error: TrialistError) -> None:
        """Raise `error` before the first evaluation; afterwards record it as a finding."""
        with self._lock:
            self._mistake(error)

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
        self._mistake(MetricError(f"step is {step!r}, not a number from 0", todo="pass step=int"))
        return self.last_step or 0

    def _named(self, given: str) -> str | None:
        try:
            name = metric_name(given)
        except TrialistError as error:
            self._mistake(error)
            return None
        if name in self._names.values():
            old = next(key for key, value in self._names.items() if value == name)
            self._mistake(
                MetricError(f"{old!r} and {given!r} are both {name!r}", todo="rename one of them")
            )
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
        self._mistake(MetricError(f"metric {name!r} {what}", todo=todo))
        return None

    def _step_back(self, name: str, step: int) -> None:
        before = self._steps[name]
        what = "came twice at" if step == before else f"came at step {before}, then at"
        self._mistake(
            MetricError(f"metric {name!r} {what} step {step}", todo="pass a step= that only grows")
        )

    def _mistake(self, error: TrialistError) -> None:
        if not self.is_evaluated:
            raise error
        self.finding(str(error.mistakes[0].message))
