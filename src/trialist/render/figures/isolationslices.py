"""An isolation plot along a range: every trial a dot, the best of each slice ringed and joined."""

from __future__ import annotations

from collections.abc import Mapping

from trialist.render.figures.axis import Scale as Straight
from trialist.render.figures.axis import span_of
from trialist.render.figures.canvas import (
    Axis,
    Sheet,
    draw_horizontal,
    fitted,
    horizontal_height,
    label,
    line,
    polyline,
    svg,
    text_width,
    vertical_axis,
)
from trialist.render.figures.isolationcsv import drawn_dots
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.trialdots import crosses, dots, opacity_for, ring, shown_range
from trialist.render.figures.unitaxis import unit_axis
from trialist.render.markup import Markup, el
from trialist.render.statement import unit_of
from trialist.values.isolation import Isolation, IsolationGroup
from trialist.values.metric import Metric
from trialist.values.numbers import Unit
from trialist.values.space import Parameter

_MOST_LINES = 60
_CROSSES = 26.0


def draw_slices(
    plot: Isolation,
    metric: Metric,
    looks: Mapping[str, VariantLook],
    sheet: Sheet,
    texts: tuple[str, str, str],
    *,
    along: Parameter,
) -> Markup:
    """Give the picture.

    Args:
        plot: What is drawn.
        metric: The goal metric.
        looks: How each variant is drawn.
        sheet: The sheet.
        texts: Its name, its title and its caption.
        along: The parameter that lies along the axis.
    """
    look = looks.get(plot.variant or "") or next(iter(looks.values()))
    size, factor = sheet.small, Unit.of(metric).factor
    values = [dot.value for dot in plot.dots if dot.value is not None]
    low, high = span_of([end * factor for end in shown_range(values, metric.goal)])
    has_lost = any(dot.value is None for dot in plot.dots)
    top = size + 14 + (_CROSSES if has_lost else 0)
    bottom = top + (210.0 if sheet.is_narrow else 320.0)
    y = vertical_axis(Straight(low=low, high=high, start=bottom, end=top), size)
    start = max(text_width(text, size) for text in y.labels.texts) + 16
    units = [dot.unit for dot in plot.dots if dot.unit is not None]
    x = unit_axis(along, units, ends=(start, sheet.width - 18), size=size)
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    head = fitted(f"{metric.name}{unit} ({metric.goal.words})", size, sheet.width - 8)
    title = fitted(plot.parameter, size, sheet.width - start - 20)
    parts = [label(head, 4, size, size), *_slices(plot, x, top, bottom)]
    parts += _grid(y, x, size)
    parts += draw_horizontal(x, [(top, bottom)], size, titles=[title])
    parts += _lines(plot, x, y.scale, factor, look)
    parts += _trials(plot, x, y.scale, factor, look, crosses_at=top - 15)
    parts += _bests(plot, x, y.scale, factor, look)
    height = bottom + horizontal_height(size, 1)
    return svg(parts, sheet=sheet, height=height, name=texts[0], title=texts[1], about=texts[2])


def _grid(y: Axis, x: Axis, size: float) -> list[Markup]:
    parts = []
    start, end = x.scale.start, x.scale.end
    for value, text in zip(y.values, y.labels.texts, strict=True):
        at = y.scale.at(value)
        parts.append(line(start, at, end, at, class_="grid"))
        parts.append(label(text, start - 8, at + size * 0.35, size, anchor="end", class_="quiet"))
    return parts


def _slices(plot: Isolation, x: Axis, top: float, bottom: float) -> list[Markup]:
    """Give every second slice a quiet ground."""
    parts = []
    for group in plot.groups[1::2]:
        if group.unit_low is None or group.unit_high is None:
            continue
        left, right = x.scale.at(group.unit_low), x.scale.at(group.unit_high)
        parts.append(
            el("rect", x=left, y=top, width=right - left, height=bottom - top, class_="zone slice")
        )
    return parts


def _lines(plot: Isolation, x: Axis, y: Straight, factor: float, look: VariantLook) -> list[Markup]:
    """Give a faint line per point of a shared design, through the groups that have it."""
    parts = []
    for one in plot.lines[:_MOST_LINES]:
        places = [
            (x.scale.at(_middle(group)), y.at(value * factor))
            for group, value in zip(plot.groups, one.values, strict=True)
            if value is not None
        ]
        if len(places) > 1:
            parts.append(polyline(places, class_=look.color, width=1, opacity=0.2))
    return parts


def _trials(
    plot: Isolation, x: Axis, y: Straight, factor: float, look: VariantLook, *, crosses_at: float
) -> list[Markup]:
    kept = [dot for dot in drawn_dots(plot) if dot.unit is not None]
    seen = [
        (x.scale.at(dot.unit or 0.0), y.at(dot.value * factor))
        for dot in kept
        if dot.value is not None
    ]
    lost = [(x.scale.at(dot.unit or 0.0), crosses_at) for dot in kept if dot.value is None]
    parts = [dots(seen, look, size=6.5, opacity=opacity_for(len(seen)))] if seen else []
    return [*parts, crosses(lost)] if lost else parts


def _bests(plot: Isolation, x: Axis, y: Straight, factor: float, look: VariantLook) -> list[Markup]:
    best = [dot for dot in plot.dots if dot.is_best and dot.value is not None]
    best.sort(key=lambda dot: dot.group)
    places = [
        (x.scale.at(_place(plot.groups[dot.group], dot.unit)), y.at((dot.value or 0.0) * factor))
        for dot in best
    ]
    parts: list[Markup] = []
    if len(places) > 1:
        parts.append(polyline(places, class_=look.color, width=2.2))
    if plot.noise is not None:
        for (across, _), dot in zip(places, best, strict=True):
            value = dot.value or 0.0
            ends = [y.at((value + sign * plot.noise) * factor) for sign in (-1, 1)]
            parts.append(line(across, ends[0], across, ends[1], class_=look.color, width=3))
    for across, height in places:
        parts += ring(across, height, look)
    return parts


def _place(group: IsolationGroup, unit: float | None) -> float:
    return _middle(group) if unit is None else unit


def _middle(group: IsolationGroup) -> float:
    """Give the middle of a slice; what is off stands before the range."""
    if group.unit_low is None or group.unit_high is None:
        return -0.05
    return (group.unit_low + group.unit_high) / 2
