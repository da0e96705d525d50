"""A warm worker: a forked process that makes one attempt, or stack of them, after the other."""

from __future__ import annotations

import io
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from trialist.execute.channel import Channel
from trialist.execute.task import Task
from trialist.execute.together import make
from trialist.ledger.attempts import Attempt
from trialist.train.determinism import torch_reset


class Worker:
    """Takes tasks from its channel until the channel closes.

    A thread listens for "stop" while a task runs; when the coordinator is gone it ends the
    process at once.
    """

    def __init__(self, channel: Channel, function: Callable[..., Any], *, threads: int) -> None:
        self._channel = channel
        self._function = function
        self._threads = threads
        self._reset = _process_reset(threads)
        self._stopped: set[Path] = set()
        self._arrived = threading.Condition()
        self._waiting: list[tuple[Task, ...]] = []

    def work(self) -> None:
        """Run tasks for ever."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # a killed run keeps what it printed
        threading.Thread(target=self._listen, daemon=True).start()
        self._channel.send({"ready": os.getpid()})
        while True:
            tasks = self._next_tasks()
            self._reset()
            with _output_to([task.directory for task in tasks]), warnings.catch_warnings():
                self._make(tasks)

    def _make(self, tasks: Sequence[Task]) -> None:
        def ended(task: Task, attempt: Attempt) -> None:
            self._channel.send({"ended": attempt.to_dict(), "number": tasks.index(task)})

        make(
            tasks,
            self._function,
            stop=lambda task: task.directory in self._stopped,
            threads=self._threads,
            ended=ended,
        )

    def _listen(self) -> None:
        while True:
            try:
                message = self._channel.receive()
            except (EOFError, OSError):
                os._exit(1)
            if "stop" in message:
                self._stopped.add(Path(message["stop"]))
            else:
                with self._arrived:
                    self._stopped.clear()
                    self._waiting.append(tuple(map(Task.from_dict, message["tasks"])))
                    self._arrived.notify()

    def _next_tasks(self) -> tuple[Task, ...]:
        with self._arrived:
            while not self._waiting:
                self._arrived.wait()
            return self._waiting.pop(0)


def _process_reset(threads: int) -> Callable[[], None]:
    """Give what puts this process back into the state it has now."""
    folder = Path.cwd()
    variables = dict(os.environ)
    streams = (sys.stdout, sys.stderr)
    reset_torch = torch_reset(threads)

    def reset() -> None:
        os.chdir(folder)
        if dict(os.environ) != variables:
            os.environ.clear()
            os.environ.update(variables)
        sys.stdout, sys.stderr = streams
        reset_torch()

    return reset


@contextmanager
def _output_to(directories: Sequence[Path]) -> Iterator[None]:
    """Send what the trial prints into files of its own folder; a stack's into those of all."""
    directory, *others = directories
    streams = [sys.stdout, sys.stderr]
    before = (os.dup(1), os.dup(2))
    for number, name in ((1, "stdout.log"), (2, "stderr.log")):
        file = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(file, number)
        os.close(file)
        for other in others:
            with suppress(OSError):  # a file system without links has it in the first folder
                os.link(directory / name, other / name)
    try:
        yield
    finally:
        # The trial may have put others in their place, or closed them.
        for stream in (*streams, sys.stdout, sys.stderr):
            with suppress(ValueError, OSError, AttributeError):
                stream.flush()
        for number, file in zip((1, 2), before, strict=True):
            os.dup2(file, number)
            os.close(file)
