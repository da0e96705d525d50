"""Small plots beside each other: one vertical scale for all, a horizontal axis for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trialist.render.figures.axis import Scale, span_of
from trialist.render.figures.canvas import (
    Axis,
    Sheet,
    draw_horizontal,
    fitted,
    horizontal_height,
    label,
    line,
    text_width,
    vertical_axis,
)
from trialist.render.markup import Markup

_GAP = 34.0
_CROSSES = 26.0

MakeAxis = Callable[[tuple[float, float], float], Axis]
"""Gives the axis between two ends, in SVG units, with labels of a size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One plot of the grid: what it is called and its horizontal axis.

    Attributes:
        title: What stands above it.
        axis: Gives its axis.
        note: What stands above it at the right; may be empty.
    """

    title: str
    axis: MakeAxis
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A placed plot.

    Attributes:
        x: The horizontal axis.
        y: The vertical scale, shared by all plots.
        top: Where the plot begins, below the strip of crosses.
        bottom: Where it ends.
        crosses: The height at which trials without a value are marked.
        head: The base line of its title.
    """

    x: Axis
    y: Scale
    top: float
    bottom: float
    crosses: float
    head: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Placed plots, what frames them, and the height of it all."""

    plots: tuple[Plot, ...]
    parts: tuple[Markup, ...]
    height: float


def grid(
    cells: Sequence[Cell],
    values: Sequence[float],
    sheet: Sheet,
    *,
    top: float,
    with_crosses: bool,
) -> Grid:
    """Give the plots their places on the sheet, from `top` down.

    Args:
        cells: One or more.
        values: What the vertical axis has to hold, as it is drawn.
        sheet: The sheet.
        top: Where the first row begins.
        with_crosses: True where some trials have no value and are marked above the plot.
    """
    n_columns = _columns(len(cells), sheet)
    low, high = span_of(values)
    height = (190.0 if n_columns > 1 else 260.0) if not sheet.is_narrow else 180.0
    size = sheet.small
    probe = vertical_axis(Scale(low=low, high=high, start=height, end=0), size)
    left = max(text_width(text, size) for text in probe.labels.texts) + 16
    width = (sheet.width - left - 18 - _GAP * (n_columns - 1)) / n_columns
    above = size * 1.4 + 8 + (_CROSSES if with_crosses else 0)
    whole = above + height + horizontal_height(size, 0) + 12
    plots, parts = [], []
    for place, cell in enumerate(cells):
        row, column = divmod(place, n_columns)
        start = left + column * (width + _GAP)
        upper = top + row * whole + above
        y = vertical_axis(Scale(low=low, high=high, start=upper + height, end=upper), size)
        x = cell.axis((start, start + width), size)
        plot = Plot(
            x=x,
            y=y.scale,
            top=upper,
            bottom=upper + height,
            crosses=upper - 15,
            head=upper - 9 - (_CROSSES if with_crosses else 0),
        )
        plots.append(plot)
        parts += _frame(plot, y, cell, sheet, is_first=column == 0)
    n_rows = -(-len(cells) // n_columns)
    return Grid(plots=tuple(plots), parts=tuple(parts), height=top + n_rows * whole)


def _columns(n: int, sheet: Sheet) -> int:
    most = 1 if sheet.is_narrow else 3
    return min(n, most) if n != 4 else min(2, most)


def _frame(plot: Plot, y: Axis, cell: Cell, sheet: Sheet, *, is_first: bool) -> list[Markup]:
    size = sheet.small
    start, end = plot.x.scale.start, plot.x.scale.end
    parts = []
    for value, text in zip(y.values, y.labels.texts, strict=True):
        at = y.scale.at(value)
        parts.append(line(start, at, end, at, class_="grid"))
        if is_first:
            parts.append(
                label(text, start - 8, at + size * 0.35, size, anchor="end", class_="quiet")
            )
    if is_first and y.labels.factor:
        parts.append(label(y.labels.factor, start + 4, plot.top + size, size, class_="quiet"))
    parts += draw_horizontal(plot.x, [(plot.top, plot.bottom)], size)
    return [*parts, *_heading(cell, (start, end), plot.head, size)]


def _heading(cell: Cell, ends: tuple[float, float], y: float, size: float) -> list[Markup]:
    start, end = ends
    room = end - start
    note = fitted(cell.note, size, room * 0.55)
    taken = text_width(note, size) + 14 if note else 0.0
    title = fitted(cell.title, size * 1.12, room - taken)
    parts = [label(title, start, y, size, class_="strong")]
    if note:
        parts.append(label(note, end, y, size, anchor="end", class_="quiet"))
    return parts
