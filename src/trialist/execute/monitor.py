"""What runs use of the machine, measured every five seconds from outside of their processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from trialist.execute.devices import usable_cores, visible_gpus
from trialist.execute.footprint import Footprint, footprint_of
from trialist.execute.nvml import Gpus
from trialist.ledger.systemfile import SystemWriter

FIRST_AFTER_S = 1.0
"""A run that is shorter costs nothing; what it uses is told from the first row on, 5 s later."""
EVERY_S = 5.0


class Sampler:
    """Measures one attempt's processes, and writes a row each time but the first.

    Args:
        footprint: Its process, with all that it has started.
        directories: The attempt's folder; those of all that train in that process.
        gpus: The GPUs that it was given.
    """

    def __init__(self, footprint: Footprint, *directories: Path, gpus: Gpus) -> None:
        self._footprint = footprint
        self._writers = [SystemWriter(one, clock=time.time) for one in directories]
        self._gpus = gpus
        self._before: tuple[float, float] | None = None

    def sample(self, now: float) -> None:
        """Measure; `now` is what a clock says that never goes back."""
        used = self._footprint.cpu_seconds()
        before, self._before = self._before, (now, used)
        if before is None or now <= before[0]:
            return
        cores = usable_cores()
        share = (used - before[1]) / (now - before[0]) / cores
        values = {
            "system/cpu_utilization": round(min(max(share, 0.0), 1.0), 4),
            "system/rss_bytes": self._footprint.whole(),
            **self._gpus.read(),
        }
        missing = {} if self._gpus.missing is None else {"gpu": self._gpus.missing}
        about = {
            "n_cores": cores, "every_s": EVERY_S, "gpus": list(self._gpus.names),
            "missing": missing,
        }  # fmt: skip
        for writer in self._writers:
            with suppress(OSError):  # a full disk, a folder that was removed: others will say it
                writer.write(values, about=about)


class Monitor:
    """Looks at the runs of a pool whenever the pool is looked at.

    Args:
        gpus_of: Gives the GPUs of a place of the pool, as CUDA_VISIBLE_DEVICES names them.
    """

    def __init__(self, gpus_of: Callable[[int], Sequence[str]]) -> None:
        self._gpus_of = gpus_of
        self._gpus: dict[int, Gpus] = {}
        self._watched: dict[int, tuple[tuple[Path, ...], Sampler]] = {}
        self._due: dict[int, float] = {}

    def look(self, place: int, *directories: Path, footprint: Footprint, since: float) -> None:
        """Measure the run of a place, if it is time.

        Args:
            place: Its number in the pool.
            directories: The folders of the attempts that run there.
            footprint: The worker's memory and time.
            since: When the attempt began, by `time.monotonic`.
        """
        now = time.monotonic()
        watched = self._watched.get(place)
        if watched is None or watched[0] != directories:
            if now < since + FIRST_AFTER_S:
                return
            gpus = self._gpus.setdefault(place, Gpus(self._gpus_of(place)))
            watched = (directories, Sampler(footprint, *directories, gpus=gpus))
            self._watched[place] = watched
        elif now < self._due[place]:
            return
        self._due[place] = now + EVERY_S
        watched[1].sample(now)


class OwnSampler:
    """Measures the process that it is called in: for runs that nobody watches from outside.

    It is called after each row that the run logs; there is no thread for it.

    Args:
        directory: The attempt's folder.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._due = time.monotonic() + FIRST_AFTER_S
        self._sampler: Sampler | None = None

    def __call__(self) -> None:
        """Measure, if it is time."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + EVERY_S
        if self._sampler is None:
            footprint = footprint_of(os.getpid())
            if footprint is None:
                return
            self._sampler = Sampler(footprint, self._directory, gpus=Gpus(visible_gpus()))
        self._sampler.sample(now)
