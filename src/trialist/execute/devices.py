"""How many workers this machine can feed, and which GPU each of them gets."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from trialist.values.errors import ConfigError
from trialist.values.numbers import counted
from trialist.values.plan import Plan

_DEVICE = re.compile(r"\d+$|GPU-|MIG-")


def visible_gpus(
    environment: Mapping[str, str] = os.environ, *, devices: Path = Path("/dev")
) -> tuple[str, ...]:
    """Give the NVIDIA GPUs that a worker could use, as CUDA_VISIBLE_DEVICES names them.

    Nothing of CUDA is loaded: the device files are counted.
    """
    named = environment.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        names = (name.strip() for name in named.split(","))
        return tuple(itertools.takewhile(_DEVICE.match, names))  # CUDA stops at the first other
    found = (re.fullmatch(r"nvidia(\d+)", entry.name) for entry in devices.glob("nvidia*"))
    return tuple(sorted((match.group(1) for match in found if match), key=int))


def chosen_gpus(visible: Sequence[str], asked: int | str | None) -> tuple[str, ...]:
    """Give the GPUs that the workers get in turn; one empty name where all are to be hidden.

    Args:
        visible: The GPUs that are there.
        asked: How many; None or "auto": all.

    Raises:
        ConfigError: If there are not as many.
    """
    if not isinstance(asked, int):
        return tuple(visible)
    if asked > len(visible):
        raise ConfigError(
            f"resources.gpus is {asked}, and {counted(len(visible), 'GPU')} can be seen here",
            todo="give as many as there are, or gpus: auto",
        )
    return tuple(visible[:asked]) or ("",)


def usable_cores() -> int:
    """Give the number of CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def workers_for(plan: Plan, asked: int | str) -> int:
    """Give how many workers would train a plan's runs here.

    Args:
        plan: The plan, with the threads and GPUs of a run.
        asked: A number, or "auto".
    """
    gpus = len(visible_gpus()[: plan.gpus])
    return worker_count(asked, threads=plan.threads, gpus=gpus, runs=plan.max_runs)


def worker_count(asked: int | str, *, threads: int, gpus: int, runs: int) -> int:
    """Give how many workers to start: as asked, or one per GPU, or one per `threads` cores.

    Args:
        asked: A number, or "auto".
        threads: CPU threads of one run.
        gpus: Visible GPUs.
        runs: Never more workers than runs.
    """
    if isinstance(asked, int):
        return max(1, min(asked, runs))
    return max(1, min(gpus or usable_cores() // threads, runs))
