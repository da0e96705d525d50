"""How much memory and CPU time a worker takes, with the processes that its run has started."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from trialist.execute.descendants import descendants

if TYPE_CHECKING:
    import psutil

GROWN_TIMES = 2.0
GROWN_BYTES = 200 * 1024**2
"""A worker that holds twice what it held after its first run, and this much more, is replaced."""
MOST_RUNS = 200
"""A worker is replaced after so many runs: about 20 ms, against whatever they have left behind."""
_CHILDREN_EVERY_S = 1.0


class Footprint:
    """One worker's memory, cheap enough to ask for several times a second."""

    def __init__(self, pid: int) -> None:
        import psutil

        self._process = psutil.Process(pid)
        self._children: list[psutil.Process] = []
        self._listed = -_CHILDREN_EVERY_S
        self._first: int | None = None
        self._n_runs = 0

    def own(self) -> int:
        """Give the bytes that the worker itself holds, its libraries with it; 0: it is gone."""
        return _resident(self._process)

    def whole(self) -> int:
        """Give the bytes of the worker and its children; new children count within a second."""
        return self.own() + sum(map(_resident, self._known_children()))

    def cpu_seconds(self) -> float:
        """Give the CPU time that the worker and its children have taken, also those that ended."""
        return sum(map(_taken, (self._process, *self._known_children())))

    def _known_children(self) -> list[psutil.Process]:
        now = time.monotonic()
        if now - self._listed >= _CHILDREN_EVERY_S:
            self._listed = now
            self._children = descendants(self._process)
        return self._children

    def is_worn(self) -> bool:
        """Note that a run has ended; tell whether the worker has grown, or run often enough."""
        held = self.own()
        self._n_runs += 1
        if self._first is None:
            self._first = held
        grown = held > GROWN_TIMES * self._first and held - self._first > GROWN_BYTES
        return grown or self._n_runs >= MOST_RUNS


def footprint_of(pid: int) -> Footprint | None:
    """Give the memory of process `pid`; None where it is gone."""
    import psutil

    try:
        return Footprint(pid)
    except psutil.Error:
        return None


def end_tree(pid: int) -> None:
    """End a process and all that it has started, now."""
    import psutil

    children: list[psutil.Process] = []
    with suppress(psutil.Error):
        children = psutil.Process(pid).children(recursive=True)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for child in children:
        with suppress(psutil.Error):
            child.kill()


def _taken(process: psutil.Process) -> float:
    import psutil

    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    # A child that has ended counts for who waited for it.
    return float(times.user + times.system + times.children_user + times.children_system)


def _resident(process: psutil.Process) -> int:
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
