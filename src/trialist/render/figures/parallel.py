"""Parallel coordinates: every trial a line through all parameters, the best ones dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.cells import cut
from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale, span_of
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Axis,
    Sheet,
    fitted,
    label,
    line,
    polyline,
    svg,
    text_width,
    vertical_axis,
)
from trialist.render.figures.figure import Figure, figure_name
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import size_words
from trialist.render.figures.trialdots import shown_range, thinned
from trialist.render.figures.unitaxis import unit_axis
from trialist.render.markup import Markup
from trialist.values.axisplot import ParallelLine, ParallelPlot
from trialist.values.events import RunStatus
from trialist.values.metric import Metric
from trialist.values.numbers import Unit

MOST_LINES = 240
"""Beyond this, the best and an even share of the others are drawn."""

MOST_AXES = 8
_TOP_SHARE = 0.1
_HEIGHT = {True: 260.0, False: 340.0}


def parallel_figures(
    plots: Sequence[ParallelPlot], metric: Metric, looks: Mapping[str, VariantLook]
) -> tuple[Figure, ...]:
    """Give one figure per variant with two parameters or more."""
    taken: set[str] = set()
    return tuple(
        _figure(plot, metric, looks[plot.variant], taken) for plot in plots if len(plot.axes) > 1
    )


def _figure(plot: ParallelPlot, metric: Metric, look: VariantLook, taken: set[str]) -> Figure:
    name = figure_name("parallel", plot.variant, taken)
    title = f"{cut(plot.variant, 40)}: all parameters at once"
    if not any(one.y is not None for one in plot.lines):
        why = f"Nothing to show of {plot.variant}: no trial has given a value yet."
        return Figure(name=name, title=title, caption=why)
    caption = _caption(plot)
    texts = (name, title, caption)
    drawn = [_drawn(plot, metric, look, sheet, texts) for sheet in (WIDE, NARROW)]
    return Figure(
        name=name, title=title, caption=caption, wide=drawn[0], narrow=drawn[1], csv=_csv(plot)
    )


def _drawn(
    plot: ParallelPlot,
    metric: Metric,
    look: VariantLook,
    sheet: Sheet,
    texts: tuple[str, str, str],
) -> Markup:
    size = sheet.small
    top = size * (4.0 if sheet.is_narrow else 2.6)
    bottom = top + _HEIGHT[sheet.is_narrow]
    axes = [
        unit_axis(one, _units(plot, k), ends=(bottom, top), size=size, upright=True)
        for k, one in enumerate(plot.axes[: _most_axes(sheet)])
    ]
    values = [one.y for one in plot.lines if one.y is not None]
    factor = Unit.of(metric).factor
    low, high = span_of([end * factor for end in shown_range(values, metric.goal)])
    last = vertical_axis(Scale(low=low, high=high, start=bottom, end=top), size)
    places = _places(axes, last, sheet)
    parts = _lines(plot, (*axes, last), places, factor, look)
    names = [one.shown for one in plot.axes[: len(axes)]] + [metric.name]
    room = (places[1] - places[0]) - 8
    for k, (axis, x, name) in enumerate(zip((*axes, last), places, names, strict=True)):
        above = size * (0.9 if k % 2 == len(axes) % 2 or not sheet.is_narrow else 2.2)
        parts += _title(name, x, top - above, size, (room * (1 + sheet.is_narrow), sheet.width))
        parts += _axis(axis, x, size, room=room, is_last=k == len(axes))
    height = bottom + size * 1.6
    return svg(parts, sheet=sheet, height=height, name=texts[0], title=texts[1], about=texts[2])


def _most_axes(sheet: Sheet) -> int:
    return 3 if sheet.is_narrow else MOST_AXES


def _units(plot: ParallelPlot, place: int) -> list[float]:
    return [u for one in plot.lines if (u := one.units[place]) is not None]


def _places(axes: Sequence[Axis], last: Axis, sheet: Sheet) -> list[float]:
    """Give the axes' places: the first has room for its labels at the left."""
    first = max([text_width(t, sheet.small) for t in axes[0].labels.texts], default=0.0) + 14
    texts = [text_width(t, sheet.small) for t in last.labels.texts]
    start, end = max(first, 40.0), sheet.width - max(texts) - 16
    return [start + (end - start) * k / len(axes) for k in range(len(axes) + 1)]


