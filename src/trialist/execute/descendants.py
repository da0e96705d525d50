"""The processes below one, from the kernel's own list where it keeps one: no other is looked at."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

_PROC = Path("/proc")


def descendants(process: psutil.Process) -> list[psutil.Process]:
    """Give the children of a process, their children, and so on; those that end meanwhile may miss.

    psutil reads all processes of the machine for it, which takes milliseconds where there are many.
    """
    import psutil

    if not _is_listed():
        with suppress(psutil.Error):
            return process.children(recursive=True)
        return []
    found: list[psutil.Process] = []
    for number in _numbers_below(process.pid):
        with suppress(psutil.Error):
            found.append(psutil.Process(number))
    return found


@cache
def _is_listed() -> bool:
    pid = os.getpid()
    return (_PROC / f"{pid}/task/{pid}/children").exists()


def _numbers_below(pid: int) -> list[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        with suppress(OSError):  # it has ended
            for thread in (_PROC / f"{waiting.pop()}/task").iterdir():
                with suppress(OSError):
                    children = [int(word) for word in (thread / "children").read_text().split()]
                    found += children
                    waiting += children
    return found
