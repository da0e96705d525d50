"""Figures against batch size: the best learning rate, and the steps to a target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.batchrates import RatesByBatch
from trialist.analysis.batchsizes import BatchStudy
from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale, TickLabels
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
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
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.legend import legend
from trialist.render.figures.palette import VariantLook, looks_of
from trialist.render.figures.phrases import size_words
from trialist.render.figures.unitaxis import unit_axis, value_words
from trialist.render.markup import Markup, el
from trialist.values.missing import Missing
from trialist.values.space import Parameter
from trialist.values.space import Scale as Searched

_RATES, _STEPS = "rates-by-batch", "steps-by-batch"
_RATES_TITLE = "Learning rate against batch size"
_STEPS_TITLE = "Steps to the target against batch size"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """A place on two logarithmic axes; hollow where it should be taken with care."""

    x: float
    y: float
    hollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    """What is drawn: lines of points by their names, and what the axes are called."""

    name: str
    title: str
    caption: str
    across: str
    upward: str
    lines: Mapping[str, Sequence[_Point]]
    looks: Mapping[str, VariantLook]


def rates_figure(found: RatesByBatch, looks: Mapping[str, VariantLook]) -> Figure:
    """Give the best learning rate at each batch size; empty without a rate and a batch size."""
    if not found.rows:
        caption = "Nothing to show: no trial has both a batch size and a learning rate."
        return Figure(name=_RATES, title=_RATES_TITLE, caption=caption)
    lines: dict[str, list[_Point]] = {}
    for row in found.rows:
        point = _Point(x=row.batch_size, y=row.rate, hollow=row.at_edge)
        lines.setdefault(row.variant, []).append(point)
    head = ("variant", "batch_size", "rate", "value", "n_trials", "at_edge")
    rows = [
        (r.variant, r.batch_size, r.rate, r.value, r.n_trials, int(r.at_edge)) for r in found.rows
    ]
    sketch = _Sketch(
        name=_RATES,
        title=_RATES_TITLE,
        caption=_rates_caption(found),
        across="batch size",
        upward="learning rate of the best trial",
        lines=lines,
        looks=looks,
    )
    return _figure(sketch, csv_text(head, rows))


def steps_figure(study: BatchStudy, *, target: float) -> Figure:
    """Give the steps to a target at each batch size; empty where none got there."""
    points = [
        _Point(x=one.batch_size, y=one.steps, hollow=one.at_edge)
        for one in study.points
        if not isinstance(one.steps, Missing)
    ]
    caption = " ".join([study.sentence, *study.caveats])
    if not points:
        return Figure(name=_STEPS, title=_STEPS_TITLE, caption=caption)
    head = ("batch_size", "steps", "examples", "n_settings", "at_edge")
    rows = [
        (one.batch_size, one.steps, one.examples, one.n_settings, int(one.at_edge))
        for one in study.points
    ]
    sketch = _Sketch(
        name=_STEPS,
        title=_STEPS_TITLE,
        caption=caption,
        across="batch size",
        upward=f"steps to {value_words(target)}",
        lines={"": points},
        looks=looks_of([""], ""),
    )
    return _figure(sketch, csv_text(head, rows))


def _rates_caption(found: RatesByBatch) -> str:
    said = []
    for variant, exponent in found.exponents.items():
        if isinstance(exponent, Missing):
            said.append(f"{variant}: no trend, {exponent.reason}")
        else:
            said.append(
                f"{variant}: the best rate grows with the batch to the power {exponent:.2f}"
            )
    n = sum(row.n_trials for row in found.rows)
    edges = any(row.at_edge for row in found.rows)
    hollow = " Hollow marks lie at an end of the range." if edges else ""
    return (
        f"{'; '.join(said)} ({size_words(f'{n:,}')}, the best trial of each size).{hollow} In "
        "proportion would be the power 1, the square root 0.5."
    )


def _figure(sketch: _Sketch, csv: str) -> Figure:
    drawn = [_drawn(sketch, sheet) for sheet in (WIDE, NARROW)]
    return Figure(
        name=sketch.name,
        title=sketch.title,
        caption=sketch.caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=csv,
    )


def _drawn(sketch: _Sketch, sheet: Sheet) -> Markup:
    size = sheet.small
    entries: list[tuple[VariantLook | None, str]] = [
        (sketch.looks[name], name) for name in sketch.lines if name
    ]
    key = legend(entries, sheet) if entries else None
    above = key.height if key is not None else 0.0
    head = fitted(sketch.upward, size, sheet.width - 8)
    top = above + size + 16
    bottom = top + (200.0 if sheet.is_narrow else 300.0)
    points = [point for one in sketch.lines.values() for point in one]
    y = _rising([one.y for one in points], (bottom, top), size)
    start = max(text_width(text, size) for text in y.labels.texts) + 16
    x = _sizes([one.x for one in points], (start, sheet.width - 18), size)
    parts = [*(key.parts if key is not None else ()), label(head, 4, above + size, size)]
    for value, text in zip(y.values, y.labels.texts, strict=True):
        at = y.scale.at(value)
        parts.append(line(start, at, x.scale.end, at, class_="grid"))
        parts.append(label(text, start - 8, at + size * 0.35, size, anchor="end", class_="quiet"))
    parts += draw_horizontal(x, [(top, bottom)], size, titles=[sketch.across])
    for name, line_of in sketch.lines.items():
        parts += _line(line_of, sketch.looks[name], x, y)
    height = bottom + horizontal_height(size, 1)
    return svg(
        parts,
        sheet=sheet,
        height=height,
        name=sketch.name,
        title=sketch.title,
        about=sketch.caption,
    )


def _line(points: Sequence[_Point], look: VariantLook, x: Axis, y: Axis) -> list[Markup]:
    places = [
        (x.scale.at(math.log2(one.x)), y.scale.at(math.log(one.y)), one.hollow)
        for one in sorted(points, key=lambda one: one.x)
    ]
    parts: list[Markup] = []
    if len(places) > 1:
        parts.append(polyline([(a, b) for a, b, _ in places], class_=look.color, width=2.2))
    for across, up, hollow in places:
        if hollow:  # the line must not be seen through it
            parts.append(el("circle", cx=across, cy=up, r=7, class_="paper"))
        parts.append(look.marker(across, up, 10, hollow=hollow))
    return parts


def _sizes(values: Sequence[float], ends: tuple[float, float], size: float) -> Axis:
    """Give the axis of batch sizes: a tick at each, as far as there is room."""
    logs = sorted({math.log2(value) for value in values})
    reach = max(logs[-1] - logs[0], 1.0)
    scale = Scale(
        low=logs[0] - 0.06 * reach, high=logs[-1] + 0.06 * reach, start=ends[0], end=ends[1]
    )
    kept: list[float] = []
    for one in logs:
        width = text_width(f"{2**one:,.0f}", size) + 12
        if not kept or scale.at(one) - scale.at(kept[-1]) >= width:
            kept.append(one)
    texts = tuple(f"{2**one:,.0f}" for one in kept)
    return Axis(scale=scale, values=tuple(kept), labels=TickLabels(texts=texts))


def _rising(values: Sequence[float], ends: tuple[float, float], size: float) -> Axis:
    """Give a vertical, logarithmic axis whose places are natural logarithms."""
    low, high = min(values), max(values)
    if high < low * 2:
        low, high = low / 2, high * 2
    whole = Parameter(name="", low=low, high=high, scale=Searched.LOG)
    axis = unit_axis(whole, (), ends=ends, size=size, upright=True)
    first, reach = math.log(low), math.log(high / low)

    def log_at(unit: float) -> float:
        return first + unit * reach

    scale = axis.scale
    return Axis(
        scale=Scale(low=log_at(scale.low), high=log_at(scale.high), start=ends[0], end=ends[1]),
        values=tuple(map(log_at, axis.values)),
        labels=axis.labels,
    )
