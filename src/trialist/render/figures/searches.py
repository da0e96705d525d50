"""The expected best of m trials of each variant, with the interval of every point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale, span_of
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    axis_title,
    draw_horizontal,
    fitted,
    horizontal_axis,
    horizontal_height,
    label,
    line,
    polyline,
    svg,
    text_width,
    vertical_axis,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.legend import legend
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed
from trialist.render.markup import Markup, coordinate, el
from trialist.render.searchrows import curve_note
from trialist.render.statement import unit_of
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, decimals_for, fixed
from trialist.values.results import Results
from trialist.values.searches import BestOf, BestOfCurve, Searches

_NAME, _TITLE = "searches", "Expected best of m trials"
_MOST_BANDS = 4  # more bands would cover each other


def searches_figure(results: Results, looks: Mapping[str, VariantLook]) -> Figure | None:
    """Give the curves; an empty figure where no search is large enough, None without searches."""
    if results.searches is None:
        return None
    return best_of_figure(results.searches, results.metric, looks)


def best_of_figure(found: Searches, metric: Metric, looks: Mapping[str, VariantLook]) -> Figure:
    """Give the curves of a study or of a table; an empty figure where none is large enough."""
    curves = [curve for curve in found.curves if curve.points]
    if not curves:
        caption = f"No expected best to show: {curve_note(found)}"
        return Figure(name=_NAME, title=_TITLE, caption=caption)
    caption = _caption(found, curves, metric)
    drawn = [_drawn(curves, metric, looks, sheet, caption) for sheet in (WIDE, NARROW)]
    return Figure(
        name=_NAME,
        title=_TITLE,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=_csv(curves),
    )


def _drawn(
    curves: Sequence[BestOfCurve],
    metric: Metric,
    looks: Mapping[str, VariantLook],
    sheet: Sheet,
    about: str,
) -> Markup:
    size, factor = sheet.small, Unit.of(metric).factor
    entries: list[tuple[VariantLook | None, str]] = [(looks[c.variant], c.variant) for c in curves]
    if len(curves) <= _MOST_BANDS:
        entries.append((None, "band: interval of each point"))
    key = legend(entries, sheet)
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    head = fitted(f"{metric.name} when chosen{unit} ({metric.goal.words})", size, sheet.width - 8)
    top = key.height + size + 12
    height = 230.0 if sheet.is_narrow else 340.0
    low, high = span_of([end * factor for curve in curves for end in _ends(curve)])
    y = vertical_axis(Scale(low=low, high=high, start=top + height, end=top), size)
    start = max(text_width(text, size) for text in y.labels.texts) + 16
    most = max(curve.points[-1].m for curve in curves)
    across = Scale(low=1, high=max(most, 2), start=start, end=sheet.width - 18)
    x = horizontal_axis(across, size)
    parts = [*key.parts, label(head, 4, key.height + size, size)]
    for value, text in zip(y.values, y.labels.texts, strict=True):
        place = y.scale.at(value)
        parts.append(line(start, place, across.end, place, class_="grid"))
        shown = label(text, start - 8, place + size * 0.35, size, anchor="end", class_="quiet")
        parts.append(shown)
    titles = axis_title("m, trials per search", x, size, sheet.width)
    parts += draw_horizontal(x, [(top, top + height)], size, titles=titles)
    for curve in curves:
        places = _places(curve, across, y.scale, factor)
        parts += _curve(places, looks[curve.variant], with_band=len(curves) <= _MOST_BANDS)
    whole = top + height + horizontal_height(size, len(titles))
    return svg(parts, sheet=sheet, height=whole, name=_NAME, title=_TITLE, about=about)


Places = list[tuple[float, float, float, float]]
"""The place of each point: x, the value, and the ends of its interval."""


def _places(curve: BestOfCurve, x: Scale, y: Scale, factor: float) -> Places:
    places = []
    for point in curve.points:
        low, high = _interval(point)
        ends = (y.at(end * factor) for end in (point.value, low, high))
        places.append((x.at(point.m), *ends))
    return [(a, b, c, d) for a, b, c, d in places]


def _curve(places: Places, look: VariantLook, *, with_band: bool) -> list[Markup]:
    parts: list[Markup] = []
    if with_band and len(places) > 1:
        upper = [(x, high) for x, _, _, high in places]
        lower = [(x, low) for x, _, low, _ in reversed(places)]
        path = "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in upper + lower) + "Z"
        band = el("path", d=path, class_=look.color, fill="currentColor", fill_opacity="0.14")
        parts.append(band)
    elif with_band:
        x, _, low, high = places[0]
        parts.append(line(x, low, x, high, class_=look.color, width=3))
    if len(places) > 1:
        parts.append(polyline([(x, y) for x, y, _, _ in places], class_=look.color, width=2.5))
    every = max(1, len(places) // 8)
    return [*parts, *(look.marker(x, y, 9) for x, y, _, _ in places[::every])]


def _interval(point: BestOf) -> tuple[float, float]:
    interval = point.interval
    if isinstance(interval, Interval):
        return interval.low, interval.high
    return point.value, point.value


def _ends(curve: BestOfCurve) -> list[float]:
    return [end for point in curve.points for end in (point.value, *_interval(point))]


def _caption(searches: Searches, curves: Sequence[BestOfCurve], metric: Metric) -> str:
    factor = Unit.of(metric).factor
    said = []
    for curve in curves:
        last = curve.points[-1]
        low, high = _interval(last)
        decimals = decimals_for((high - low) / 2 * factor)
        said.append(f"{curve.variant} {fixed(last.value * factor, decimals)} at m = {last.m}")
    return (
        f"What the best of m trials scores on average when it is chosen: {listed(said)}. "
        f"{curve_note(searches)} A winner's own score is no point of this: it was seen once."
    )


def _csv(curves: Sequence[BestOfCurve]) -> str:
    head = ("variant", "m", "value", "low", "high", "n_groups", "over")
    rows = [
        (curve.variant, point.m, point.value, *_interval(point), point.n_groups, curve.over)
        for curve in curves
        for point in curve.points
    ]
    return csv_text(head, rows)
