"""One coordinator per study: a kernel lock that its workers hold too, with the holder's name in it.

The lock is an `flock`, so it ends with its holders, however they die. Workers inherit it: a new
coordinator cannot begin while a worker of a dead one may still write. Beside it stands a lease
(`leases`), for machines and file systems that such a lock does not reach.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shlex
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from trialist.ledger.holder import Holder, read_holder
from trialist.ledger.leases import (
    STALE_AFTER_S,
    HeldError,
    LivingHolder,
    StudyLease,
    study_holder,
    words_for,
)
from trialist.values.errors import LedgerError
from trialist.values.numbers import duration

ORPHANS_GO_WITHIN_S = 15.0
"""How long a new coordinator waits for the workers of a dead one."""
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
"""What a file system says that knows no locks."""


class TryLock(Protocol):
    """Tries to lock an open file."""

    def __call__(self, file: int, kind: int = fcntl.LOCK_EX) -> bool:
        """Give whether it is locked now."""
        ...


def try_flock(file: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file with `flock`, unless somebody else has.

    Raises:
        OSError: If the file system has no such locks.
    """
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class StudyLock:
    """The lock of one study, held until `release` and until the last worker is gone."""

    def __init__(self, path: Path, *, try_lock: TryLock = try_flock) -> None:
        self._path = path
        self._try_lock = try_lock
        self.file = _opened(path)
        try:
            is_locked = self._acquire()
            self._lease = self._leased(is_locked=is_locked)
        except BaseException:
            os.close(self.file)  # and with it the lock
            raise
        self.is_locked = is_locked
        self._write(Holder.here())

    def name_group(self, group: int) -> None:
        """Say which process group the workers form, so that a successor can end them."""
        self._write(Holder.here(group))

    def release(self) -> None:
        """Let the next coordinator in."""
        self._lease.release()
        os.ftruncate(self.file, 0)
        if self.is_locked:
            fcntl.flock(self.file, fcntl.LOCK_UN)
        os.close(self.file)

    def _acquire(self) -> bool:
        """Take the kernel's lock; give False where the file system has none."""
        deadline = time.monotonic() + ORPHANS_GO_WITHIN_S
        try:
            while not self._try_lock(self.file) or self._is_stale_file():
                self._end_orphans()
                if time.monotonic() > deadline:
                    raise LedgerError(
                        "workers of an earlier coordinator still hold this study",
                        where=str(self._path),
                        todo="end them, then run the same command again",
                    )
                time.sleep(0.02)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return False
        return True

    def _is_stale_file(self) -> bool:
        # Whoever held it may have removed a study that was never registered, and the file with it.
        mine = os.fstat(self.file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is not None and (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino):
            return False
        file = _opened(self._path)
        os.dup2(file, self.file, inheritable=False)
        os.close(file)
        return True

    def _end_orphans(self) -> None:
        holder = read_holder(self._path)
        if holder is not None and holder.is_alive:
            raise _is_running(self._path, holder)
        if holder is not None and holder.group is not None:
            _end_group(holder.group)

    def _leased(self, *, is_locked: bool) -> StudyLease:
        try:
            return StudyLease(self._path.parent, is_locked=is_locked)
        except HeldError as error:
            raise _is_leased(self._path, error.found) from error

    def _write(self, holder: Holder) -> None:
        data = holder.to_json().encode()
        os.pwrite(self.file, data, 0)
        os.ftruncate(self.file, len(data))


def is_held(path: Path, *, try_lock: TryLock = try_flock) -> bool:
    """Tell whether a living process holds the lock."""
    if not path.exists():
        return False
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if not try_lock(file, fcntl.LOCK_SH):  # asking works in a store that is read-only
            return True
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return study_holder(path.parent, is_locked=False) is not None
    finally:
        os.close(file)
    return study_holder(path.parent, is_locked=True) is not None


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _store_words(path: Path) -> str:
    store = path.parent.parent
    is_usual = store.absolute() == Path("experiments").absolute()
    return "" if is_usual else f" --store {shlex.quote(str(store))}"


def _is_running(path: Path, holder: Holder) -> LedgerError:
    since = datetime.fromtimestamp(holder.started, tz=UTC).astimezone().strftime("%H:%M:%S")
    return LedgerError(
        f"this study is being run already, by process {holder.pid} on {holder.host} since {since}",
        where=str(path.parent),
        todo=f"watch it with `trialist watch {path.parent.name}{_store_words(path)}`, "
        "or end that process first",
    )


def _is_leased(path: Path, found: LivingHolder) -> LedgerError:
    here = found.holder is not None and found.holder.is_here
    wait = f"or wait: {duration(STALE_AFTER_S)} after its last sign of life the study is free"
    return LedgerError(
        f"this study is being run already, by {words_for(found)}",
        where=str(path.parent),
        todo="end that process first" if here else f"end that process, {wait}",
    )
