"""Runs without a plan: a script that `trialist.start_run` records on its own.

`STORE/NAME/trials/run-HASH8/seed-N/attempt-K/`, HASH8 of the configuration. A run without a seed
lies in `unseeded-K/attempt-1`: K keeps such runs apart and is nobody's seed. The log has a line
per start, and no plan.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.facts import Facts
from trialist.ledger.firstline import first_line
from trialist.ledger.folder import StudyFolder, attempts_in
from trialist.ledger.holder import read_holder
from trialist.ledger.journal import read_journal
from trialist.ledger.lock import StudyLock, is_held
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.canonical import digest_of
from trialist.values.errors import ConfigError, LedgerError

STATE = "free runs (no plan)"
"""What a folder without a plan holds, in words."""

LOCK = "lock"
"""Held by the process that has the run; in the attempt's folder."""

_WAIT_S = 60.0


def is_free(folder: StudyFolder) -> bool:
    """Tell whether a folder holds runs without a plan."""
    return not folder.plan_file.exists() and first_line(folder.ledger).get("free") is True


def refuse_free(folder: StudyFolder) -> None:
    """Raise where a command needs a plan and the folder has none by design.

    Raises:
        LedgerError: If the folder holds runs without a plan.
    """
    if is_free(folder):
        raise LedgerError(
            f"{folder.name} holds {STATE}: nothing was registered to judge them by",
            where=str(folder.root),
            todo=f"list them with `trialist status {folder.name}`, or compare them: "
            f"`trialist compare {folder.root} --metric NAME --goal maximize`",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRun:
    """A run that has just been started: its place, and what holds it.

    Attributes:
        variant: `run-` and the first digits of the configuration's digest.
        place: `seed-3`, or `unseeded-1`.
        number: The attempt, from 1.
        directory: The attempt's folder.
        earlier: The attempts that have ended without a result since the last one with a result,
            newest first: what this one may go on from.
        lock: Held as long as the run is open.
    """

    variant: str
    place: str
    number: int
    directory: Path
    lock: StudyLock
    earlier: tuple[Path, ...] = ()


def open_free_run(
    folder: StudyFolder,
    config: Mapping[str, Any],
    seed: int | None,
    *,
    tags: tuple[str, ...],
    facts: Facts | None = None,
) -> OpenedRun:
    """Make the folder of the next attempt and say in the log that it starts.

    Args:
        folder: The folder of all runs of this name; made if it is not there.
        config: Plain data.
        seed: None where nobody gave one.
        tags: The user's words for the run.
        facts: Where its numbers come from, to be kept beside the runs.

    Raises:
        ConfigError: If the name is that of a planned study.
        LedgerError: If the same run is open in another process.
    """
    variant = _variant(config, seed)
    with _log_of(folder) as log:
        place = f"seed-{seed}" if seed is not None else _unseeded(folder.variant(variant))
        home = folder.variant(variant) / place
        number = _next_attempt(home)
        directory = home / f"attempt-{number}"
        if facts is not None:
            facts.write(folder.provenance)
        # A folder without a start in the log is nothing; a start without a folder would be a fault.
        directory.mkdir(parents=True)
        log.append(
            LogKind.STARTED,
            free=True,
            variant=variant,
            seed=seed,
            place=place,
            attempt=number,
            tags=list(tags),
        )
        lock = StudyLock(directory / LOCK)
    return OpenedRun(
        variant=variant,
        place=place,
        number=number,
        directory=directory,
        lock=lock,
        earlier=tuple(_unfinished(home, number)),
    )


def _variant(config: Mapping[str, Any], seed: int | None) -> str:
    # Scripts pass all their arguments, and the seed is often one: it makes no other configuration.
    told = {key: value for key, value in config.items() if key != "seed" or value != seed}
    return f"run-{digest_of(told).removeprefix('sha256:')[:8]}"


@contextmanager
def _log_of(folder: StudyFolder) -> Iterator[ProtocolLog]:
    """Give the log of the name, while nobody else writes it."""
    folder.root.mkdir(parents=True, exist_ok=True)
    file = os.open(folder.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _wait_for(folder, file)
        if folder.ledger.exists() and folder.ledger.stat().st_size and not is_free(folder):
            raise _is_planned(folder)
        log = ProtocolLog(folder.ledger, clock=time.time)
        try:
            yield log
        finally:
            log.close()
    finally:
        os.close(file)


def _wait_for(folder: StudyFolder, file: int) -> None:
    deadline = time.monotonic() + _WAIT_S
    while True:
        if folder.plan_file.exists():
            raise _is_planned(folder)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LedgerError(
                    f"another process has held {folder.name} for a minute",
                    where=str(folder.lock_file),
                    todo="end it, or give these runs another name",
                ) from None
            time.sleep(0.01)
        else:
            return


def _is_planned(folder: StudyFolder) -> ConfigError:
    return ConfigError(
        f"{folder.name} is a study with a plan, and a run without a plan is no part of it",
        where=str(folder.root),
        todo='name these runs otherwise: start_run("another-name", ...); or start the script by '
        "the study's `command:`",
    )


def _unseeded(variant: Path) -> str:
    numbers = (re.fullmatch(r"unseeded-(\d+)", entry.name) for entry in entries_of(variant))
    return f"unseeded-{1 + max((int(found[1]) for found in numbers if found), default=0)}"


def _next_attempt(home: Path) -> int:
    numbers = attempts_in(home)
    if not numbers:
        return 1
    last = home / f"attempt-{numbers[-1]}"
    if is_open(last):
        holder = read_holder(last / LOCK)
        raise LedgerError(
            f"the run {home.parent.name}/{home.name} is open in process "
            f"{holder.pid if holder else 'unknown'}",
            where=str(last),
            todo="give each run its own seed or configuration; in a script that starts processes, "
            'put start_run under `if __name__ == "__main__":`',
        )
    return numbers[-1] + 1


def _unfinished(home: Path, number: int) -> Iterator[Path]:
    for one in reversed([one for one in attempts_in(home) if one < number]):
        attempt = home / f"attempt-{one}"
        journal = attempt / "journal.jsonl"
        if journal.exists() and read_journal(journal).has_result:
            return
        yield attempt


def is_open(attempt: Path) -> bool:
    """Tell whether a living process has the run in this folder."""
    if not is_held(attempt / LOCK):
        return False
    holder = read_holder(attempt / LOCK)
    return holder is None or holder.is_alive  # a child of a dead process may hold the lock on


def entries_of(folder: Path) -> tuple[Path, ...]:
    """Give what lies in a folder, by name; nothing where there is none."""
    return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()
