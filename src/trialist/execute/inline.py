"""Runs made in the calling process, one after the other: for functions that cannot be imported."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from trialist.execute.bykeyword import as_trial
from trialist.execute.executor import Ended, Event
from trialist.execute.monitor import OwnSampler
from trialist.execute.task import Task
from trialist.execute.together import make


class InlineExecutor:
    """An executor without processes: `poll` makes the submitted attempt, then returns."""

    workers = 1

    def __init__(
        self, function: Callable[..., Any], *, threads: int, interrupted: Callable[[], bool]
    ) -> None:
        self._function = as_trial(function)
        self._threads = threads
        self._interrupted = interrupted
        self._waiting: list[tuple[Task, ...]] = []

    def submit(self, *tasks: Task) -> None:
        """Keep a task, or a stack of them, for the next `poll`."""
        self._waiting.append(tasks)

    def poll(self, timeout: float) -> list[Event]:
        """Make one attempt, or those of one stack, if one is waiting."""
        if not self._waiting:
            time.sleep(min(timeout, 0.01))
            return []
        tasks = self._waiting.pop(0)
        events: list[Event] = []
        make(
            tasks,
            self._function,
            stop=lambda _task: self._interrupted(),
            threads=self._threads,
            ended=lambda task, attempt: events.append(Ended(task=task, attempt=attempt)),
            watch=lambda task: OwnSampler(task.directory),
        )
        return events

    def cancel(self, task: Task) -> None:
        """Forget a task that has not begun."""
        left = (tuple(one for one in tasks if one != task) for tasks in self._waiting)
        self._waiting = [tasks for tasks in left if tasks]

    def kill(self, task: Task) -> None:
        """Forget a task that has not begun."""
        self.cancel(task)

    def close(self) -> None:
        """Nothing is open."""
