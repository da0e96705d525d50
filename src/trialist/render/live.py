"""What a person sees while a study runs: a live table in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from trialist.render.amounts import mean_and_sd
from trialist.render.cells import visible
from trialist.render.lines import look_line, progress_line, run_line
from trialist.render.progress import Progress, ProgressRow
from trialist.render.reportdata import LookLine
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Metric

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

REDRAW_SECONDS = 0.25


class Display(Protocol):
    """What shows a running study. Used with `with`; every method returns at once."""

    def __enter__(self) -> Self:
        """Start showing."""
        ...

    def __exit__(self, *reason: object) -> None:
        """Stop showing and leave the terminal as it was."""
        ...

    def update(self, progress: Progress) -> None:
        """Show how the study stands; call it as often as you like."""
        ...

    def run_ended(self, record: RunRecord) -> None:
        """Tell that a run ended."""
        ...

    def look_taken(self, lines: Sequence[LookLine]) -> None:
        """Tell what was seen at a look."""
        ...

    def note(self, text: str) -> None:
        """Tell something else in one line."""
        ...


def display_for(
    stream: TextIO, *, metric: Metric, environ: Mapping[str, str], quiet: bool = False
) -> Display:
    """Give the display that fits: none, a live table in a terminal, or plain lines.

    Args:
        stream: Where it is written, as a rule standard error.
        metric: The goal metric, for its unit.
        environ: The environment, for TERM and NO_COLOR.
        quiet: True shows nothing.
    """
    if quiet:
        return Silent()
    if stream.isatty() and environ.get("TERM") != "dumb":
        return LiveTable(stream, metric=metric, color=not environ.get("NO_COLOR"))
    return PlainLines(stream, metric=metric)


class Silent:
    """Shows nothing (`--quiet`)."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        return None

    def update(self, progress: Progress) -> None:
        """Show nothing."""

    def run_ended(self, record: RunRecord) -> None:
        """Show nothing."""

    def look_taken(self, lines: Sequence[LookLine]) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""


class PlainLines:
    """One line per finished run and per look, for logs and pipes."""

    def __init__(self, stream: TextIO, *, metric: Metric) -> None:
        self._stream = stream
        self._metric = metric
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        return None

    def update(self, progress: Progress) -> None:
        """Remember how the study stands; it is written with the next line."""
        self._progress = progress
        self._metric = progress.metric  # its unit shows with the first values

    def run_ended(self, record: RunRecord) -> None:
        """Write one line about the run."""
        line = run_line(record, self._metric)
        if self._progress is not None:
            line += f"  ({self._progress.n_done} of at most {self._progress.n_max})"
        self._write(line)

    def look_taken(self, lines: Sequence[LookLine]) -> None:
        """Write one line per comparison."""
        for line in lines:
            self._write(look_line(line, self._metric))

    def note(self, text: str) -> None:
        """Write `text` as one line."""
        self._write(visible(text))

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


class LiveTable:
    """The live table: cells fill in place, at most four times a second.

    It draws only within `update`, never from a thread of its own: a process that starts workers
    by forking must not hold threads.
    """

    def __init__(self, stream: TextIO, *, metric: Metric, color: bool = True) -> None:
        self._stream = stream
        self._metric = metric
        self._color = color
        self._live: Live | None = None
        self._drawn = 0.0
        self._latest: Progress | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        console = Console(
            file=self._stream,
            force_terminal=True,
            no_color=not self._color,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        return self

    def __exit__(self, *reason: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def update(self, progress: Progress) -> None:
        """Show how the study stands."""
        self._metric = progress.metric
        self._latest = progress
        now = time.monotonic()
        if now - self._drawn >= REDRAW_SECONDS:
            self._drawn = now
            self._draw(progress, now)

    def run_ended(self, record: RunRecord) -> None:
        """Write one line above the table where the run gave no value."""
        if record.status is not RunStatus.FINISHED:
            self._print(run_line(record, self._metric))

    def look_taken(self, lines: Sequence[LookLine]) -> None:
        """Write one line per comparison above the table."""
        for line in lines:
            self._print(look_line(line, self._metric))

    def note(self, text: str) -> None:
        """Write `text` above the table."""
        self._print(visible(text))

    def _draw(self, progress: Progress, now: float) -> None:
        if self._live is not None:
            self._live.update(live_table(progress, now=now), refresh=True)

    def _print(self, line: str) -> None:
        if self._live is not None:
            self._live.console.print(line, soft_wrap=True)


_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


def live_table(progress: Progress, *, now: float = 0.0) -> RenderableType:
    """Give the table of a running study as something rich can draw.

    Args:
        progress: How the study stands.
        now: Seconds of any steady clock; turns the spinner.
    """
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    # Where the window is narrow, names and states give way, numbers do not.
    table.add_column("variant", overflow="ellipsis", ratio=1, max_width=32)
    table.add_column(progress.counts, no_wrap=True, justify="right")
    table.add_column("mean", no_wrap=True, justify="right")
    table.add_column("sd", no_wrap=True, justify="right")
    table.add_column("", overflow="ellipsis")
    spinner = _SPINNER[int(now * 8) % len(_SPINNER)]
    for row in progress.rows:
        spread = mean_and_sd(row.mean, row.sd, progress.metric, half_width=row.half_width)
        cells = (
            Text(visible(row.variant), no_wrap=True),
            Text(f"{row.n_done}/{row.n_planned}"),
            Text(spread.mean),
            Text(spread.sd),
            Text(_state_of(row, spinner), no_wrap=True),
        )
        table.add_row(*cells)
    head = Text(f"{visible(progress.study)}  {visible(progress.metric.name)}", style="bold")
    last = Text(progress_line(progress), style="dim")
    return Group(head, Text(), table, Text(), last)


def _state_of(row: ProgressRow, spinner: str) -> str:
    parts = []
    if row.running:
        seeds = ", ".join(str(seed) for seed in row.running[:4])
        more = f" and {len(row.running) - 4} more" if len(row.running) > 4 else ""
        parts.append(f"{spinner} seed {seeds}{more}")
    if row.n_failed:
        parts.append(f"{row.n_failed} failed")
    if row.n_diverged:
        parts.append(f"{row.n_diverged} diverged")
    if row.text:
        parts.append(visible(row.text))
    return " · ".join(parts)
