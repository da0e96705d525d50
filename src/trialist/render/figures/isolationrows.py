"""An isolation plot of categories: a row per value, every trial a dot, the best ringed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.amounts import estimate_amounts, number
from trialist.render.figures.axis import Scale, span_of
from trialist.render.figures.canvas import (
    Sheet,
    axis_title,
    draw_horizontal,
    horizontal_axis,
    horizontal_height,
    line,
    svg,
)
from trialist.render.figures.isolationcsv import drawn_dots
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.rows import Row, placed
from trialist.render.figures.trialdots import (
    crosses,
    dots,
    opacity_for,
    resolution,
    ring,
    shown_range,
)
from trialist.render.markup import Markup
from trialist.render.statement import unit_of
from trialist.values.isolation import GroupDifference, Isolation, IsolationDot, IsolationGroup
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for

_GOLDEN = 0.6180339887
_HEIGHT = 58.0


def draw_rows(
    plot: Isolation,
    metric: Metric,
    looks: Mapping[str, VariantLook],
    sheet: Sheet,
    texts: tuple[str, str, str],
) -> Markup:
    """Give the picture; `texts` are its name, its title and its caption."""
    first = next(iter(looks.values()))
    known = [looks.get(plot.variant or group.label, first) for group in plot.groups]
    rows = [
        Row(name=group.label, look=look, notes=_notes(plot, group, metric), height=_HEIGHT)
        for group, look in zip(plot.groups, known, strict=True)
    ]
    laid = placed(rows, sheet, top=6)
    factor = Unit.of(metric).factor
    values = [dot.value for dot in plot.dots if dot.value is not None]
    low, high = span_of([end * factor for end in shown_range(values, metric.goal)])
    axis = horizontal_axis(Scale(low=low, high=high, start=laid.start, end=laid.end), sheet.small)
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    name = f"{metric.name} of a trial{unit} ({metric.goal.words})"
    titles = axis_title(name, axis, sheet.small, sheet.width - 8)
    parts = [*draw_horizontal(axis, laid.bands, sheet.small, titles=titles), *laid.texts]
    kept = drawn_dots(plot)
    for place, look in enumerate(known):
        mine_dots = [dot for dot in kept if dot.group == place]
        parts += _row(mine_dots, laid.middles[place], axis.scale, look, (plot.noise, metric))
    height = laid.bottom + horizontal_height(sheet.small, len(titles))
    return svg(parts, sheet=sheet, height=height, name=texts[0], title=texts[1], about=texts[2])


def _row(
    found: Sequence[IsolationDot],
    middle: float,
    scale: Scale,
    look: VariantLook,
    measured: tuple[float | None, Metric],
) -> list[Markup]:
    """Give one row; `measured` is the noise between seeds, and the metric."""
    noise, metric = measured
    factor = Unit.of(metric).factor
    worse = scale.start + 7 if metric.goal.sign > 0 else scale.end - 7
    best = next((dot for dot in found if dot.is_best and dot.value is not None), None)
    seen, lost, parts = [], [], []
    for dot in found:
        if dot is best:
            continue
        y = middle + (dot.number * _GOLDEN % 1.0 - 0.5) * _HEIGHT * 0.55
        if dot.value is None:
            lost.append((worse, y))
        else:
            seen.append((scale.at(dot.value * factor), y))
    parts += [dots(seen, look, size=6, opacity=opacity_for(len(seen)))] if seen else []
    parts += [crosses(lost, size=3.5)] if lost else []
    if best is not None and best.value is not None:
        if noise is not None:
            ends = [scale.at((best.value + sign * noise) * factor) for sign in (-1, 1)]
            parts.append(line(ends[0], middle, ends[1], middle, class_=look.color, width=3))
        parts += ring(scale.at(best.value * factor), middle, look)
    return parts


def _notes(plot: Isolation, group: IsolationGroup, metric: Metric) -> tuple[str, ...]:
    lost = f" + {group.n_infeasible} diverged" if group.n_infeasible else ""
    count = f"{group.n_complete}{lost}"
    if isinstance(group.best, Missing):
        return (f"no best, n = {count}",)
    factor = Unit.of(metric).factor
    values = [dot.value for dot in plot.dots if dot.value is not None]
    scale = resolution(values, plot.goal, plot.noise)
    shown = number(group.best * factor, decimals_for(scale * factor))
    told = next((one for one in plot.differences if one.group == group.label), None)
    return (f"best {shown}, n = {count}", _difference(told, metric, group))


def _difference(told: GroupDifference | None, metric: Metric, group: IsolationGroup) -> str:
    if told is None:
        return "the best of all"
    amounts = estimate_amounts(told.value, told.interval, metric)
    tied = ", tied" if group.tied else ""
    return f"{amounts.estimate} {amounts.interval}".rstrip() + tied
