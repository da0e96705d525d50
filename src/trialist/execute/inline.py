"""Runs made in the calling process, one after the other: for functions that cannot be imported."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from trialist.execute.attempt import run_attempt
from trialist.execute.bykeyword import as_trial
from trialist.execute.executor import Ended, Event
from trialist.execute.monitor import OwnSampler
from trialist.execute.task import Task


class InlineExecutor:
    """An executor without processes: `poll` makes the submitted attempt, then returns."""

    workers = 1

    def __init__(
        self, function: Callable[..., Any], *, threads: int, interrupted: Callable[[], bool]
    ) -> None:
        self._function = as_trial(function)
        self._threads = threads
        self._interrupted = interrupted
        self._waiting: list[Task] = []

    def submit(self, task: Task) -> None:
        """Keep a task for the next `poll`."""
        self._waiting.append(task)

    def poll(self, timeout: float) -> list[Event]:
        """Make one attempt, if one is waiting."""
        if not self._waiting:
            time.sleep(min(timeout, 0.01))
            return []
        task = self._waiting.pop(0)
        attempt = run_attempt(
            task,
            self._function,
            stop=self._interrupted,
            threads=self._threads,
            watch=OwnSampler(task.directory),
        )
        return [Ended(task=task, attempt=attempt)]

    def cancel(self, task: Task) -> None:
        """Forget a task that has not begun."""
        self._waiting = [one for one in self._waiting if one != task]

    def kill(self, task: Task) -> None:
        """Forget a task that has not begun."""
        self.cancel(task)

    def close(self) -> None:
        """Nothing is open."""
