"""A program that never outlives its worker: neither it nor anything that it has started.

Between worker and program stands a guard, a forked child of the worker. It starts the program in a
session of its own, hears at once when the worker is gone, however it was ended, and adopts what the
program leaves behind.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from trialist.execute.command.launch import Launch

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_POLL_S = 0.02
"""How often the guard looks where the kernel cannot tell it that the program has ended."""
_CHUNK = 1 << 16
_LEFT_OPEN_S = 0.2
"""How long output of a terminal is waited for once the program is gone."""

TERM, KILL = b"T", b"K"
ROWS, COLUMNS = 50, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a program ended.

    Attributes:
        code: Its exit code; negative: the signal that ended it; None: nobody knows.
        error: Why it could not be started; None where it was.
    """

    code: int | None
    error: str | None = None


class Program:
    """A program that was started; leaving the `with` block ends it.

    Args:
        launch: What to start.
        output: The folder of stdout.log and stderr.log; they grow as the program prints.
        terminal: True gives it a pseudo-terminal, whose output is all in stdout.log.
    """

    def __init__(self, launch: Launch, output: Path, *, terminal: bool) -> None:
        self._exit: Exit | None = None
        self._said = b""
        self._pid: int | None = None
        here, there = os.pipe()
        life, self._life = os.pipe()
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)  # should the guard itself be ended
        _flush()
        with warnings.catch_warnings():
            # The worker's second thread only waits for its socket, and the guard never asks it.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._guard = os.fork()
        if self._guard == 0:
            try:
                os.close(here)
                os.close(self._life)
                _Guard(life, there).stand(launch, output, terminal=terminal)
            finally:
                os._exit(0)
        os.close(there)
        os.close(life)
        self._status = here

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._life)  # the guard ends all that is left
        os.waitpid(self._guard, 0)
        if self._pid is not None:  # the guard itself was ended
            _end_group(self._pid)
            _end_children()
        os.close(self._status)

    def wait(self, timeout: float) -> Exit | None:
        """Give how the program ended; None where it still runs after `timeout` seconds."""
        if self._exit is None and select.select([self._status], [], [], timeout)[0]:
            self._hear(os.read(self._status, _CHUNK))
        return self._exit

    def signal(self, how: bytes) -> None:
        """Send `TERM` or `KILL` to the program and its group."""
        with suppress(BrokenPipeError):
            os.write(self._life, how)

    def _hear(self, said: bytes) -> None:
        if not said:  # somebody has ended the guard
            self._exit = Exit(code=None)
            return
        *lines, self._said = (self._said + said).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "pid" in message:
                self._pid = message["pid"]
            else:
                self._exit = Exit(**message)
                self._pid = None


class _Guard:
    """The forked child: it does not return."""

    def __init__(self, life: int, status: int) -> None:
        self._life = life
        self._status = status
        self._screen: int | None = None
        self._output = -1

    def stand(self, launch: Launch, output: Path, *, terminal: bool) -> None:
        os.setsid()  # a signal to the worker's group is not for the guard
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Not SIG_IGN: the program would inherit that.
            signal.signal(number, lambda _number, _frame: None)
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        try:
            program = self._start(launch, output, terminal=terminal)
        except OSError as error:
            self._tell(code=None, error=f"{error.strerror} ({error.filename})")
            return
        except ValueError as error:  # a null byte in a word
            self._tell(code=None, error=str(error))
            return
        self._tell(pid=program.pid)
        code = self._watch(program)
        _end_group(program.pid)
        _end_children()
        if self._screen is not None:
            self._drain()
        self._tell(code=code)

    def _start(self, launch: Launch, output: Path, *, terminal: bool) -> subprocess.Popen[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._output = os.open(output / "stdout.log", flags, 0o644)
        errors = os.open(output / "stderr.log", flags, 0o644)
        stdin, streams = subprocess.DEVNULL, (self._output, errors)
        if terminal:
            self._screen, stdin = os.openpty()
            fcntl.ioctl(stdin, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            streams = (stdin, stdin)
        program = subprocess.Popen(
            launch.argv,
            cwd=launch.cwd,
            env={**os.environ, **launch.env},
            stdin=stdin,
            stdout=streams[0],
            stderr=streams[1],
            start_new_session=True,
            preexec_fn=_before_exec(os.getpid(), terminal=terminal),  # noqa: PLW1509 — one thread
        )
        os.close(errors)
        if terminal:
            os.close(stdin)
        return program

    def _watch(self, program: subprocess.Popen[bytes]) -> int:
        """Wait for the program's end, and bring it about when the worker is gone."""
        end = _end_file(program.pid)
        while (code := program.poll()) is None:
            files = [self._life, *(one for one in (end, self._screen) if one is not None)]
            ready = select.select(files, [], [], None if end is not None else _POLL_S)[0]
            if self._screen in ready:
                self._copy()
            if self._life in ready:
                self._obey(program, os.read(self._life, 1))
        if end is not None:
            os.close(end)
        return code

    def _obey(self, program: subprocess.Popen[bytes], order: bytes) -> None:
        number = signal.SIGTERM if order == TERM else signal.SIGKILL
        with suppress(ProcessLookupError):
            os.killpg(program.pid, number)
        if not order:  # the worker is gone
            program.wait()
            _end_group(program.pid)
            _end_children()
            os._exit(0)

    def _copy(self) -> bool:
        """Copy what the terminal shows into the output; tell whether there was anything."""
        try:
            data = os.read(self._screen or 0, _CHUNK)
        except OSError:  # nobody has the terminal open any more
            data = b""
        os.write(self._output, data)
        if not data:
            self._screen = None
        return bool(data)

    def _drain(self) -> None:
        deadline = time.monotonic() + _LEFT_OPEN_S
        while self._screen is not None and time.monotonic() < deadline:
            if select.select([self._screen], [], [], _POLL_S)[0]:
                self._copy()

    def _tell(self, **message: Any) -> None:
        with suppress(OSError):  # the worker is gone
            os.write(self._status, json.dumps(message).encode() + b"\n")


def _before_exec(parent: int, *, terminal: bool) -> Callable[[], None]:
    """Give what the program does before it becomes itself."""

    def prepare() -> None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        if terminal:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    return prepare


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_file(pid: int) -> int | None:
    """Give a descriptor that becomes readable when a process ends; None where there is none."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _end_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _end_children() -> None:
    """End what the program has left behind and this process has adopted."""
    while _has_children():
        import psutil

        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
        time.sleep(0.001)


def _has_children() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError, OSError, AttributeError):
            stream.flush()
