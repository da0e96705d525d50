"""Evaluating trained runs: every task once, on as many workers as there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trialist.execute.executor import Died, Executor
from trialist.execute.task import Task
from trialist.ledger.closing import Closing, write_closing
from trialist.values.events import RunStatus

_WAIT_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A task that gave no result.

    Attributes:
        task: The task.
        message: Why.
    """

    task: Task
    message: str


def evaluate_all(
    executor: Executor, tasks: Sequence[Task], *, told: Callable[[Task], None]
) -> tuple[Failed, ...]:
    """Make every task; give those that failed, once all are through.

    Args:
        executor: Makes them.
        tasks: What to make; their folders exist.
        told: Called with each task that is through.
    """
    waiting, running = list(tasks), 0
    failed: list[Failed] = []
    while waiting or running:
        while waiting and running < executor.workers:
            executor.submit(waiting.pop(0))
            running += 1
        for event in executor.poll(_WAIT_S):
            running -= 1
            told(event.task)
            if isinstance(event, Died):
                closing = Closing(
                    status=RunStatus.FAILED, failure=event.failure, message=event.message
                )
                write_closing(event.task.directory, closing)
                failed.append(Failed(task=event.task, message=event.message))
            elif not event.attempt.status.has_result:
                message = event.attempt.message or event.attempt.status.value
                failed.append(Failed(task=event.task, message=message))
    return tuple(failed)
