"""Who holds something: a process, told from later ones of its number and from other machines."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

_CLOCK_MAY_MOVE_S = 60.0
_TICKS = 19
"""Where the start stands in /proc/PID/stat behind the name: ticks of the kernel since boot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process that holds a study, or an attempt.

    Attributes:
        host: Its machine's name.
        pid: Its number.
        started: When it started, in seconds since the epoch.
        group: The process group of its workers.
        ticks: When it started, by a clock that nobody can set; None where the system has none.
        machine: The boot of the machine and the process numbers' namespace; None where unknown.
    """

    host: str
    pid: int
    started: float
    group: int | None = None
    ticks: int | None = None
    machine: str | None = None

    @classmethod
    def here(cls, group: int | None = None) -> Holder:
        """Give this process as the holder."""
        return cls(
            host=socket.gethostname(),
            pid=os.getpid(),
            started=process_start(os.getpid()) or 0.0,
            group=group,
            ticks=process_ticks(os.getpid()),
            machine=this_machine(),
        )

    @classmethod
    def from_json(cls, text: str) -> Holder | None:
        """Give the holder that `text` names; None where it names nobody."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None

    def to_json(self) -> str:
        """Give the holder as text."""
        return json.dumps(asdict(self))

    @property
    def is_here(self) -> bool:
        """True where its process can be asked for: the same boot of the same machine."""
        if self.machine is None or this_machine() is None:
            return self.host == socket.gethostname()
        return self.machine == this_machine()

    @property
    def is_alive(self) -> bool:
        """True where the process is there, or may be: another machine cannot be asked."""
        if not self.is_here:
            return True
        start = process_start(self.pid)
        if start is None:
            return False
        if self.ticks is not None:
            return process_ticks(self.pid) == self.ticks
        # As a time of day the start moves when the clock is set: the same one may read differently.
        return abs(start - self.started) < _CLOCK_MAY_MOVE_S


def read_holder(path: Path) -> Holder | None:
    """Give who is named in a file; None where nobody is, or the text is unreadable."""
    try:
        return Holder.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def process_start(pid: int) -> float | None:
    """Give when process `pid` started, in seconds since the epoch; None if there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def process_ticks(pid: int) -> int | None:
    """Give when process `pid` started, in ticks since boot; None where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(text.rpartition(")")[2].split()[_TICKS])


@cache
def this_machine() -> str | None:
    """Give what tells this boot of this machine from any other; None where the system says not.

    Containers on one machine may have one name and count their processes apart.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return None
