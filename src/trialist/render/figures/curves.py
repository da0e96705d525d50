"""Learning curves: every seed thin, the mean thick, the spread between seeds as a labelled band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.render.figures.axis import Scale
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Axis,
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
from trialist.render.figures.curvedata import CurveData, VariantCurves, curves_csv
from trialist.render.figures.figure import Figure, figure_name
from trialist.render.figures.legend import legend
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed, size_words, sizes
from trialist.render.markup import Markup, coordinate, el
from trialist.render.reportdata import Curve
from trialist.values.numbers import counted, decimals_for, fixed

MOST_FIGURES = 6
_MOST_TOGETHER = 4  # more variants get a panel each
_MOST_PANELS = 24


def curves_figures(
    curves: Sequence[Curve], looks: Mapping[str, VariantLook], *, goal: str
) -> tuple[Figure, ...]:
    """Give one figure per metric, the goal metric first; an empty one where nothing was logged."""
    names = sorted({curve.metric for curve in curves}, key=lambda name: (name != goal, name))
    figures: list[Figure] = []
    taken: set[str] = set()
    for name in names:
        data = CurveData.of(name, curves, tuple(looks))
        if data.variants and len(figures) < MOST_FIGURES:
            figures.append(_figure(data, looks, taken=taken))
    if figures:
        return tuple(figures)
    caption = "No learning curves to show: no run logged a metric by steps."
    return (Figure(name="curves", title="Learning curves", caption=caption),)


def _figure(data: CurveData, looks: Mapping[str, VariantLook], *, taken: set[str]) -> Figure:
    caption = _caption(data)
    name = figure_name("curves", data.metric, taken, otherwise="metric")
    title = f"Learning curves of {data.metric}"
    drawn = [_drawn(data, looks, sheet, texts=(name, title, caption)) for sheet in (WIDE, NARROW)]
    return Figure(
        name=name,
        title=title,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=curves_csv(data),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One plot of the figure: which variants it shows, and where."""

    variants: tuple[VariantCurves, ...]
    x: Axis
    y: Axis
    title: str
    in_first_column: bool
    is_lowest: bool

    @property
    def top(self) -> float:
        """The upper end of the plot."""
        return self.y.scale.end

    @property
    def bottom(self) -> float:
        """The lower end of the plot."""
        return self.y.scale.start


def _drawn(
    data: CurveData,
    looks: Mapping[str, VariantLook],
    sheet: Sheet,
    *,
    texts: tuple[str, str, str],
) -> Markup:
    together = len(data.variants) <= _MOST_TOGETHER
    entries = _entries(data, looks, together=together)
    key = legend(entries, sheet)
    unit = f", {data.word}" if data.word else ""
    size = sheet.small
    parts = [*key.parts]
    head = fitted(f"{data.metric}{unit}", size, sheet.width - 8)
    parts.append(label(head, 4, key.height + size, size))
    panels = _panels(data, sheet, top=key.height + size + 12, together=together)
    titles = axis_title("step", panels[0].x, size, sheet.width)
    for panel in panels:
        parts += _panel(panel, data, looks, sheet, titles)
    bottom = max(panel.bottom for panel in panels)
    height = bottom + horizontal_height(size, len(titles))
    return svg(parts, sheet=sheet, height=height, name=texts[0], title=texts[1], about=texts[2])


def _entries(
    data: CurveData, looks: Mapping[str, VariantLook], *, together: bool
) -> list[tuple[VariantLook | None, str]]:
    entries: list[tuple[VariantLook | None, str]] = []
    if together:
        for variant in data.variants:
            n = variant.n
            entries.append((looks[variant.variant], f"{variant.variant} (n = {n})"))
    elif data.variants:
        first = data.variants[0]
        entries.append((looks[first.variant], f"thick: mean; {first.variant} dashed in each panel"))
    if any(variant.n > 1 for variant in data.variants):
        entries.append((None, "band: mean ± 1 SD between seeds"))
    return entries


