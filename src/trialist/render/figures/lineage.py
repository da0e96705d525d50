"""A population's schedule: who took over whose training at which step, and the winner's line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    axis_title,
    draw_horizontal,
    horizontal_axis,
    horizontal_height,
    label,
    line,
    polyline,
    svg,
    text_width,
)
from trialist.render.figures.figure import Figure, figure_name
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.unitaxis import value_words
from trialist.render.markup import Markup
from trialist.render.populationdata import Line, Population
from trialist.values.numbers import counted

_MOST_MEMBERS = 40
_ROW = {True: 13.0, False: 18.0}
_MOST_STAGES = 6


def lineage_figures(
    populations: Sequence[Population], looks: Mapping[str, VariantLook]
) -> tuple[Figure, ...]:
    """Give one figure per population, of at most 40 members each."""
    taken: set[str] = set()
    return tuple(_figure(one, looks[one.variant], taken) for one in populations if one.members)


def _figure(found: Population, look: VariantLook, taken: set[str]) -> Figure:
    name = figure_name("population", f"{found.variant}-{found.search}", taken)
    title = f"{found.variant}, search {found.search}: who took over whose training"
    caption = _caption(found)
    drawn = [_drawn(found, look, sheet, (name, title, caption)) for sheet in (WIDE, NARROW)]
    names = sorted({key for one in found.takeovers for key in one.params})
    rows = [
        (one.step, one.target, one.donor, *(one.params.get(key) for key in names))
        for one in found.takeovers
    ]
    return Figure(
        name=name,
        title=title,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=csv_text(("step", "target", "donor", *names), rows),
    )


def _drawn(
    found: Population, look: VariantLook, sheet: Sheet, texts: tuple[str, str, str]
) -> Markup:
    size, row = sheet.small, _ROW[sheet.is_narrow]
    shown = found.members[:_MOST_MEMBERS]
    top = size * 1.8
    heights = {member: top + (place + 0.5) * row for place, member in enumerate(shown)}
    bottom = top + len(shown) * row
    start = max(text_width(str(member), size) for member in shown) + 18
    scale = Scale(low=0, high=max(found.steps, 1), start=start, end=sheet.width - 18)
    x = horizontal_axis(scale, size)
    parts = [label("member", 4, size, size)]
    every = max(1, -(-int(size * 1.25) // int(row)))
    for place, member in enumerate(shown):
        y = heights[member]
        parts.append(line(start, y, scale.end, y, class_="grid", width=1.4))
        if place % every == 0:
            text = str(member)
            parts.append(
                label(text, start - 8, y + size * 0.35, size, anchor="end", class_="quiet")
            )
    titles = axis_title("step", x, size, sheet.width)
    parts += draw_horizontal(x, [(top, bottom)], size, titles=titles)
    parts += _takeovers(found, heights, scale)
    parts += _winner(found, heights, scale, look)
    height = bottom + horizontal_height(size, len(titles))
    return svg(parts, sheet=sheet, height=height, name=texts[0], title=texts[1], about=texts[2])


def _takeovers(found: Population, heights: Mapping[int, float], scale: Scale) -> list[Markup]:
    parts = []
    for one in found.takeovers:
        if one.donor in heights and one.target in heights:
            at = scale.at(one.step)
            upper, lower = heights[one.donor], heights[one.target]
            parts.append(line(at, upper, at, lower, class_="axis"))
            parts.append(line(at - 3, lower, at + 3, lower, class_="zero", width=2.2))
    return parts


def _winner(
    found: Population, heights: Mapping[int, float], scale: Scale, look: VariantLook
) -> list[Markup]:
    if not found.line or any(one.member not in heights for one in found.line):
        return []
    places: list[tuple[float, float]] = []
    for one in found.line:
        at, y = scale.at(one.step), heights[one.member]
        places += [(at, places[-1][1])] if places else []
        places.append((at, y))
    places.append((scale.end, places[-1][1]))
    return [polyline(places, class_=look.color, width=3), look.marker(*places[-1], 10)]


def _caption(found: Population) -> str:
    members = counted(len(found.members), "member")
    said = f"{counted(len(found.takeovers), 'takeover')} among {members} (bars, from the donor)"
    if found.line:
        said += "; the winner's line is thick: " + "; ".join(map(_stage, found.line[:_MOST_STAGES]))
        more = len(found.line) - _MOST_STAGES
        said += f" and {counted(more, 'more part')}" if more > 0 else ""
    if len(found.members) > _MOST_MEMBERS:
        said += f"; the first {_MOST_MEMBERS} members are shown"
    return f"{said}."


def _stage(one: Line) -> str:
    values = ", ".join(f"{name} {value_words(value)}" for name, value in one.params.items())
    return f"from step {one.step:,} {values}"
