"""Whom a kill hits: processes by their part, writes by their place."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

PLACES = {
    "ledger": r"/ledger\.jsonl$",
    "journal": r"/journal\.jsonl$",
    "checkpoint": r"/checkpoints(/|$)",
    "lease": r"/\.?lease[^/]*$",
    "provenance": r"/provenance(/|$)|/\.?provenance\.json",
    "artifact": r"/\.artifacts/",
    "predictions": r"/\.?predictions-val",
    "index": r"/\.index\.sqlite",
    "results": r"/\.?(results\.json|results\.md|report\.html)",
    "registration": r"/\.?(plan\.json|study\.yaml)",
    "amendment": r"/plans(/|$)|/\.?plan\.json",
    "closing": r"/\.?closed\.json",
    "anchor": r"/state/",
    "lock": r"/lock$",
    "spool": r"/spool\.jsonl$",
}
WRITES_OF = {
    "state": ("checkpoint", "artifact", "predictions", "journal", "closing"),
    "task": ("checkpoint", "checkpoint", "journal", "predictions"),
    "task, 3 replicates": ("checkpoint", "checkpoint", "journal"),
    "attached": ("checkpoint", "spool", "journal", "closing"),
    "amended": ("amendment", "ledger", "results", "registration"),
}
EVERYWHERE = (
    *("ledger", "journal", "lease", "provenance", "index", "results"),
    *("registration", "closing", "anchor", "lock"),
)
OFTEN = {"ledger": 25, "journal": 60, "checkpoint": 30, "artifact": 8, "spool": 12, "amendment": 2}
"""So many writes of a place are let pass, at most; elsewhere 6."""
PARTS = {"worker": 3, "server": 2, "coordinator": 3, "all": 2}
OF_SCRIPTS = {"script": 5, "guard": 4}
OF_TASKS = {"worker": 8}
"""Where a training goes on from is what counts there, and a dead worker costs it alone."""
OF_LOADERS = {"data worker": 4}


def end(pid: int) -> bool:
    """Kill; give False where nobody was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def lives(process: psutil.Process) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def server_of(coordinator: int) -> psutil.Process | None:
    """Give the fork server of a coordinator."""
    for child in children(coordinator):
        with suppress(psutil.Error):
            if "trialist.execute.server" in child.cmdline():
                return child
    return None


def workers_of(coordinator: int) -> list[psutil.Process]:
    """Give the workers of a coordinator."""
    server = server_of(coordinator)
    return children(server.pid) if server is not None else []


def guards_of(coordinator: int) -> list[psutil.Process]:
    """Give what stands between the workers and their scripts."""
    return [guard for worker in workers_of(coordinator) for guard in children(worker.pid)]


def scripts_of(coordinator: int) -> list[psutil.Process]:
    """Give the scripts that run, and what they have started."""
    return [script for guard in guards_of(coordinator) for script in children(guard.pid)]


def loaders_of(coordinator: int) -> list[psutil.Process]:
    """Give the processes that load data for the workers."""
    return [loader for worker in workers_of(coordinator) for loader in children(worker.pid)]


def parts_of(kind: str) -> dict[str, int]:
    """Give what of a kind of study is killed at random moments, and how often."""
    if kind in ("command", "attached"):
        return PARTS | OF_SCRIPTS
    parts = PARTS | OF_TASKS if is_task(kind) else PARTS
    return parts | OF_LOADERS if kind.endswith("2 data workers") else parts


def is_task(kind: str) -> bool:
    """Tell whether a kind of study is a training by `trialist.train`."""
    return kind.startswith("task")


def writes_of(kind: str) -> tuple[str, ...]:
    """Give the places that a kind of study writes more often than others do."""
    return WRITES_OF.get(kind) or WRITES_OF.get(kind.partition(",")[0], ())


def lets_pass(kind: str, place: str) -> int:
    """Give how many writes of a place are let pass, at most."""
    return 100 if is_task(kind) and place == "checkpoint" else OFTEN.get(place, 6)


def is_training(root: Path) -> bool:
    """Tell whether a run of a study has saved something to go on from just now."""
    now = time.time()
    for saved in root.glob("trials/*/*/attempt-*/checkpoints/*"):
        with suppress(OSError):
            if now - saved.stat().st_mtime < 1.0:
                return True
    return False


def children(pid: int) -> list[psutil.Process]:
    """Give the living children of a process."""
    with suppress(psutil.Error):
        return [child for child in psutil.Process(pid).children() if lives(child)]
    return []
