"""The components of an ablation as bars, the largest measured drop first, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.components import amounts_of, components_csv, rank_words, said_words
from trialist.render.figures.axis import Scale, span_of
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    axis_title,
    draw_horizontal,
    horizontal_axis,
    horizontal_height,
    line,
    svg,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed
from trialist.render.figures.rows import Row, placed
from trialist.render.markup import Markup, el
from trialist.render.statement import level_words, unit_of
from trialist.values.ablation import Component
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit
from trialist.values.results import Results

_NAME, _TITLE = "components", "What each component is worth"


def components_figure(results: Results, looks: Mapping[str, VariantLook]) -> Figure | None:
    """Give the figure; None for a study that ablates nothing."""
    if results.ablation is None:
        return None
    components = results.ablation.components
    if all(isinstance(one.drop, Missing) for one in components):
        caption = "No drops to show: no component has an estimate yet."
        return Figure(name=_NAME, title=_TITLE, caption=caption)
    caption = _caption(components, results)
    return Figure(
        name=_NAME,
        title=_TITLE,
        caption=caption,
        wide=_drawn(results, components, looks, WIDE, caption),
        narrow=_drawn(results, components, looks, NARROW, caption),
        csv=components_csv(components),
    )


def _drawn(
    results: Results,
    components: Sequence[Component],
    looks: Mapping[str, VariantLook],
    sheet: Sheet,
    about: str,
) -> Markup:
    metric = results.metric
    rows = [_row(one, looks[one.variant], metric, sheet) for one in components]
    frame = placed(rows, sheet, top=6)
    factor = Unit.of(metric).factor
    low, high = span_of(_values(components, factor))
    scale = Scale(low=low, high=high, start=frame.start, end=frame.end)
    axis = horizontal_axis(scale, sheet.small)
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    words = f"drop in {metric.name} without the component{unit}: right is worth more"
    if metric.goal.sign < 0:
        words = f"rise in {metric.name} without the component{unit}: right is worth more"
    titles = axis_title(words, axis, sheet.small, frame.end - frame.start + 20)
    parts = draw_horizontal(axis, frame.bands, sheet.small, titles=titles)
    zero = scale.at(0.0)
    for upper, lower in frame.bands:
        parts.append(line(zero, upper, zero, lower, class_="zero", width=1.5))
    for one, middle in zip(components, frame.middles, strict=True):
        parts += _bar(one, looks[one.variant], scale, middle, factor)
    return svg(
        [*parts, *frame.texts],
        sheet=sheet,
        height=frame.bottom + horizontal_height(sheet.small, len(titles)),
        name=_NAME,
        title=_TITLE,
        about=about,
    )


def _row(component: Component, look: VariantLook, metric: Metric, sheet: Sheet) -> Row:
    amounts = amounts_of(component, metric)
    return Row(
        name=component.name,
        look=look,
        notes=(
            f"{amounts.estimate} {amounts.interval}".strip(),
            f"{said_words(component)}, rank {rank_words(component)}",
        ),
        height=26 if sheet.is_narrow else 46,
    )


def _values(components: Sequence[Component], factor: float) -> list[float]:
    values = [0.0]
    for one in components:
        if not isinstance(one.drop, Missing):
            values.append(one.drop * factor)
        if isinstance(one.interval, Interval):
            values += [one.interval.low * factor, one.interval.high * factor]
    return values


def _bar(
    component: Component, look: VariantLook, scale: Scale, y: float, factor: float
) -> list[Markup]:
    if isinstance(component.drop, Missing):
        return []
    zero, end = scale.at(0.0), scale.at(component.drop * factor)
    bar = el(
        "rect",
        x=min(zero, end),
        y=y - 8,
        width=abs(end - zero),
        height=16,
        class_=look.color,
        fill="currentColor",
        fill_opacity="0.35",
    )
    parts = [bar]
    if isinstance(component.interval, Interval):
        ends = [
            scale.at(component.interval.low * factor),
            scale.at(component.interval.high * factor),
        ]
        parts.append(line(ends[0], y, ends[1], y, class_=look.color, width=2.5))
        parts += [line(x, y - 6, x, y + 6, class_=look.color, width=2) for x in ends]
    parts.append(look.marker(end, y, 11, hollow=isinstance(component.interval, Missing)))
    return parts


def _caption(components: Sequence[Component], results: Results) -> str:
    groups = {
        "make a difference": [one.name for one in components if one.is_supported],
        "are not shown to matter": [one.name for one in components if not one.is_supported],
    }
    singular = {"make a difference": "makes a difference"}
    singular["are not shown to matter"] = "is not shown to matter"
    said = [
        f"{len(names)} {singular[what] if len(names) == 1 else what} ({listed(names)})"
        for what, names in groups.items()
        if names
    ]
    level = level_words(results.comparisons)
    lines = f"the lines are {level} intervals" if level else "the lines are intervals"
    sizes = sorted({one.n for one in results.comparisons})
    n = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return (
        f"Of {len(components)} components, {'; '.join(said)}; {lines} that hold for all of them at "
        f"once, n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{n}."
    )