def _panels(data: CurveData, sheet: Sheet, *, top: float, together: bool) -> list[_Panel]:
    groups = [data.variants] if together else [(v,) for v in data.variants[:_MOST_PANELS]]
    columns = 1 if together else 2 if sheet.is_narrow else 3 if len(groups) <= 6 else 4
    low, high = data.range
    height = (230.0 if sheet.is_narrow else 380.0) if together else 140.0
    probe = vertical_axis(Scale(low=low, high=high, start=height, end=0), sheet.small)
    left = max(text_width(text, sheet.small) for text in probe.labels.texts) + 16
    gap, above = 36.0, 0.0 if together else sheet.small + 12
    width = (sheet.width - left - 18 - gap * (columns - 1)) / columns
    panels = []
    for place, group in enumerate(groups):
        row, column = divmod(place, columns)
        x = left + column * (width + gap)
        y = top + row * (height + above) + above
        steps = data.steps
        panels.append(
            _Panel(
                variants=group,
                x=horizontal_axis(
                    Scale(low=steps[0], high=steps[1], start=x, end=x + width), sheet.small
                ),
                y=vertical_axis(Scale(low=low, high=high, start=y + height, end=y), sheet.small),
                title="" if together else group[0].variant,
                in_first_column=column == 0,
                is_lowest=place + columns >= len(groups),
            )
        )
    return panels


def _panel(
    panel: _Panel,
    data: CurveData,
    looks: Mapping[str, VariantLook],
    sheet: Sheet,
    titles: Sequence[str],
) -> list[Markup]:
    size = sheet.small
    parts = _vertical(panel, size)
    if panel.is_lowest:
        parts += draw_horizontal(panel.x, [(panel.top, panel.bottom)], size, titles=titles)
    else:
        start, end = panel.x.scale.start, panel.x.scale.end
        parts.append(line(start, panel.bottom, end, panel.bottom, class_="axis"))
    if panel.title:
        start = panel.x.scale.start
        room = panel.x.scale.end - start - 18
        look = looks[panel.title]
        words = fitted(f"{panel.title} (n = {panel.variants[0].n})", size, room)
        parts.append(look.marker(start + 6, panel.top - size * 0.6 - 2, 9))
        parts.append(label(words, start + 17, panel.top - 5, size))
        if panel.variants[0] is not data.variants[0]:
            parts += _reference(data.variants[0], panel, data.factor, looks)
    for variant in panel.variants:
        parts += _runs(variant, panel, data.factor, looks[variant.variant])
    for variant in panel.variants:
        parts += _mean(variant, panel, data.factor, looks[variant.variant])
    return parts


def _vertical(panel: _Panel, size: float) -> list[Markup]:
    start, end = panel.x.scale.start, panel.x.scale.end
    parts = []
    for value, text in zip(panel.y.values, panel.y.labels.texts, strict=True):
        y = panel.y.scale.at(value)
        parts.append(line(start, y, end, y, class_="grid"))
        if panel.in_first_column:
            shown = label(text, start - 8, y + size * 0.35, size, anchor="end", class_="quiet")
            parts.append(shown)
    power = panel.y.labels.factor
    if power and panel.in_first_column:
        parts.append(label(power, start + 4, panel.top + size, size, class_="quiet"))
    return parts


def _runs(variant: VariantCurves, panel: _Panel, factor: float, look: VariantLook) -> list[Markup]:
    opacity = max(0.18, min(0.5, 2.5 / len(variant.runs)))
    parts: list[Markup] = []
    for run in variant.runs:
        for stretch in run.stretches:
            places = [_place(panel, step, value * factor) for step, value in stretch.points]
            if len(places) > 1:
                parts.append(polyline(places, class_=look.color, width=1, opacity=opacity))
            else:
                parts.append(look.marker(*places[0], 5))
        if run.breaks_off:
            last = [stretch for stretch in run.stretches if stretch.breaks_off][-1].points[-1]
            parts.append(_lost(*_place(panel, last[0], last[1] * factor)))
    return parts


