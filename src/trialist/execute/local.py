"""The local pool: warm workers behind a fork server; one that dies is replaced in milliseconds."""

from __future__ import annotations

import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.execute.channel import Channel
from trialist.execute.command.clashes import OWN_OUTPUT, own_output
from trialist.execute.executor import Died, Ended, Event
from trialist.execute.footprint import Footprint, end_tree, footprint_of
from trialist.execute.limits import Limits
from trialist.execute.load import TrialSource
from trialist.execute.monitor import Monitor
from trialist.execute.task import Task
from trialist.execute.threads import thread_variables
from trialist.ledger.attempts import Attempt
from trialist.ledger.output import last_lines, quoted
from trialist.values.errors import TrialLoadError
from trialist.values.events import FailureKind

_EXIT_KNOWN_WITHIN_S = 2.0
_STARTS = 3
"""How often a server is started that somebody kills before it is ready."""


@dataclass(slots=True, eq=False)
class _Place:
    """One worker's place in the pool: the process may change, the place stays."""

    number: int
    channel: Channel
    pid: int | None = None
    tasks: tuple[Task, ...] = ()
    ended: set[int] = field(default_factory=set)
    since: float = 0.0
    footprint: Footprint | None = None
    ending: tuple[FailureKind, str] | None = None

    @property
    def left(self) -> tuple[Task, ...]:
        """What runs there, and has not ended."""
        return tuple(task for number, task in enumerate(self.tasks) if number not in self.ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """How the pool is to be set up.

    Attributes:
        trial: The trial function's source.
        workers: How many processes train at the same time.
        threads: CPU threads of each.
        timeout: Seconds that one attempt may take; None: no limit.
        memory: Bytes that it may hold, with all the processes it starts; None: no limit.
        preload: Modules that the fork server imports before the trial's.
        gpus: Names for CUDA_VISIBLE_DEVICES, dealt out in turn; empty: not set.
        log: Where the fork server's own output goes.
        inherit: Descriptors that every worker keeps open (the study's lock).
        check_code: Called before the trial is imported another time; raises if it changed.
        tell_group: Called with the process group of the server whenever one was started.
    """

    trial: TrialSource
    workers: int
    threads: int = 1
    timeout: float | None = None
    memory: int | None = None
    preload: tuple[str, ...] = ()
    gpus: tuple[str, ...] = ()
    log: Path = field(default_factory=lambda: Path(os.devnull))
    inherit: tuple[int, ...] = ()
    check_code: Callable[[], None] = lambda: None
    tell_group: Callable[[int], None] = lambda _group: None


class LocalPool:
    """An executor on this machine.

    Raises:
        TrialLoadError: At the start, if the trial function cannot be loaded.
    """

    def __init__(self, settings: PoolSettings) -> None:
        self._settings = settings
        self._limits = Limits(timeout=settings.timeout, memory=settings.memory)
        self._monitor = Monitor(self._gpus_of)
        self._exits: dict[int, int] = {}
        self._forked: dict[int, int] = {}
        self._renewed: set[int] = set()
        self._selector = selectors.DefaultSelector()
        self._start_server(preload_function=True)
        self._places = [self._hire(number) for number in range(settings.workers)]

    @property
    def workers(self) -> int:
        """How many tasks, or stacks of them, can run at the same time."""
        return self._settings.workers

    @property
    def group(self) -> int:
        """The process group of the server and all workers."""
        return self._server.pid

    def submit(self, *tasks: Task) -> None:
        """Begin a task, or those of one stack, on a free worker."""
        place = next(place for place in self._places if not place.left)
        place.tasks, place.ended = tasks, set()
        place.since, place.ending = time.monotonic(), None
        try:
            place.channel.send({"tasks": [task.to_dict() for task in tasks]})
        except OSError:
            return  # it died while idle: poll sees the closed channel and says so

    def poll(self, timeout: float) -> list[Event]:
        """Give what happened, after at most `timeout` seconds."""
        events: list[Event] = []
        every = self._limits.sampled_every
        for key, _ in self._selector.select(timeout if every is None else min(timeout, every)):
            if key.fileobj is self._control:
                self._hear_server()
            elif key.data in self._places:  # a place of an earlier server may be gone by now
                events += self._hear(key.data)
        for place in list(self._places):
            if self._pid_of(place) in self._exits:
                events += self._hear_out(place)
        self._end_excessive()
        for place in self._places:
            if place.left and place.footprint is not None:
                self._monitor.look(
                    place.number,
                    *(task.directory for task in place.tasks),
                    footprint=place.footprint,
                    since=place.since,
                )
        return events

    def cancel(self, task: Task) -> None:
        """Ask a task to end at its next step."""
        for place in self._places:
            if task in place.left:
                try:
                    place.channel.send({"stop": str(task.directory)})
                except OSError:
                    return

    def kill(self, task: Task) -> None:
        """End a task's worker now."""
        for place in self._places:
            if task in place.left:
                self._end_place(place, FailureKind.LOST, "ended by the coordinator")

    def close(self) -> None:
        """End the server and all workers."""
        self._end_server()
        for place in self._places:
            place.channel.close()
        self._selector.close()

    # -- the server ---------------------------------------------------------

    def _start_server(self, *, preload_function: bool) -> None:
        answer = self._loaded_server(preload_function=preload_function)
        if not answer["loaded"]:
            self._end_server()
            self._loaded_server(preload_function=False)
        self._selector.register(self._control, selectors.EVENT_READ, None)
        self._settings.tell_group(self.group)

    def _loaded_server(self, *, preload_function: bool) -> dict[str, Any]:
        for tries_left in reversed(range(_STARTS)):
            self._launch_server()
            try:
                return self._server_answer(preload_function=preload_function)
            except BaseException:
                killed = self._server.returncode == -signal.SIGKILL
                self._end_server()
                if not (killed and tries_left):
                    raise
        raise RuntimeError("a server is started at least once")

    def _launch_server(self) -> None:
        here, there = socket.socketpair()
        settings = self._settings
        with settings.log.open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "trialist.execute.server", str(there.fileno())],
                cwd=settings.trial.folder,
                env={
                    **os.environ,
                    **thread_variables(1),  # a pool of threads would not outlive the fork
                    OWN_OUTPUT: own_output(),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(there.fileno(), *settings.inherit),
                start_new_session=True,
            )
        there.close()
        self._control = Channel(here)

    def _hello(self, *, preload_function: bool) -> dict[str, Any]:
        return {
            "parent": os.getpid(),
            "threads": self._settings.threads,
            "preload": list(self._settings.preload),
            "preload_function": preload_function,
            "trial": self._settings.trial.to_dict(),
        }

    def _server_answer(self, *, preload_function: bool) -> dict[str, Any]:
        try:
            self._control.send(self._hello(preload_function=preload_function))
            answer: dict[str, Any] = self._control.receive()
        except (EOFError, OSError) as error:
            code = self._server.wait()
            raise TrialLoadError(
                f"the process that loads {self._settings.trial.text} ended with code {code}",
                where=str(self._settings.trial.place),
                todo="importing the module must not end the process" + self._last_words(),
            ) from error
        if "error" in answer:
            message, where, todo = answer["error"]
            raise TrialLoadError(message, where=where, todo=todo)
        return answer

    def _end_server(self) -> None:
        # It may never end by itself: the user's module can sleep, or leave threads behind.
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        self._control.close()

    def _last_words(self) -> str:
        # The log goes with the folder of a study that was never registered.
        return quoted(last_lines(self._settings.log))

    def _hear_server(self) -> None:
        try:
            for message in self._control.receive_ready():
                if "exited" in message:
                    self._note_exit(message["exited"], message["code"])
                elif "forked" in message:
                    self._forked[message["forked"]] = message["pid"]
        except EOFError:
            self._replace_server()

    def _note_exit(self, pid: int, code: int) -> None:
        if pid in self._renewed:
            self._renewed.discard(pid)
        else:
            self._exits[pid] = code

    def _replace_server(self) -> None:
        # Somebody ended the server; its workers went with it and report by their closed channels.
        self._selector.unregister(self._control)
        self._control.close()
        self._server.wait()
        self._settings.check_code()
        self._start_server(preload_function=True)

    # -- the workers --------------------------------------------------------

    def _hire(self, number: int) -> _Place:
        here, there = socket.socketpair()
        order = {"fork": number, "devices": next(iter(self._dealt(number)), None)}
        self._forked.pop(number, None)
        try:
            self._control.send(order, files=[there.fileno()])
        except OSError:
            self._replace_server()
            self._control.send(order, files=[there.fileno()])
        there.close()
        place = _Place(number, Channel(here))
        self._selector.register(place.channel, selectors.EVENT_READ, place)
        return place

    def _dealt(self, number: int) -> tuple[str, ...]:
        """Give what a worker's CUDA_VISIBLE_DEVICES is to be: one name, or none at all."""
        gpus = self._settings.gpus
        return (gpus[number % len(gpus)],) if gpus else ()

    def _gpus_of(self, number: int) -> tuple[str, ...]:
        return tuple(name for name in self._dealt(number) if name)

    def _hear(self, place: _Place) -> list[Event]:
        try:
            messages = place.channel.receive_ready()
        except EOFError:
            return self._bury(place)
        events: list[Event] = []
        for message in messages:
            if "ready" in message:
                place.pid = message["ready"]
                place.footprint = footprint_of(message["ready"])
            elif place.left:
                attempt = Attempt.from_dict(message["ended"])
                events.append(Ended(task=place.tasks[message["number"]], attempt=attempt))
                place.ended.add(message["number"])
                is_free = not place.left
                if is_free and place.footprint is not None and place.footprint.is_worn():
                    self._renew(place)
        return events

    def _renew(self, place: _Place) -> None:
        # Its closed channel ends the worker, between two runs: there is nothing to lose.
        if place.pid is not None:
            self._renewed.add(place.pid)
        self._selector.unregister(place.channel)
        place.channel.close()
        self._places[place.number] = self._hire(place.number)

    def _hear_out(self, place: _Place) -> list[Event]:
        # Its process is gone. A child that the trial forked may still hold the channel open, so
        # nobody waits for its end.
        events: list[Event] = []
        while select.select([place.channel], [], [], 0)[0]:
            events += self._hear(place)
            if place not in self._places:
                return events
        return events + self._bury(place)

    def _pid_of(self, place: _Place) -> int | None:
        return place.pid or self._forked.get(place.number)

    def _bury(self, place: _Place) -> list[Event]:
        self._selector.unregister(place.channel)
        place.channel.close()
        pid = self._pid_of(place)
        failure, message = place.ending or (FailureKind.CRASHED, self._exit_of(place))
        self._exits.pop(pid or 0, None)
        self._places[place.number] = self._hire(place.number)
        return [Died(task=task, failure=failure, message=message) for task in place.left]

    def _exit_of(self, place: _Place) -> str:
        deadline = time.monotonic() + _EXIT_KNOWN_WITHIN_S
        pid = self._pid_of(place)
        while pid is not None and pid not in self._exits and time.monotonic() < deadline:
            if not self._control_is_ready(0.05):
                continue
            self._hear_server()
        return _exit_words(self._exits.pop(pid, None) if pid is not None else None)

    def _control_is_ready(self, timeout: float) -> bool:
        ready = self._selector.select(timeout)
        return any(key.fileobj is self._control for key, _ in ready)

    def _end_excessive(self) -> None:
        now = time.monotonic()
        for place in self._places:
            if not place.left or place.ending is not None:
                continue
            found = self._limits.exceeded(
                seconds=now - place.since, footprint=place.footprint, n_runs=len(place.tasks)
            )
            if found is not None:
                self._end_place(place, *found)

    def _end_place(self, place: _Place, failure: FailureKind, message: str) -> None:
        place.ending = place.ending or (failure, message)
        pid = self._pid_of(place)
        if pid is not None:
            end_tree(pid)


def _exit_words(code: int | None) -> str:
    if code is None:
        return "the worker process is gone"
    if code < 0:
        hint = " (perhaps out of memory)" if code == -signal.SIGKILL else ""
        return f"the worker process was ended by signal {-code}{hint}"
    return f"the worker process exited with code {code}"
