"""What a measurement leaves behind: checks with a target, and grids that a page shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

HOLDS, NOISE, MISSED, SHOWN = "yes", "within noise", "MISSED", ""
_NOISE_IN_SE = 3.0


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One measured number with its Monte Carlo standard error (0 where nothing was drawn)."""

    label: str
    value: float
    se: float = 0.0
    n: int = 0

    def beyond(self, low: float | None, high: float | None) -> float:
        """Give by how many standard errors the number lies outside of the target; 0 inside."""
        for bound, excess in ((low, -1.0), (high, 1.0)):
            if bound is not None and excess * (self.value - bound) > 1e-12:
                se = math.sqrt(bound * (1 - bound) / self.n) if self._is_rate(bound) else self.se
                return abs(self.value - bound) / se if se > 0 else math.inf
        return 0.0

    def _is_rate(self, bound: float) -> bool:
        return self.n > 0 and 0 < bound < 1


@dataclass(frozen=True, kw_only=True)
class Check:
    """A line of the table: one or more cells that share a target.

    Attributes:
        name: What was measured.
        cells: The numbers, one per cell of the check's own small grid.
        low: The least that every cell may be.
        high: The most that every cell may be.
        unit: What follows the number; nothing for a share.
        note: What a reader has to know.
    """

    name: str
    cells: tuple[Cell, ...]
    low: float | None = None
    high: float | None = None
    unit: str = ""
    note: str = ""

    @property
    def standing(self) -> str:
        """`yes`, `within noise` (up to 3 standard errors outside), `MISSED`, or nothing."""
        if self.low is None and self.high is None:
            return SHOWN
        worst = max(cell.beyond(self.low, self.high) for cell in self.cells)
        if worst == 0:
            return HOLDS
        return NOISE if worst <= _NOISE_IN_SE else MISSED

    @property
    def holds(self) -> bool:
        return self.standing != MISSED

    def columns(self) -> tuple[str, str, str, str, str]:
        """Give the line's cells: check, target, measured, standard error, pass."""
        name = f"{self.name} ({self.note})" if self.note else self.name
        se = max(cell.se for cell in self.cells)
        shown = short(se) if se else "exact"
        return (name, self._target(), self._measured(), shown, self.standing)

    def _target(self) -> str:
        if self.low is not None and self.high is not None:
            if self.low == self.high:
                return short(self.low, self.unit)
            return f"{short(self.low)} to {short(self.high, self.unit)}"
        if self.high is not None:
            return f"at most {short(self.high, self.unit)}"
        return f"at least {short(self.low, self.unit)}" if self.low is not None else "no target"

    def _measured(self) -> str:
        values = [cell.value for cell in self.cells]
        if len(values) == 1:
            return short(values[0], self.unit)
        if len(values) <= 5:
            return " / ".join(short(value, self.unit) for value in values)
        worst = f"{short(min(values))} to {short(max(values), self.unit)}"
        return f"{worst} in {len(values)} cells"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table that a page shows as it is; all cells are text."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def markdown(self) -> str:
        """Give the table and its note as Markdown."""
        lines = ["| " + " | ".join(self.header) + " |", "|" + "---|" * len(self.header)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines) + (f"\n\n{self.note}" if self.note else "")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one group of checks gives."""

    checks: tuple[Check, ...] = ()
    grids: tuple[Grid, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, as in results.json."""
        return {
            "checks": [asdict(check) | {"pass": check.standing} for check in self.checks],
            "grids": [asdict(grid) for grid in self.grids],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Measured:
        """Give it back from plain data."""
        checks = tuple(
            Check(
                cells=tuple(Cell(**cell) for cell in one["cells"]),
                **{key: one[key] for key in ("name", "low", "high", "unit", "note")},
            )
            for one in data["checks"]
        )
        grids = tuple(
            Grid(
                header=tuple(one["header"]),
                rows=tuple(tuple(row) for row in one["rows"]),
                **{key: one[key] for key in ("name", "title", "note")},
            )
            for one in data["grids"]
        )
        return cls(checks=checks, grids=grids)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much is drawn, and from which seed.

    Attributes:
        studies: Simulated studies per cell.
        seed: Of every stream; each check has its own, named after it.
        quick: True where only the default rules are wanted.
        data: The folder with real runs; None where there is none.
        peers: The Python of the peers' own environment; None where there is none.
    """

    studies: int = 20_000
    seed: int = 20_240
    quick: bool = False
    data: str | None = None
    peers: str | None = None

    def rng(self, name: str) -> np.random.Generator:
        """Give the stream of one check: the same whatever else is measured."""
        return np.random.default_rng([self.seed, *name.encode()])

    def few(self, divisor: int, least: int = 200) -> int:
        """Give a smaller number of studies, for what costs more per study."""
        return max(least, self.studies // divisor)


def share(label: str, hits: Any) -> Cell:
    """Give the share of `hits`, an array of booleans, one per study."""
    found = np.asarray(hits, dtype=float)
    value = float(found.mean())
    return Cell(
        label=label, value=value, se=math.sqrt(value * (1 - value) / found.size), n=found.size
    )


def mean(label: str, values: Any) -> Cell:
    """Give the mean of `values` with its standard error."""
    found = np.asarray(values, dtype=float)
    return Cell(
        label=label,
        value=float(found.mean()),
        se=float(found.std(ddof=1) / math.sqrt(found.size)),
    )


def fact(label: str, value: float) -> Cell:
    """Give a number that was not drawn."""
    return Cell(label=label, value=float(value))


def percent(value: float, decimals: int = 1) -> str:
    """Give a share as the pages show it."""
    return f"{100 * value:.{decimals}f} %"


def short(value: float, unit: str = "") -> str:
    """Give a number with as many digits as a reader can use."""
    size = abs(value)
    if size >= 100:
        text = f"{value:,.0f}"
    elif size >= 10:
        text = f"{value:.1f}"
    elif size >= 1:
        text = f"{value:.2f}".rstrip("0").rstrip(".")
    else:
        text = f"{value:.4f}".rstrip("0").rstrip(".") or "0"
    return f"{text} {unit}".rstrip()


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a plain text table for the terminal."""
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (header, *rows)
    ]
    return "\n".join(lines)
