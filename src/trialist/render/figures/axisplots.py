"""Axis plots: every trial of a variant along each of its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.cells import cut
from trialist.render.csvdata import csv_text
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    fitted,
    label,
    line,
    svg,
)
from trialist.render.figures.figure import Figure, figure_name
from trialist.render.figures.grid import Cell, MakeAxis, Plot, grid
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed, size_words
from trialist.render.figures.trialdots import (
    MOST_DOTS,
    crosses,
    dots,
    opacity_for,
    ring,
    shown_range,
    thinned,
)
from trialist.render.figures.unitaxis import unit_axis, value_words
from trialist.render.markup import Markup
from trialist.render.statement import unit_of as unit_word
from trialist.values.axisplot import AxisDot, AxisPlot
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.numbers import Unit, counted
from trialist.values.playbook import Level

MOST_PANELS = 12
_GOLDEN = 0.6180339887
_LOUD = (Level.EDGE, Level.SUSPECT, Level.INSTABILITY, Level.AT_LIMIT)


def axis_figures(
    plots: Sequence[AxisPlot], metric: Metric, looks: Mapping[str, VariantLook]
) -> tuple[Figure, ...]:
    """Give one figure per variant; an empty one where it has no trial that can be drawn."""
    names = dict.fromkeys(plot.variant for plot in plots)
    taken: set[str] = set()
    figures = []
    for name in names:
        mine = [plot for plot in plots if plot.variant == name]
        figures.append(_figure(mine, metric, looks[name], name=figure_name("axes", name, taken)))
    return tuple(figures)


def _figure(plots: Sequence[AxisPlot], metric: Metric, look: VariantLook, *, name: str) -> Figure:
    variant = plots[0].variant
    title = f"{cut(variant, 40)}: every trial along each parameter"
    values = [dot.y for plot in plots for dot in plot.dots if dot.y is not None]
    if not values:
        why = "no trial has given a value yet"
        return Figure(name=name, title=title, caption=f"Nothing to show of {variant}: {why}.")
    shown = plots[:MOST_PANELS]
    ends = shown_range(values, metric.goal)
    is_cut = min(values) < ends[0] or max(values) > ends[1]
    caption = _caption(plots, is_cut=is_cut)
    drawn = [
        _drawn(shown, metric, look, sheet, (name, title, caption), ends) for sheet in (WIDE, NARROW)
    ]
    return Figure(
        name=name,
        title=title,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=_csv(shown, metric),
    )


def _drawn(
    plots: Sequence[AxisPlot],
    metric: Metric,
    look: VariantLook,
    sheet: Sheet,
    texts: tuple[str, str, str],
    ends: tuple[float, float],
) -> Markup:
    factor = Unit.of(metric).factor
    unit = f", {unit_word(metric)}" if unit_word(metric) else ""
    size = sheet.small
    head = fitted(f"{metric.name}{unit} ({metric.goal.words})", size, sheet.width - 8)
    cells = [Cell(title=p.parameter.shown, axis=_axis_of(p), note=_note(p)) for p in plots]
    has_lost = any(is_lost(dot) for plot in plots for dot in plot.dots)
    reach = [end * factor for end in ends]
    laid = grid(cells, reach, sheet, top=size + 8, with_crosses=has_lost)
    parts = [label(head, 4, size, size), *laid.parts]
    for axis_plot, place in zip(plots, laid.plots, strict=True):
        parts += _panel(axis_plot, place, look, factor)
    return svg(
        parts, sheet=sheet, height=laid.height, name=texts[0], title=texts[1], about=texts[2]
    )


def _axis_of(plot: AxisPlot) -> MakeAxis:
    units = [dot.unit for dot in plot.dots]
    return lambda ends, size: unit_axis(plot.parameter, units, ends=ends, size=size)


def _note(plot: AxisPlot) -> str:
    off = f"{plot.n_off} without it" if plot.n_off else ""
    level = plot.level.value if plot.level in _LOUD and plot.level is not None else ""
    return " · ".join(filter(None, (level, off)))


def _panel(plot: AxisPlot, place: Plot, look: VariantLook, factor: float) -> list[Markup]:
    kept = drawn_dots(plot.dots, plot.goal)
    at = place.x.scale.at
    beside = 0.35 / max(len(plot.parameter.choices), 1) if plot.parameter.choices else 0.0
    across = {id(one): at(one.unit + beside * _spread(one)) for one in kept}
    seen = [(across[id(one)], place.y.at(one.y * factor)) for one in kept if one.y is not None]
    lost = [(across[id(one)], place.crosses) for one in kept if is_lost(one)]
    parts = []
    if plot.parameter.is_numeric:
        ends = (at(0.0), at(1.0))
        parts += [line(end, place.top, end, place.bottom, class_="zero") for end in ends]
    if seen:
        parts.append(dots(seen, look, size=6.5, opacity=opacity_for(len(seen))))
    if lost:
        parts.append(crosses(lost))
    best = next((one for one in kept if one.is_best and one.y is not None), None)
    if best is not None and best.y is not None:
        parts += ring(across[id(best)], place.y.at(best.y * factor), look)
    return parts


def _spread(dot: AxisDot) -> float:
    """Give a place from -0.5 to 0.5 beside the middle of a choice, so that dots are told apart."""
    return (dot.number + 0.37 * dot.search) * _GOLDEN % 1.0 - 0.5


def is_lost(dot: AxisDot) -> bool:
    """Tell whether a trial diverged; one that was pruned has no value either, and is no cross."""
    return dot.y is None and dot.status is RunStatus.DIVERGED


def drawn_dots(found: Sequence[AxisDot], goal: Goal) -> list[AxisDot]:
    """Give the trials that are drawn: all of few, the best and an even share of many."""
    return thinned(
        found, lambda one: -goal.sign * one.y if one.y is not None else 0.0, most=MOST_DOTS
    )


def _caption(plots: Sequence[AxisPlot], *, is_cut: bool) -> str:
    n = max(sum(dot.y is not None for dot in plot.dots) for plot in plots)
    best = [(p.parameter.shown, dot.x) for p in plots for dot in p.dots if dot.is_best]
    edges = [p.parameter.shown for p in plots if p.level in _LOUD]
    lost = max(sum(map(is_lost, plot.dots)) for plot in plots)
    pruned = max(sum(one.status is RunStatus.PRUNED for one in p.dots) for p in plots)
    said = [f"The best trial (ringed) has {listed([f'{k} {value_words(v)}' for k, v in best])}"]
    if not best:
        said = ["No trial has finished"]
    said[0] += f" ({size_words(f'{n:,}')})"
    if edges:
        said.append(f"look at {listed(edges)}, where the best values lie at an end")
    said.append("vertical lines are the ends of the range" if _has_ranges(plots) else "")
    said.append(f"{counted(lost, 'trial')} diverged, crosses above" if lost else "")
    said.append(
        f"{counted(pruned, 'trial')} pruned, drawn where there is a value" if pruned else ""
    )
    said.append("values far on the worse side are drawn at the edge" if is_cut else "")
    most = max(len(plot.dots) for plot in plots)
    if most > MOST_DOTS:
        said.append(f"of {most:,} trials the best and an even share of the others are drawn")
    if any(dot.adaptive for plot in plots for dot in plot.dots):
        said.append("where trials lie close the sampler looked: that says nothing of the space")
    if len(plots) > MOST_PANELS:
        said.append(f"the first {MOST_PANELS} of {len(plots)} parameters are shown")
    return "; ".join(filter(None, said)) + "."


def _has_ranges(plots: Sequence[AxisPlot]) -> bool:
    return any(plot.parameter.is_numeric for plot in plots)


def _csv(plots: Sequence[AxisPlot], metric: Metric) -> str:
    head = ("variant", "parameter", "trial", "value", "unit", metric.name, "status", "best")
    rows = [
        (
            *(plot.variant, plot.parameter.shown, dot.name, dot.x, dot.unit),
            *(dot.y, dot.status.value, int(dot.is_best)),
        )
        for plot in plots
        for dot in drawn_dots(plot.dots, plot.goal)
    ]
    return csv_text(head, rows)
