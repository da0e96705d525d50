"""What all benchmarks share: a figure with its bound, a table of them, and the machine's line."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True)
class Figure:
    """One figure; `bound` is the most it may be, None where it only informs."""

    name: str
    value: float
    unit: str = "x"
    bound: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.bound is None or self.value <= self.bound

    @property
    def cells(self) -> tuple[str, str, str, str]:
        bound = "" if self.bound is None else f"<= {self.bound:g} {self.unit}"
        mark = "" if self.holds else "  MISSED"
        return (self.name, f"{self.value:.3g} {self.unit}", bound + mark, self.note)


def show(figures: Sequence[Figure]) -> int:
    """Print the figures; give the exit code."""
    rows = [("figure", "measured", "bound", ""), *(figure.cells for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return 0 if all(figure.holds for figure in figures) else 1


def markdown(figures: Sequence[Figure]) -> str:
    """Give the figures as a Markdown table."""
    lines = ["| figure | measured | bound | |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(figure.cells) + " |" for figure in figures]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Give what the figures were measured on."""
    words = [f"{os.cpu_count()} cores", platform.machine(), f"Python {platform.python_version()}"]
    for package in ("torch", "numpy", "scipy"):
        try:
            words.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(words)
