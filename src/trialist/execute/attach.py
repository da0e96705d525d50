"""The run of a study inside of the script that a `command:` has started, from its environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trialist.execute.recorder import Recorder
from trialist.execute.scriptrun import ScriptRun, rank_here
from trialist.execute.spool import SPOOL, SilentWriter, SpoolWriter
from trialist.execute.task import Task
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal
from trialist.values.seeds import SOURCES, SeedSet

RUN_DIR = "TRIALIST_RUN_DIR"
SEED = "TRIALIST_SEED"
SEEDS = "TRIALIST_SEEDS"
CONFIG = "TRIALIST_CONFIG"
METRIC = "TRIALIST_METRIC"
SPOOL_FILE = "TRIALIST_SPOOL"
STOP = "stop"
"""A file of this name in the run's folder asks the script to end."""

_FIELDS = {"split": "split", "order": "data", "init": "model", "train": "train"}
_PLACE = re.compile(
    r"(?:^|/)trials/(?P<variant>[^/]+)/seed-(?P<seed>\d+)/attempt-(?P<number>\d+)/?$"
)


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
        Recorder(journal, task.metric),
        stop=lambda: os.path.exists(stop),  # noqa: PTH110 — asked every step; Path is three times slower
        end=ended,
    )


def _task(environ: Mapping[str, str]) -> Task:
    try:
        directory = Path(environ[RUN_DIR])
        place = _PLACE.search(directory.as_posix())
        start = _start(directory)
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
    numbers = {field: int(given.get(source, given.get(field))) for source, field in _FIELDS.items()}
    return SeedSet(base=seed, **numbers)


def _start(directory: Path) -> dict[str, Any]:
    """Give the start line of the run's journal, which the worker has written; empty without one."""
    try:
        with (directory / "journal.jsonl").open("rb") as file:
            found = json.loads(file.readline())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _earlier(
    directory: Path, place: re.Match[str] | None, start: Mapping[str, Any]
) -> tuple[Path, ...]:
    """Give the earlier attempts at this run under the same plan, newest first."""
    if place is None or not start.get("plan"):
        return ()
    before = (directory.parent / f"attempt-{k}" for k in range(int(place["number"]) - 1, 0, -1))
    return tuple(one for one in before if _start(one).get("plan") == start["plan"])


def _goal(directory: Path) -> Goal | None:
    """Give which way the study's metric is better; None where its plan cannot be read."""
    try:
        plan = json.loads((directory.parents[3] / "plan.json").read_text(encoding="utf-8"))
        return Goal(plan["metric"]["goal"])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


if set(_FIELDS) != set(SOURCES):
    raise RuntimeError("every random source has a number on `run.seed`")
