"""Several attempts at runs of one task in this process: one loop for all, a journal for each."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, redirect_stderr
from typing import Any, NoReturn

from trialist.execute.attempt import OpenAttempt, only_this_process, run_attempt
from trialist.execute.task import Task, Together
from trialist.ledger.attempts import Attempt
from trialist.ledger.leases import AttemptLease
from trialist.train.deterministic import deterministic
from trialist.train.seeding import seed_everything


def make(
    tasks: Sequence[Task],
    function: Callable[..., Any],
    *,
    stop: Callable[[Task], bool],
    threads: int,
    ended: Callable[[Task, Attempt], None],
    watch: Callable[[Task], Callable[[], None]] | None = None,
) -> None:
    """Make one attempt, or those of one stack; `ended` hears of each whose end line is on disk.

    Args:
        tasks: One by itself, or one or more of a stack; their folders hold no journal yet.
        function: The trial function; for a stack a `trialist.train.Task`.
        stop: Tells whether the run of a task is to end early.
        threads: Recorded with the runs.
        ended: Hears of each attempt that has ended.
        watch: Gives what is called behind each row of a task; None where they are watched from
            outside.
    """
    first = tasks[0]
    if first.together is not None:
        run_together(tasks, function, stop=stop, threads=threads, ended=ended, watch=watch)
        return
    attempt = run_attempt(
        first,
        function,
        stop=lambda: stop(first),
        threads=threads,
        watch=None if watch is None else watch(first),
    )
    ended(first, attempt)


def run_together(
    tasks: Sequence[Task],
    recipe: Any,
    *,
    stop: Callable[[Task], bool],
    threads: int,
    ended: Callable[[Task, Attempt], None],
    watch: Callable[[Task], Callable[[], None]] | None = None,
) -> None:
    """Make the attempts of one stack; each one's end line is on disk when `ended` hears of it.

    What happens to one is its own: its rows, checkpoints, stop and divergence. An error that the
    training raises ends all of them.

    Args:
        tasks: One or more of one stack; their folders must exist and hold no journal.
        recipe: The `trialist.train.Task`.
        stop: Tells whether the run of a task is to end early.
        threads: Recorded with the runs.
        ended: Hears of each attempt that has ended.
        watch: Gives what is called behind each row of a task; None where they are watched from
            outside.
    """
    with ExitStack() as leases:
        for task in tasks:
            leases.enter_context(AttemptLease(task.directory))
        _Stack(tasks, recipe, stop=stop, threads=threads, ended=ended, watch=watch).run()


class _Stack:
    def __init__(
        self,
        tasks: Sequence[Task],
        recipe: Any,
        *,
        stop: Callable[[Task], bool],
        threads: int,
        ended: Callable[[Task, Attempt], None],
        watch: Callable[[Task], Callable[[], None]] | None,
    ) -> None:
        self._recipe, self._threads, self._ended = recipe, threads, ended
        self._tasks = {_place(task).place: task for task in sorted(tasks, key=_row)}
        self._opened = {
            place: OpenAttempt(
                task,
                recipe,
                stop=lambda task=task: stop(task),  # type: ignore[misc]  # bound now
                threads=threads,
                watch=None if watch is None else watch(task),
            )
            for place, task in self._tasks.items()
        }
        self._began = time.perf_counter()

    def run(self) -> None:
        first = next(iter(self._tasks.values()))
        seed_everything(first.seeds.train)
        with (
            only_this_process(),
            deterministic(first.determinism, threads=self._threads, told=self._tell),
        ):
            try:
                self._train(_place(first))
            except BaseException as error:  # noqa: BLE001 — the border of user code
                self._fail(error)

    def _train(self, stack: Together) -> None:
        from trialist.train.replicates.replicateloop import ReplicateLoop

        for opened in self._opened.values():
            opened.handle.should_stop()  # who asks for it is not stopped by an exception
        filling = next(iter(self._opened.values())).handle.config
        handles = [
            self._opened[place].handle if place in self._opened else None
            for place in range(stack.size)
        ]
        loop = ReplicateLoop(
            self._recipe,
            [filling if handle is None else handle.config for handle in handles],
            handles,
            backend=stack.backend,
            on_end=self._trained,
            restack=False,
        )
        for place, fit in zip(tuple(self._tasks), loop.run(), strict=True):
            if place in self._opened:
                self._trained(place, fit)

    def _fail(self, error: BaseException) -> None:
        if not self._opened:
            raise error
        first, *others = tuple(self._opened)
        self._end(first, _raising(error))
        with redirect_stderr(io.StringIO()):  # its traceback is the same for all
            for place in others:
                self._end(place, _raising(error))

    def _trained(self, place: int, fit: Any) -> None:
        self._end(place, lambda _config, run: self._recipe.told(fit, run))

    def _end(self, place: int, function: Callable[..., Any]) -> None:
        opened, task = self._opened.pop(place), self._tasks[place]
        outcome = opened.outcome_of(function)
        share = (time.perf_counter() - self._began) / len(self._tasks)
        self._ended(task, opened.end(outcome, seconds=share))

    def _tell(self, message: str) -> None:
        for opened in self._opened.values():
            opened.recorder.finding(message)


def _place(task: Task) -> Together:
    if task.together is None:
        raise RuntimeError(f"{task.name} has no place in a stack")
    return task.together


def _row(task: Task) -> int:
    return _place(task).place


def _raising(error: BaseException) -> Callable[..., NoReturn]:
    def function(_config: Any, _run: Any) -> NoReturn:
        raise error

    return function
