"""Leases: a file made by one process only, with its name in it, renewed while that one lives.

On one machine a holder is asked for by its process. Another machine's process cannot be asked for,
so there its last sign of life counts, by the clock of the file system: a machine's own clock may
be wrong.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from trialist.ledger.holder import Holder, read_holder
from trialist.ledger.journal import read_journal
from trialist.values.errors import LedgerError
from trialist.values.numbers import duration

BEAT_EVERY_S = 3.0
STALE_AFTER_S = 60.0
"""Without a sign of life for so long, a holder on another machine is taken to be gone."""
GAPS = 20
"""So many times the usual time between two steps is waited, where that is more."""

_LEASE = re.compile(r"lease-(\d+)\.json")


class Heartbeat:
    """Renews a file from a thread while a `with` block is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_EVERY_S):
            with suppress(OSError):  # a full disk, a folder that was removed: others will say it
                os.utime(self._path)


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingHolder:
    """Somebody who holds a lease.

    Attributes:
        holder: Who; None where the file does not say it.
        age: Seconds since the last sign of life.
    """

    holder: Holder | None
    age: float


class HeldError(Exception):
    """Somebody else holds the study."""

    def __init__(self, found: LivingHolder) -> None:
        super().__init__(words_for(found))
        self.found = found


def seconds_since_beat(path: Path, *, probe_in: Path) -> float | None:
    """Give the time since a lease was renewed, by the clock of its file system.

    Args:
        path: The lease; None is given where it is gone.
        probe_in: A folder on the same file system, where a file is made to ask for its time.
    """
    try:
        beat = path.stat().st_mtime
    except OSError:
        return None
    probe = probe_in / f".now.{os.getpid()}.{threading.get_ident()}.tmp"
    try:
        probe.touch()
        now = probe.stat().st_mtime
        probe.unlink()
    except OSError:  # a folder that is read-only can be asked too
        now = time.time()
    return max(0.0, now - beat)


class StudyLease:
    """The lease on a study: `lease-N.json`, where the highest N holds.

    Whoever finds the holder gone makes the next one. Only one process can, so two that come at once
    never both hold it, and no file is ever written again.

    Args:
        folder: The study's folder.
        is_locked: True where the kernel's lock is held: then no process of this machine holds the
            study, whatever its lease says.

    Raises:
        HeldError: If somebody else holds the study.
    """

    def __init__(self, folder: Path, *, is_locked: bool) -> None:
        self._folder = folder
        self.path = self._claim(is_locked=is_locked)
        self._heartbeat = Heartbeat(self.path)
        self._heartbeat.__enter__()

    def release(self) -> None:
        """Let the next one in."""
        self._heartbeat.__exit__(None, None, None)
        self.path.unlink(missing_ok=True)

    def _claim(self, *, is_locked: bool) -> Path:
        while True:
            last = _highest(self._folder)
            if last:
                found = living_holder(_lease(self._folder, last), self._folder, is_locked=is_locked)
                if found is not None:
                    raise HeldError(found)
            mine = _lease(self._folder, last + 1)
            if not _create(mine, Holder.here().to_json()):
                continue
            if _highest(self._folder) != last + 1:  # it was taken and given back meanwhile
                mine.unlink()
                continue
            for number in range(1, last + 1):
                _lease(self._folder, number).unlink(missing_ok=True)
            return mine


def study_holder(folder: Path, *, is_locked: bool) -> LivingHolder | None:
    """Give who holds a study by its lease; None where nobody does."""
    last = _highest(folder)
    return living_holder(_lease(folder, last), folder, is_locked=is_locked) if last else None


def living_holder(
    path: Path, study: Path, *, is_locked: bool, stale_after: float = STALE_AFTER_S
) -> LivingHolder | None:
    """Give who holds a lease; None where it is gone, or its holder is.

    Args:
        path: The lease.
        study: The study's folder.
        is_locked: True where no process of this machine can hold it.
        stale_after: Seconds without a sign of life that say that another machine's is gone.
    """
    holder = read_holder(path)
    age = seconds_since_beat(path, probe_in=study)
    if age is None:
        return None
    if holder is not None and holder.is_here:
        lives = holder.is_alive and not is_locked
    else:
        lives = age < stale_after
    return LivingHolder(holder=holder, age=age) if lives else None


def stale_after(step_times: Sequence[float]) -> float:
    """Give how long a run's silence is believed, from the times of its steps."""
    gaps = sorted(later - earlier for earlier, later in pairwise(step_times))
    return max(STALE_AFTER_S, GAPS * gaps[len(gaps) // 2]) if gaps else STALE_AFTER_S


class AttemptLease:
    """The lease on an attempt, `lease.json` in its folder, for the length of a `with` block.

    It is made before the attempt's journal and stays behind where its process dies.

    Raises:
        LedgerError: If somebody holds the attempt already.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "lease.json"
        self._heartbeat = Heartbeat(self._path)

    def __enter__(self) -> Self:
        if not _create(self._path, Holder.here().to_json()):
            raise LedgerError(
                "another process makes this attempt already",
                where=str(self._path),
                todo="run the study again: it takes the next attempt",
            )
        self._heartbeat.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._heartbeat.__exit__(kind, error, trace)
        self._path.unlink(missing_ok=True)


def wait_for_end(directory: Path, study: Path, *, is_locked: bool, within: float) -> None:
    """Wait until nobody makes an attempt any more.

    Args:
        directory: The attempt's folder.
        study: The study's folder.
        is_locked: True where no process of this machine can make it.
        within: How long the processes of this machine are waited for.

    Raises:
        LedgerError: If somebody still does.
    """
    path = directory / "lease.json"
    if not path.exists():
        return
    journal = directory / "journal.jsonl"
    events = read_journal(journal).events if journal.exists() else ()
    silence = stale_after([float(event["t"]) for event in events])
    deadline = time.monotonic() + within
    while found := living_holder(path, study, is_locked=is_locked, stale_after=silence):
        here = found.holder is not None and found.holder.is_here
        if not here or time.monotonic() > deadline:
            raise LedgerError(
                f"an attempt is still being made by {words_for(found)}",
                where=str(directory),
                todo=f"end it; after {duration(silence)} without a sign of life it counts as gone",
            )
        time.sleep(0.05)


def words_for(found: LivingHolder) -> str:
    """Give a holder in words: its process and machine, and its last sign of life on another one."""
    if found.holder is None:
        return f"a process that showed a sign of life {duration(found.age)} ago"
    who = f"process {found.holder.pid} on {found.holder.host}"
    if found.holder.is_here:
        return who
    return f"{who} (last sign of life {duration(found.age)} ago)"


def _lease(folder: Path, number: int) -> Path:
    return folder / f"lease-{number}.json"


def _highest(folder: Path) -> int:
    numbers = (_LEASE.fullmatch(entry.name) for entry in folder.iterdir())
    return max((int(match.group(1)) for match in numbers if match), default=0)


def _create(path: Path, text: str) -> bool:
    """Make a file with its whole text, unless there is one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        return _create_open(path, text)
    finally:
        temporary.unlink()
    return True


def _create_open(path: Path, text: str) -> bool:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    os.write(file, text.encode())
    os.close(file)
    return True
