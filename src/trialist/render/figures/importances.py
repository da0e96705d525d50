"""How much each parameter mattered: a bar per parameter, with what other trials could have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.cells import cut
from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    draw_horizontal,
    horizontal_axis,
    horizontal_height,
    line,
    svg,
)
from trialist.render.figures.figure import Figure, figure_name
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import size_words
from trialist.render.figures.rows import Row, placed
from trialist.render.markup import Markup, el
from trialist.values.importance import Importance, Importances, RankCorrelation

_HEIGHT = 44.0
_MOST = 12
_METHODS = {"fanova": "fANOVA", "ped_anova": "PED-ANOVA", "mdi": "mean decrease of impurity"}


def importance_figures(
    found: Sequence[Importances],
    looks: Mapping[str, VariantLook],
    correlations: Sequence[RankCorrelation] = (),
) -> tuple[Figure, ...]:
    """Give a figure per variant.

    Args:
        found: How much the parameters of each variant mattered.
        looks: How each variant is drawn.
        correlations: Whether results rise or fall with a parameter.
    """
    taken: set[str] = set()
    figures = []
    for one in found:
        slopes = {each.parameter: each for each in correlations if each.variant == one.variant}
        figures.append(_figure(one, looks[one.variant], slopes, taken))
    return tuple(figures)


Slopes = Mapping[str, RankCorrelation]


def _figure(found: Importances, look: VariantLook, slopes: Slopes, taken: set[str]) -> Figure:
    name = figure_name("importance", found.variant, taken)
    title = f"{cut(found.variant, 40)}: what mattered"
    caption = _caption(found, slopes)
    texts = (name, title, caption)
    drawn = [_drawn(found, look, slopes, sheet, texts) for sheet in (WIDE, NARROW)]
    head = ("variant", "parameter", "share", "low", "high", "method", "n", "rank_correlation")
    rows = [
        (
            *(found.variant, one.shown, one.share, one.interval.low, one.interval.high),
            *(found.method, found.n, _rho(slopes.get(one.parameter))),
        )
        for one in found.parameters
    ]
    return Figure(
        name=name,
        title=title,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=csv_text(head, rows),
    )


def _drawn(
    found: Importances,
    look: VariantLook,
    slopes: Slopes,
    sheet: Sheet,
    texts: tuple[str, str, str],
) -> Markup:
    shown = found.parameters[:_MOST]
    rows = [
        Row(name=one.shown, look=look, notes=_notes(one, slopes.get(one.parameter)), height=_HEIGHT)
        for one in shown
    ]
    laid = placed(rows, sheet, top=6)
    scale = Scale(low=0.0, high=100.0, start=laid.start, end=laid.end)
    axis = horizontal_axis(scale, sheet.small)
    parts = draw_horizontal(axis, laid.bands, sheet.small, titles=["share of the importance, %"])
    parts += laid.texts
    for one, middle in zip(shown, laid.middles, strict=True):
        parts += _bar(one, middle, scale, look)
    height = laid.bottom + horizontal_height(sheet.small, 1)
    return svg(parts, sheet=sheet, height=height, name=texts[0], title=texts[1], about=texts[2])


def _bar(one: Importance, middle: float, scale: Scale, look: VariantLook) -> list[Markup]:
    start, end = scale.at(0.0), scale.at(100 * one.share)
    bar = el(
        "rect",
        x=start,
        y=middle - 8,
        width=end - start,
        height=16,
        class_=look.color,
        fill="currentColor",
        fill_opacity="0.55",
    )
    low, high = scale.at(100 * one.interval.low), scale.at(100 * one.interval.high)
    return [bar, line(low, middle, high, middle, class_="zero", width=2)]


def _notes(one: Importance, slope: RankCorrelation | None) -> tuple[str, ...]:
    ends = f"[{100 * one.interval.low:.0f}, {100 * one.interval.high:.0f}]"
    share = f"{100 * one.share:.0f} % {ends}"
    if slope is None:
        return (share,)
    low, high = slope.interval.low, slope.interval.high
    if low <= 0 <= high:
        return share, "no slope to tell"
    way = "higher" if slope.value > 0 else "lower"
    return share, f"better when {way}, rank r {slope.value:+.2f}"


def _rho(slope: RankCorrelation | None) -> float | None:
    return None if slope is None else slope.value


def _caption(found: Importances, slopes: Slopes) -> str:
    first = found.parameters[0]
    method = _METHODS.get(found.method, found.method)
    share = f"{100 * first.share:.0f} % of the importance by {method}"
    said = [f"{first.shown} mattered most, {share} ({size_words(f'{found.n:,}')})"]
    said.append(f"lines are {100 * found.level:.3g} % intervals over resampled trials")
    if slopes:
        said.append("a rank correlation tells a slope only: the best may lie inside of a range")
    if len(found.parameters) > _MOST:
        said.append(f"the first {_MOST} of {len(found.parameters)} parameters are shown")
    return " ".join([f"{'; '.join(said)}.", *found.caveats])
