"""A bar on the terminal with step, loss and throughput, drawn ten times a second at most."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Self

REDRAWN_EVERY_S = 0.1
_SHOWN = ("train/loss", "val/loss", "val/accuracy")


class Progress:
    """The bar of one run.

    Args:
        total: Steps of the run.
        batch_size: Examples per step, for the throughput.
        first: The step that the run goes on from.
    """

    def __init__(self, *, total: int, batch_size: int, first: int = 0) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[said]}"),
            console=Console(file=sys.stderr),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task("", total=total, completed=first, said="", rate="")
        self._first, self._batch_size = first, batch_size
        self._began = self._drawn = time.monotonic()
        self._said: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def show(self, done: int, row: Mapping[str, float]) -> None:
        """Take the newest numbers; draw where the last drawing is old enough."""
        self._said |= {name: row[name] for name in _SHOWN if name in row}
        now = time.monotonic()
        if now - self._drawn < REDRAWN_EVERY_S:
            return
        self._drawn = now
        rate = (done - self._first) * self._batch_size / max(now - self._began, 1e-9)
        said = "  ".join(f"{name} {value:.4g}" for name, value in self._said.items())
        self._bar.update(
            self._task, completed=done, said=said, rate=f"{rate:,.0f} examples/s", refresh=True
        )


def wanted(*, asked: bool | None, alone: bool) -> bool:
    """Tell whether to draw: as asked, else where a person looks on and no study does."""
    return (alone and sys.stderr.isatty()) if asked is None else asked
