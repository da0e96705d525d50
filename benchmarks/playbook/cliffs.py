"""How often the boundary check sees an end of what is feasible, and one that is not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from benchmarks.calibration.rows import Cell, Check, Measured, Scale, share
from benchmarks.playbook.surfaces import Surface, searched, table_of

from trialist.analysis.boundary import boundary
from trialist.values.events import RunStatus
from trialist.values.playbook import Level
from trialist.values.searchtable import SearchTable

SIZES = (16, 32)
CLIFF = 0.6
"""Trials with parameter a above it diverge, and the optimum lies beyond it."""


def measure(scale: Scale) -> Measured:
    """Measure INSTABILITY where trials diverge anywhere, and where they do beyond a cliff."""
    return Measured(
        checks=(
            Check(name="INSTABILITY where a fifth of the trials diverge anywhere, n = 16 / 32",
                  cells=tuple(_anywhere(scale, n, 0.2) for n in SIZES), high=0.03),
            Check(name="known limit: the same where two of five do",
                  cells=tuple(_anywhere(scale, n, 0.4) for n in SIZES)),
            Check(name="INSTABILITY where all trials beyond a cliff diverge, and the best lie "
                  "beside it, n = 16 / 32",
                  cells=tuple(_beyond(scale, n) for n in SIZES), low=0.7),
        )
    )  # fmt: skip


def _anywhere(scale: Scale, n: int, rate: float) -> Cell:
    rng = scale.rng(f"anywhere {n} {rate}")
    said = []
    for _ in range(scale.few(5, 60)):
        table = table_of({"base": [searched(Surface(), n, rng)]})
        said.append(_is_unstable(_diverged(table, rng.random(n) < rate)))
    return share(f"n={n}", said)


def _beyond(scale: Scale, n: int) -> Cell:
    rng = scale.rng(f"beyond {n}")
    said = []
    for _ in range(scale.few(5, 60)):
        search = searched(Surface(optimum=(0.9, 0.5, 0.5)), n, rng)
        table = table_of({"base": [search]})
        said.append(_is_unstable(_diverged(table, search.units[:, 0] > CLIFF)))
    return share(f"n={n}", said)


def _diverged(table: SearchTable, lost: np.ndarray) -> SearchTable:
    trials = tuple(
        replace(trial, status=RunStatus.DIVERGED, value=None) if is_lost else trial
        for trial, is_lost in zip(table.trials, lost.tolist(), strict=True)
    )
    return replace(table, trials=trials)


def _is_unstable(table: SearchTable) -> bool:
    return boundary(table)[0].level is Level.INSTABILITY