def _lost(x: float, y: float) -> Markup:
    path = f"M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"
    return el("path", d=path, class_="lost", stroke_width=2)


def _mean(variant: VariantCurves, panel: _Panel, factor: float, look: VariantLook) -> list[Markup]:
    if variant.n < 2 or not variant.mean:
        return []
    parts: list[Markup] = []
    ends = [
        (point.step, (point.mean - point.sd) * factor, (point.mean + point.sd) * factor)
        for point in variant.mean
        if point.sd is not None
    ]
    if len(ends) > 1:
        upper = [_place(panel, step, high) for step, _, high in ends]
        lower = [_place(panel, step, low) for step, low, _ in reversed(ends)]
        path = "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in upper + lower) + "Z"
        parts.append(
            el("path", d=path, class_=look.color, fill="currentColor", fill_opacity="0.16")
        )
    places = [_place(panel, point.step, point.mean * factor) for point in variant.mean]
    if len(places) > 1:
        parts.append(polyline(places, class_=look.color, width=3))
    every = max(1, len(places) // 6)
    parts += [look.marker(x, y, 9) for x, y in places[every // 2 :: every]]
    return parts


def _reference(
    variant: VariantCurves, panel: _Panel, factor: float, looks: Mapping[str, VariantLook]
) -> list[Markup]:
    places = [_place(panel, point.step, point.mean * factor) for point in variant.mean]
    if len(places) < 2:
        return []
    color = looks[variant.variant].color
    return [polyline(places, class_=color, width=1.5, opacity=0.8, dashes="5 4")]


def _place(panel: _Panel, step: float, value: float) -> tuple[float, float]:
    return panel.x.scale.at(step), panel.y.scale.at(value)


def _caption(data: CurveData) -> str:
    said = [_ends_words(data)]
    broken = sum(run.breaks_off for variant in data.variants for run in variant.runs)
    if broken:
        said.append(f"{counted(broken, 'curve')} broke off at NaN or infinity, marked by a cross")
    if data.is_cut:
        said.append("values far beyond the rest are cut at the edge of the plot")
    n_drawn, n_all = (
        sum(counts)
        for counts in zip(*((len(one.runs), one.n) for one in data.variants), strict=True)
    )
    if n_drawn < n_all:
        said.append(f"{n_drawn:,} of {n_all:,} runs are drawn, spread evenly over the seeds")
    if len(data.variants) > _MOST_PANELS:
        said.append(f"the first {_MOST_PANELS} of {len(data.variants)} variants are shown")
    return "; ".join(said) + "."


def _ends_words(data: CurveData) -> str:
    """Give what the curves end at."""
    ends = {v.variant: v.mean[-1] for v in data.variants if v.mean}
    n = sizes([variant.n for variant in data.variants])
    if not ends:
        return (
            f"{data.metric} of every run, thin ({size_words(n)}); too few finite values for a mean"
        )
    spread = max((point.sd or 0.0 for point in ends.values()), default=0.0) * data.factor
    decimals = decimals_for(spread or max(abs(p.mean) * data.factor for p in ends.values()) / 50)
    shown = {name: fixed(point.mean * data.factor, decimals) for name, point in ends.items()}
    if len(shown) <= _MOST_TOGETHER:
        values = listed([f"{value} for {name}" for name, value in shown.items()])
        return f"{data.metric} ends at a mean of {values} ({size_words(n)}, thin lines are runs)"
    order = sorted(ends, key=lambda name: ends[name].mean)
    low, high = order[0], order[-1]
    return (
        f"{data.metric} ends between a mean of {shown[low]} ({low}) and {shown[high]} ({high}) "
        f"({size_words(n)}, thin lines are runs)"
    )
