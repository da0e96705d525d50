"""The runs in a folder of the store as a table, for `trialist compare`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trialist.analysis.rawtable import RawTable, Row
from trialist.lab.frames import flat
from trialist.lab.freeruns import metrics_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.runrows import RunRow, read_rows
from trialist.values.errors import TableError
from trialist.values.events import RunStatus
from trialist.values.numbers import counted

_COUNTED = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.FAILED)


def is_runs(path: Path) -> bool:
    """Tell whether `path` is a folder of runs in a store."""
    return path.is_dir() and StudyFolder(path).ledger.exists()


def run_table(path: Path) -> RawTable:
    """Give a table with a row per run: variant, seed, tags, configuration, last values of metrics.

    The variant is the run's tags, else its folder; the cell of a failed run's metrics is empty.

    Raises:
        TableError: If no run has ended.
        JournalError: If a journal is damaged.
    """
    folder = StudyFolder(path.resolve())
    rows = read_rows(folder)
    ended = [row for row in rows if row.status in _COUNTED and not _is_lost(row)]
    ended.sort(key=lambda row: row.began)  # the variants in the order in which they were run
    if not ended:
        raise TableError(
            f"no run in {path} has ended",
            where=str(path),
            todo="wait for one: `trialist status` says how they stand",
        )
    metrics = metrics_of(ended)
    configs = [dict(_cells(row.config)) for row in ended]
    keys = list(dict.fromkeys(key for config in configs for key in config))
    cells = (
        (
            "+".join(row.tags) or row.variant,
            "" if row.seed is None else str(row.seed),
            *(config.get(key, "") for key in keys),
            *(_cell(row, name) for name in metrics),
        )
        for row, config in zip(ended, configs, strict=True)
    )
    seeded = all(row.seed is not None for row in ended)  # else nothing can be paired by it
    header = ("variant", "seed" if seeded else "no seed", *keys, *metrics)
    lines = tuple(Row(line=line, cells=row) for line, row in enumerate(cells, start=2))
    notes = (*_notes(rows, len(ended)), *_seed_notes(ended))
    return RawTable(name=str(path), header=header, line=1, rows=lines, notes=notes)


def _is_lost(row: RunRow) -> bool:
    return row.failure is not None and row.failure.value == "lost"


def _notes(rows: tuple[RunRow, ...], n_ended: int) -> Iterator[str]:
    if len(rows) > n_ended:
        yield f"{counted(len(rows) - n_ended, 'run')} left out: still running, stopped or lost."
    again = sum(row.attempts > 1 for row in rows)
    if again:
        yield f"{counted(again, 'run')} made more than once: the last result counts."


def _seed_notes(ended: list[RunRow]) -> Iterator[str]:
    without = sum(row.seed is None for row in ended)
    if 0 < without < len(ended):
        yield f"{counted(without, 'run')} without a seed: the seeds of the others are not used."


def _cell(row: RunRow, metric: str) -> str:
    if row.status is RunStatus.FAILED or metric not in row.last:
        return ""
    return repr(row.last[metric])


def _cells(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in flat(config):
        yield f"config.{name}", value if isinstance(value, str) else json.dumps(value)
