"""The fork server: imports once, forks a ready worker in milliseconds, tells how workers ended.

Started as `python -m trialist.execute.server CONTROL_FD`. It stays single-threaded, never touches
CUDA, and never forks its coordinator: what the user's program did before does not matter here.
"""

from __future__ import annotations

import gc
import importlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from trialist.execute.channel import Channel
from trialist.execute.load import TrialSource, load_function
from trialist.execute.orphan import die_with_parent
from trialist.execute.threads import give_threads, thread_variables
from trialist.execute.worker import Worker
from trialist.values.errors import TrialLoadError

_START_ANEW = frozenset({"jemalloc_bg_thd"})
"""Threads that their library starts again in a child: jemalloc's, which comes with pyarrow."""

_IMPORTED_OBJECTS = 200_000


class ForkServer:
    """Serves one coordinator over its control channel."""

    def __init__(self, control: Channel) -> None:
        self._control = control
        self._children: set[int] = set()
        hello = control.receive()
        die_with_parent(hello["parent"])
        self._threads: int = hello["threads"]
        self._preload_function: bool = hello["preload_function"]
        self._source = TrialSource.from_dict(hello["trial"])
        self._function: Callable[..., Any] | None = None
        with _rare_collections():
            for name in hello["preload"]:
                with suppress(ImportError):  # the trial's own import will say it
                    importlib.import_module(name)

    def serve(self) -> None:
        """Load the trial, then fork workers on demand until the coordinator is gone."""
        if self._preload_function and not self._load():
            return
        self._control.send({"loaded": True})
        wake = _wake_on_child()
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            with suppress(EOFError, ConnectionError):  # at reading, or at telling
                while True:
                    ready = [key.fileobj for key, _ in selector.select()]
                    if wake in ready:
                        wake.recv(4096)
                        self._reap()
                    if self._control in ready:
                        self._take_order()
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _load(self) -> bool:
        try:
            with _rare_collections():
                self._function = load_function(self._source)
        except TrialLoadError as error:
            mistake = error.mistakes[0]
            self._control.send({"error": [mistake.message, mistake.where, mistake.todo]})
            return False
        if _may_fork():
            return True
        self._control.send({"loaded": False})  # asked again without the user's module
        return False

    def _take_order(self) -> None:
        order, file = self._control.receive_with_file()
        if file is None:
            raise EOFError
        server = os.getpid()
        _flush()  # else every worker would print again what waits in the buffers
        pid = os.fork()
        if pid == 0:
            self._become_worker(file, server, order.get("devices"))
        os.close(file)
        self._children.add(pid)
        self._control.send({"forked": order["fork"], "pid": pid})

    def _become_worker(self, file: int, server: int, devices: str | None) -> None:
        # Runs in the child and never returns: os._exit keeps the server's clean-up out of it.
        try:
            die_with_parent(server)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            if devices is not None:
                os.environ["CUDA_VISIBLE_DEVICES"] = devices
            os.environ.update(thread_variables(self._threads))
            function = self._function or load_function(self._source)
            give_threads(self._threads)
            # A library that a run imports late, through another one, would be unseeded in the first
            # run of a worker and seeded in the next.
            importlib.import_module("numpy")
            _flush()  # what importing printed belongs to no run
            channel = Channel(socket.socket(fileno=file))
            Worker(channel, function, threads=self._threads).work()
        except BaseException as error:  # noqa: BLE001 — the border of the process
            sys.stderr.write(f"worker {os.getpid()}: {type(error).__name__}: {error}\n")
            sys.stderr.flush()
        os._exit(1)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self._control.send({"exited": pid, "code": os.waitstatus_to_exitcode(status)})


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Search for garbage seldom while modules are imported: that is a fifth of torch's import.

    What was imported is not searched again, so that workers share its memory with the server.
    """
    before = gc.get_threshold()
    gc.set_threshold(_IMPORTED_OBJECTS, *before[1:])
    try:
        yield
    finally:
        if gc.get_threshold()[0] == _IMPORTED_OBJECTS:  # else the user's module has set its own
            gc.set_threshold(*before)
        gc.freeze()


def _may_fork() -> bool:
    """Tell whether forking is safe: no other thread that would be missing, no CUDA context."""
    if any(name not in _START_ANEW for name in _other_threads()):
        return False
    torch: Any = sys.modules.get("torch")
    return torch is None or not torch.cuda.is_initialized()


def _other_threads() -> list[str]:
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return []
    own = str(os.getpid())
    return [(task / "comm").read_text().strip() for task in tasks.iterdir() if task.name != own]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError, OSError):  # the user's module may have closed it
            stream.flush()


def _wake_on_child() -> socket.socket:
    here, there = socket.socketpair()
    for end in (here, there):
        end.settimeout(0)
    signal.set_wakeup_fd(there.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
    return here


def main() -> None:
    """Run the server on the control descriptor given as the argument."""
    ForkServer(Channel(socket.socket(fileno=int(sys.argv[1])))).serve()


if __name__ == "__main__":
    main()
