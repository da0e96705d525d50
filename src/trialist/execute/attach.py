"""The run of a study inside of the script that a `command:` has started, from its environment."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trialist.execute.recorder import Recorder
from trialist.execute.scriptrun import ScriptRun, rank_here
from trialist.execute.spool import SPOOL, SilentWriter, SpoolWriter
from trialist.execute.task import Task
from trialist.ledger.firstline import first_line
from trialist.ledger.journal import JournalWriter
from trialist.values.errors import ConfigError
from trialist.values.events import EventKind
from trialist.values.metric import Goal
from trialist.values.seeds import FIELDS, SeedSet

RUN_DIR = "TRIALIST_RUN_DIR"
SEED = "TRIALIST_SEED"
SEEDS = "TRIALIST_SEEDS"
CONFIG = "TRIALIST_CONFIG"
METRIC = "TRIALIST_METRIC"
SPOOL_FILE = "TRIALIST_SPOOL"
STOP = "stop"
"""A file of this name in the run's folder asks the script to end."""

_PLACE = re.compile(
    r"(?:^|/)trials/(?P<variant>[^/]+)/seed-(?P<seed>\d+)/attempt-(?P<number>\d+)/?$"
)


KNOWN_WITHIN_S = 10.0
"""How long a script waits for its worker; one that is gone ends the script anyway."""


class _Recorder(Recorder):
    """The script's side of a recorder whose journal another process writes.

    Of steps that go back after the first evaluation the worker tells: it gets the rows too.
    """

    def __init__(self, writer: JournalWriter, goal: str, journal: Path) -> None:
        super().__init__(writer, goal)
        self._place = journal

    def record(self, kind: EventKind, fields: Mapping[str, Any]) -> None:
        """Write a line that names a file; the journal has it when this returns."""
        before = self._place.stat().st_size
        super().record(kind, fields)
        if rank_here() == 0:
            self._wait_for(str(fields["sha256"]).encode(), before)

    def _wait_for(self, digest: bytes, offset: int) -> None:
        # A later attempt goes on from what the journal names, and from nothing else.
        deadline = time.monotonic() + KNOWN_WITHIN_S
        with self._place.open("rb") as journal:
            journal.seek(offset)
            found = journal.read()
            while digest not in found and time.monotonic() < deadline:
                time.sleep(0.005)
                found += journal.read()

    def _step_back(self, name: str, step: int) -> None:
        if not self.is_evaluated:
            super()._step_back(name, step)


def is_attached(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether a study has started this process."""
    return RUN_DIR in environ


def attach(
    environ: Mapping[str, str] = os.environ,
    *,
    end: Callable[[BaseException | None], None] = lambda _: None,
) -> ScriptRun:
    """Give the run that this process belongs to.

    Args:
        environ: What the worker has set.
        end: Called when the run is closed.

    Raises:
        ConfigError: If what the worker has set cannot be read.
    """
    task = _task(environ)
    file = Path(environ.get(SPOOL_FILE) or task.directory / SPOOL)
    journal = SilentWriter() if rank_here() else SpoolWriter(file)

    def ended(error: BaseException | None) -> None:
        journal.close()
        end(error)

    stop = str(task.directory / STOP)
    return ScriptRun(
        task,
        dict(task.config),
        _Recorder(journal, task.metric, task.directory / "journal.jsonl"),
        stop=lambda: os.path.exists(stop),  # noqa: PTH110 — asked every step; Path is three times slower
        end=ended,
    )


def _task(environ: Mapping[str, str]) -> Task:
    try:
        directory = Path(environ[RUN_DIR])
        place = _PLACE.search(directory.as_posix())
        start = first_line(directory / "journal.jsonl")  # the worker has written it
        seed = int(environ.get(SEED) or (place and place["seed"]) or 0)
        return Task(
            variant=place["variant"] if place else directory.name,
            seed=seed,
            number=int(place["number"]) if place else 1,
            config=_config(environ, start),
            seeds=_seeds(environ, seed),
            directory=directory,
            metric=environ.get(METRIC) or str(start.get("metric") or ""),
            plan_hash=str(start.get("plan") or ""),
            resume=_earlier(directory, place, start),
            goal=_goal(directory),
            again=Path(start["again"]) if start.get("again") else None,
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"the study's run cannot be read from the environment: {type(error).__name__}: {error}",
            where=environ[RUN_DIR],
            todo=f"start the script by `trialist run`, or unset {RUN_DIR} to run it alone",
        ) from error


def _config(environ: Mapping[str, str], start: Mapping[str, Any]) -> dict[str, Any]:
    if not environ.get(CONFIG):
        return dict(start.get("config") or {})
    found = json.loads(Path(environ[CONFIG]).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise TypeError(f"{environ[CONFIG]} holds no mapping")
    return found


def _seeds(environ: Mapping[str, str], seed: int) -> SeedSet:
    if not environ.get(SEEDS):
        return SeedSet.of(seed)
    given = json.loads(environ[SEEDS])
    numbers = {field: int(given.get(source, given.get(field))) for source, field in FIELDS.items()}
    return SeedSet(base=seed, **numbers)


def _earlier(
    directory: Path, place: re.Match[str] | None, start: Mapping[str, Any]
) -> tuple[Path, ...]:
    """Give the earlier attempts at this run under the same plan, newest first."""
    if place is None or not start.get("plan"):
        return ()
    before = (directory.parent / f"attempt-{k}" for k in range(int(place["number"]) - 1, 0, -1))
    return tuple(
        one for one in before if first_line(one / "journal.jsonl").get("plan") == start["plan"]
    )


def _goal(directory: Path) -> Goal | None:
    """Give which way the study's metric is better; None where its plan cannot be read."""
    try:
        plan = json.loads((directory.parents[3] / "plan.json").read_text(encoding="utf-8"))
        return Goal(plan["metric"]["goal"])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
