"""The critical difference diagram: average ranks, and bars over what they do not tell apart."""

from __future__ import annotations

from trialist.analysis.overtasks import Ranking
from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale, ticks
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    fitted,
    label,
    line,
    svg,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.phrases import listed
from trialist.render.markup import Markup, el
from trialist.values.missing import Missing
from trialist.values.numbers import counted

_NAME = "ranks"
_TITLE = "Average ranks over tasks"
_SIDE = 270.0  # room for names on either side of the wide diagram
_ROW = 22.0
_BAR = 8.0


def rank_figure(ranking: Ranking | Missing, *, baseline: str) -> Figure:
    """Give the diagram; it is empty, with the reason, where there are no average ranks."""
    if isinstance(ranking, Missing):
        caption = f"No average ranks to show: {ranking.reason}."
        return Figure(name=_NAME, title=_TITLE, caption=caption)
    caption = _caption(ranking)
    return Figure(
        name=_NAME,
        title=_TITLE,
        caption=caption,
        wide=_two_sided(ranking, baseline, caption),
        narrow=_listed(ranking, baseline, caption),
        csv=_csv(ranking),
    )


def _caption(ranking: Ranking) -> str:
    n = counted(len(ranking.tasks), "task")
    first, last = ranking.variants[0], ranking.variants[-1]
    if not ranking.rejects:
        return (
            f"Average ranks over {n}, 1 is best: they differ no more than by chance, so one bar "
            "joins all variants."
        )
    n_bars = len(ranking.groups)
    bars = "no two variants are joined" if not n_bars else f"{counted(n_bars, 'bar')} join what"
    said = "" if not n_bars else " the ranks do not tell apart"
    best = [name for name in ranking.variants[1:] if not ranking.tells_apart(first, name)]
    beside = f"; {first} shares a bar with {listed(best)}" if best else ""
    return (
        f"Average ranks over {n}, 1 is best, from {first} to {last}: {bars}{said} (less than "
        f"{ranking.difference:.1f} apart, over all pairs at once){beside}."
    )


def _csv(ranking: Ranking) -> str:
    head = ("variant", "average_rank", *ranking.tasks)
    rows = zip(ranking.variants, ranking.average, ranking.per_task, strict=True)
    return csv_text(head, [(name, average, *per_task) for name, average, per_task in rows])


def _scale(ranking: Ranking, start: float, end: float) -> Scale:
    return Scale(low=1.0, high=float(len(ranking.variants)), start=start, end=end)


def _axis(scale: Scale, y: float, size: float) -> list[Markup]:
    marks = [value for value in ticks(scale.low, scale.high, count=10) if value == round(value)]
    marks = sorted({scale.low, *marks, scale.high})
    kept = [marks[0]]
    for value in marks[1:]:
        if scale.at(value) - scale.at(kept[-1]) > 1.8 * size:
            kept.append(value)
    parts = [line(scale.start, y, scale.end, y, class_="axis", width=1.5)]
    for value in kept:
        x = scale.at(value)
        parts.append(line(x, y - 6, x, y, class_="axis"))
        parts.append(label(f"{value:g}", x, y - 10, size, anchor="middle", class_="quiet"))
    return parts


def _ruler(ranking: Ranking, scale: Scale, y: float, size: float) -> list[Markup]:
    end = min(scale.end, scale.at(1.0 + ranking.difference))
    words = f"critical difference {ranking.difference:.1f}"
    parts = [line(scale.start, y, end, y, class_="zero", width=2)]
    parts += [line(x, y - 5, x, y + 5, class_="zero", width=2) for x in (scale.start, end)]
    return [*parts, label(words, scale.start, y - 9, size)]


def _two_sided(ranking: Ranking, baseline: str, about: str) -> Markup:
    sheet = WIDE
    scale = _scale(ranking, _SIDE, sheet.width - _SIDE)
    axis_y = 74.0
    parts = [*_ruler(ranking, scale, 28.0, sheet.small), *_axis(scale, axis_y, sheet.small)]
    spans = [[ranking.rank_of(name) for name in group] for group in ranking.groups]
    for place, ranks in enumerate(spans):
        y = axis_y + 12 + place * _BAR
        parts.append(_bar(scale.at(min(ranks)), scale.at(max(ranks)), y))
    top = axis_y + 20 + len(spans) * _BAR + 10
    half = (len(ranking.variants) + 1) // 2
    for place, name in enumerate(ranking.variants):
        is_left = place < half
        row = place if is_left else len(ranking.variants) - 1 - place
        y = top + row * _ROW
        parts += _leader(ranking, name, scale, (axis_y, y), is_left=is_left, baseline=baseline)
    height = top + half * _ROW + 4
    return svg(parts, sheet=sheet, height=height, name=_NAME, title=_TITLE, about=about)


def _bar(start: float, end: float, y: float) -> Markup:
    return line(start - 3, y, end + 3, y, class_="zero", width=4)


def _leader(
    ranking: Ranking,
    name: str,
    scale: Scale,
    ys: tuple[float, float],
    *,
    is_left: bool,
    baseline: str,
) -> list[Markup]:
    rank, size = ranking.rank_of(name), WIDE.small
    x, (top, y) = scale.at(rank), ys
    edge = scale.start - 12 if is_left else scale.end + 12
    color = "zero" if name == baseline else "axis"
    path = el(
        "path",
        d=f"M{x:.1f} {top:.1f}L{x:.1f} {y:.1f}L{edge:.1f} {y:.1f}",
        class_=color,
        stroke_width=2 if name == baseline else 1,
    )
    shown = fitted(name, size, _SIDE - 70)
    class_ = "strong" if name == baseline else None
    anchor, outer = ("end", edge - 4) if is_left else ("start", edge + 4)
    far = ("start", 4.0) if is_left else ("end", WIDE.width - 4)
    baseline_y = y + size * 0.35
    return [
        path,
        label(shown, outer, baseline_y, size, anchor=anchor, class_=class_),
        label(f"{rank:.1f}", far[1], baseline_y, size, anchor=far[0], class_="quiet"),
    ]


def _listed(ranking: Ranking, baseline: str, about: str) -> Markup:
    sheet, size = NARROW, NARROW.small
    scale = _scale(ranking, 170.0, sheet.width - 16)
    half = ranking.difference / 2
    top = 74.0
    parts = [*_ruler(ranking, scale, 28.0, size), *_axis(scale, top - 12, size)]
    for place, (name, rank) in enumerate(zip(ranking.variants, ranking.average, strict=True)):
        y = top + place * _ROW
        class_ = "strong" if name == baseline else None
        parts.append(label(fitted(name, size, 150), 4, y + size * 0.35, size, class_=class_))
        parts.append(line(scale.at(rank - half), y, scale.at(rank + half), y, class_="axis"))
        parts.append(el("circle", cx=scale.at(rank), cy=y, r=4.5, class_="v0", fill="currentColor"))
    y = top + len(ranking.variants) * _ROW + 8
    words = "lines that do not overlap: told apart" if ranking.rejects else "none is told apart"
    parts.append(label(words, 4, y, size, class_="quiet"))
    return svg(parts, sheet=sheet, height=y + 10, name=_NAME, title=_TITLE, about=about)
