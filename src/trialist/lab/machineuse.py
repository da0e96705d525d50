"""What the runs of a study used of the machine, joined over runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from trialist.ledger.systemfile import SystemRows, last_told, read_system
from trialist.values.evidence import RunRecord
from trialist.values.machineuse import CPU, DATA_WAIT, GPU_BUSY, GPU_MEMORY, RSS, MachineUse

MOST_RUNS = 100
"""So many of the last runs say how the others go."""


def machine_use(root: Path, records: Sequence[RunRecord]) -> MachineUse | None:
    """Give what runs used, each counting the same; None where nothing was measured.

    Args:
        root: The study's folder.
        records: Its runs.
    """
    places = [root / record.journal for record in records if record.journal is not None]
    return use_of(path.parent for path in places[-MOST_RUNS:])


def use_of(attempts: Iterable[Path]) -> MachineUse | None:
    """Give what was used in the folders of some attempts; None where nothing was measured."""
    found = [(place, read_system(place)) for place in attempts]
    measured = [(place, rows) for place, rows in found if rows.rows and rows.about.get("n_cores")]
    if not measured:
        return None
    all_rows = [rows for _, rows in measured]
    waits = [wait for place, _ in measured if (wait := last_told(place, DATA_WAIT)) is not None]
    return MachineUse(
        n_runs=len(measured),
        n_cores_used=_mean(_mean(_values(one, CPU)) * one.about["n_cores"] for one in all_rows),
        n_cores=max(one.about["n_cores"] for one in all_rows),
        rss_bytes=max((value for one in all_rows for value in _values(one, RSS)), default=0.0),
        gpu_utilization=_none_if_nan(_mean(_mean(_gpu(one, GPU_BUSY)) for one in all_rows)),
        gpu_memory_bytes=max(max(_gpu(one, GPU_MEMORY), default=0.0) for one in all_rows) or None,
        data_wait=_none_if_nan(_mean(waits)),
    )


def _values(rows: SystemRows, name: str) -> list[float]:
    return [row[name] for row in rows.rows if name in row]


def _gpu(rows: SystemRows, what: str) -> list[float]:
    """Give a resource of each GPU at each time: `system/gpu_...` of one, `system/gpu0/...` else."""
    return [
        value
        for row in rows.rows
        for name, value in row.items()
        if name.startswith("system/gpu") and name.endswith(what)
    ]


def _mean(values: Iterable[float]) -> float:
    finite = [value for value in values if math.isfinite(value)]
    return math.fsum(finite) / len(finite) if finite else math.nan


def _none_if_nan(value: float) -> float | None:
    return None if math.isnan(value) else value