def _title(name: str, x: float, y: float, size: float, rooms: tuple[float, float]) -> list[Markup]:
    """Give what stands above an axis; `rooms` are that of the name and that of the sheet."""
    shown = fitted(name, size * 1.12, rooms[0])
    half = text_width(shown, size * 1.12) / 2
    middle = min(max(x, half + 2), rooms[1] - half - 2)
    return [label(shown, middle, y, size, anchor="middle", class_="strong")]


def _axis(axis: Axis, x: float, size: float, *, room: float, is_last: bool) -> list[Markup]:
    top, bottom = sorted((axis.scale.start, axis.scale.end))
    parts = [line(x, top, x, bottom, class_="axis")]
    free = bottom + size * 1.4
    for value, text in zip(axis.values, axis.labels.texts, strict=True):
        y = axis.scale.at(value)
        parts.append(line(x - 4, y, x, y, class_="axis"))
        if y > free - size * 1.25:
            continue
        free = y
        anchor, at = ("start", x + 6) if is_last else ("end", x - 7)
        words = fitted(text, size, room * 0.6)
        parts.append(label(words, at, y + size * 0.35, size, anchor=anchor, class_="quiet halo"))
    return parts


def _lines(
    plot: ParallelPlot,
    axes: Sequence[Axis],
    places: Sequence[float],
    factor: float,
    look: VariantLook,
) -> list[Markup]:
    parts: list[Markup] = []
    for one in drawn_lines(plot):
        is_top = one.rank is not None and one.rank <= _TOP_SHARE
        is_lost = one.status is RunStatus.DIVERGED
        class_ = look.color if is_top else "bad" if is_lost else "rank"
        width, opacity = (2.0, 0.85) if is_top else (1.0, 0.35)
        heights = [
            None if unit is None else axis.scale.at(unit)
            for axis, unit in zip(axes, one.units, strict=False)
        ]
        heights.append(None if one.y is None else axes[-1].scale.at(one.y * factor))
        parts += [
            polyline(stretch, class_=class_, width=width, opacity=opacity)
            for stretch in _stretches(places, heights)
        ]
    return parts


def _stretches(
    places: Sequence[float], heights: Sequence[float | None]
) -> list[list[tuple[float, float]]]:
    """Give the parts of a line between parameters that exist beside each other."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(places, heights, strict=False):
        if y is None:
            found.append([])
        else:
            found[-1].append((x, y))
    return [stretch for stretch in found if len(stretch) > 1]


def drawn_lines(plot: ParallelPlot) -> list[ParallelLine]:
    """Give the trials that are drawn, the best last."""
    return thinned(plot.lines, lambda one: 1.0 if one.rank is None else one.rank, most=MOST_LINES)


def _caption(plot: ParallelPlot) -> str:
    n = sum(one.y is not None for one in plot.lines)
    thick = "The best tenth of the trials is drawn thick: where its lines lie together"
    said = [f"{thick} on an axis that parameter matters ({size_words(f'{n:,}')})"]
    if any(one.status is RunStatus.DIVERGED for one in plot.lines):
        said.append("those that diverged are red and have no end")
    if len(plot.axes) > MOST_AXES:
        said.append(f"the first {MOST_AXES} of {len(plot.axes)} parameters are shown")
    if len(plot.lines) > MOST_LINES:
        said.append(f"of {len(plot.lines):,} trials the best and an even share are drawn")
    return "; ".join(said) + "."


def _csv(plot: ParallelPlot) -> str:
    head = ("trial", *(one.shown for one in plot.axes), plot.metric, "rank", "status")
    rows = [(one.name, *one.units, one.y, one.rank, one.status.value) for one in drawn_lines(plot)]
    return csv_text(head, rows)
