"""The one way in which the loop gets attempts made, wherever that happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from trialist.execute.task import Task
from trialist.ledger.attempts import Attempt
from trialist.values.events import FailureKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An attempt wrote its end line."""

    task: Task
    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """An attempt's worker died, or was ended, before the end line."""

    task: Task
    failure: FailureKind
    message: str


Event = Ended | Died


class Executor(Protocol):
    """Takes tasks, gives events. Not thread-safe."""

    @property
    def workers(self) -> int:
        """How many tasks, or stacks of them, can run at the same time."""
        ...

    def submit(self, *tasks: Task) -> None:
        """Begin a task, or those of one stack; the caller keeps count of the free workers."""
        ...

    def poll(self, timeout: float) -> list[Event]:
        """Give what happened, after at most `timeout` seconds."""
        ...

    def cancel(self, task: Task) -> None:
        """Ask a task to end at its next step."""
        ...

    def kill(self, task: Task) -> None:
        """End a task now."""
        ...

    def close(self) -> None:
        """End everything."""
        ...


class IdleExecutor:
    """An executor without workers: for a study whose runs are all there."""

    workers = 0

    def submit(self, *tasks: Task) -> None:
        """Refuse: there is nobody to run it."""
        raise RuntimeError(f"no worker for {tasks[0].name}")

    def poll(self, timeout: float) -> list[Event]:
        """Nothing happens."""
        del timeout
        return []

    def cancel(self, task: Task) -> None:
        """Nothing runs."""

    def kill(self, task: Task) -> None:
        """Nothing runs."""

    def close(self) -> None:
        """Nothing is open."""
