"""What runs use of the machine: cores, memory, GPUs, and the time they wait for data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trialist.values.errors import MetricError

CPU = "system/cpu_utilization"
RSS = "system/rss_bytes"
DATA_WAIT = "system/data_wait"
GPU_BUSY = "utilization"
GPU_MEMORY = "memory_bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineUse:
    """What some runs used, as far as it was measured.

    Attributes:
        n_runs: The runs that were measured.
        n_cores_used: Cores that one run kept busy, on average.
        n_cores: Cores that it could use.
        rss_bytes: The most memory that one run held, with its processes; what these share counts
            for each.
        gpu_utilization: The share of the time in which a GPU was busy; None without one.
        gpu_memory_bytes: The most memory in use on a GPU; None without one.
        data_wait: The share of the training loops' time that was spent on waiting for data; None
            where no loop told it.
    """

    n_runs: int
    n_cores_used: float
    n_cores: int
    rss_bytes: float
    gpu_utilization: float | None = None
    gpu_memory_bytes: float | None = None
    data_wait: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return asdict(self)


def checked_system(values: Mapping[str, Any]) -> dict[str, float]:
    """Give measurements of the machine as plain numbers.

    Raises:
        MetricError: If a name does not begin with `system/`, or a value is not a finite number.
    """
    found: dict[str, float] = {}
    for name, value in values.items():
        if not name.startswith("system/"):
            raise MetricError(
                f"{name!r} is no measurement of the machine",
                todo=f"call it 'system/{name.rsplit('/', 1)[-1]}', or log it as a metric",
            )
        number = float(value)
        if not math.isfinite(number):
            raise MetricError(f"{name!r} is {number}", todo="leave out what was not measured")
        found[name] = number
    return found
