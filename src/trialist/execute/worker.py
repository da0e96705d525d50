"""A warm worker: a forked process that makes one attempt after the other."""

from __future__ import annotations

import io
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from trialist.execute.attempt import run_attempt
from trialist.execute.channel import Channel
from trialist.execute.task import Task
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
        self._stop = threading.Event()
        self._arrived = threading.Condition()
        self._tasks: list[Task] = []

    def work(self) -> None:
        """Run tasks for ever."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # a killed run keeps what it printed
        threading.Thread(target=self._listen, daemon=True).start()
        self._channel.send({"ready": os.getpid()})
        while True:
            task = self._next_task()
            self._reset()
            with _output_to(task.directory), warnings.catch_warnings():
                attempt = run_attempt(
                    task,
                    self._function,
                    stop=self._stop.is_set,
                    threads=self._threads,
                )
            self._channel.send({"ended": attempt.to_dict()})

    def _listen(self) -> None:
        while True:
            try:
                message = self._channel.receive()
            except (EOFError, OSError):
                os._exit(1)
            if "stop" in message:
                self._stop.set()
            else:
                with self._arrived:
                    self._stop.clear()
                    self._tasks.append(Task.from_dict(message["task"]))
                    self._arrived.notify()

    def _next_task(self) -> Task:
        with self._arrived:
            while not self._tasks:
                self._arrived.wait()
            return self._tasks.pop(0)


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
def _output_to(directory: Path) -> Iterator[None]:
    """Send what the trial prints into files of its own folder."""
    streams = [sys.stdout, sys.stderr]
    before = (os.dup(1), os.dup(2))
    for number, name in ((1, "stdout.log"), (2, "stderr.log")):
        file = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(file, number)
        os.close(file)
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
