"""One coordinator per study: a kernel lock that its workers hold too, with the holder's name in it.

The lock is an `flock`, so it ends with its holders, however they die. Workers inherit it: a new
coordinator cannot begin while a worker of a dead one may still write.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from trialist.values.errors import LedgerError

ORPHANS_GO_WITHIN_S = 15.0
"""How long a new coordinator waits for the workers of a dead one."""
_CLOCK_MAY_MOVE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lock: host, process, its start time, and its workers' process group."""

    host: str
    pid: int
    started: float
    group: int | None = None

    @classmethod
    def here(cls, group: int | None = None) -> Holder:
        """Give this process as the holder."""
        return cls(
            host=socket.gethostname(),
            pid=os.getpid(),
            started=process_start(os.getpid()) or 0.0,
            group=group,
        )

    @property
    def is_alive(self) -> bool:
        """True where the process is there, or may be: another host cannot be asked."""
        if self.host != socket.gethostname():
            return True
        start = process_start(self.pid)
        # The kernel counts from boot, in ticks. As a time of day that moves when the clock is set,
        # so the same start may read differently hours later.
        return start is not None and abs(start - self.started) < _CLOCK_MAY_MOVE_S


def process_start(pid: int) -> float | None:
    """Give when process `pid` started, in seconds since the epoch; None if there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


class StudyLock:
    """The lock of one study, held until `release` and until the last worker is gone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._acquire()
        except BaseException:
            os.close(self.file)
            raise

    def name_group(self, group: int) -> None:
        """Say which process group the workers form, so that a successor can end them."""
        self._write(Holder.here(group))

    def release(self) -> None:
        """Let the next coordinator in."""
        os.ftruncate(self.file, 0)
        fcntl.flock(self.file, fcntl.LOCK_UN)
        os.close(self.file)

    def _acquire(self) -> None:
        deadline = time.monotonic() + ORPHANS_GO_WITHIN_S
        while not _try_lock(self.file):
            holder = read_holder(self._path)
            if holder is not None and holder.is_alive:
                raise _is_running(self._path, holder)
            if holder is not None and holder.group is not None:
                _end_group(holder.group)
            if time.monotonic() > deadline:
                raise LedgerError(
                    "workers of an earlier coordinator still hold this study",
                    where=str(self._path),
                    todo="end them, then run the same command again",
                )
            time.sleep(0.02)
        self._write(Holder.here())

    def _write(self, holder: Holder) -> None:
        data = json.dumps(asdict(holder)).encode()
        os.pwrite(self.file, data, 0)
        os.ftruncate(self.file, len(data))


def read_holder(path: Path) -> Holder | None:
    """Give who is named in the lock file; None where nobody is, or the text is unreadable."""
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock."""
    if not path.exists():
        return False
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return not _try_lock(file, fcntl.LOCK_SH)  # asking works in a store that is read-only
    finally:
        os.close(file)


def _try_lock(file: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _is_running(path: Path, holder: Holder) -> LedgerError:
    since = datetime.fromtimestamp(holder.started, tz=UTC).astimezone().strftime("%H:%M:%S")
    return LedgerError(
        f"this study is being run already, by process {holder.pid} on {holder.host} since {since}",
        where=str(path.parent),
        todo=f"watch it with `trialist status {path.parent.name}`, or end that process first",
    )
