"""Performance profiles: the share of runs above each score, with bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import Scale
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Axis,
    Sheet,
    axis_title,
    draw_horizontal,
    horizontal_axis,
    horizontal_height,
    label,
    line,
    polyline,
    svg,
    vertical_axis,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.legend import legend
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed
from trialist.render.markup import Markup, coordinate, el
from trialist.stats.profiles import Profile

_NAME = "profiles"
_TITLE = "Performance profiles"
_MOST_DRAWN = 6
_MOST_BANDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the figure shows.

    Attributes:
        profiles: Profiles by variant, the best average rank first.
        looks: How each variant is drawn.
        scale_words: What a score is counted in.
        n_tasks: How many tasks.
        why_none: Why there is no profile, where there is none.
    """

    profiles: Mapping[str, Profile]
    looks: Mapping[str, VariantLook]
    scale_words: str
    n_tasks: int
    why_none: str = ""


def profiles_figure(shown: Shown) -> Figure:
    """Give the figure; it is empty, with the reason, where there are no scores over tasks."""
    if not shown.profiles:
        caption = f"No profiles to show: {shown.why_none}."
        return Figure(name=_NAME, title=_TITLE, caption=caption)
    names = _drawn_names(list(shown.profiles))
    caption = _caption(shown, names)
    return Figure(
        name=_NAME,
        title=_TITLE,
        caption=caption,
        wide=_drawn(shown, names, WIDE, caption),
        narrow=_drawn(shown, names, NARROW, caption),
        csv=_csv(shown.profiles),
    )


def _drawn_names(names: Sequence[str]) -> list[str]:
    if len(names) <= _MOST_DRAWN:
        return list(names)
    return [*names[: _MOST_DRAWN - 1], names[-1]]


def _caption(shown: Shown, names: Sequence[str]) -> str:
    some = ""
    if len(names) < len(shown.profiles):
        some = f" (the {_MOST_DRAWN - 1} best average ranks and the last of {len(shown.profiles)})"
    return (
        f"The share of all runs on {shown.n_tasks} tasks that score above each value, for "
        f"{listed(names, most=_MOST_DRAWN)}{some}: a curve further to the right is better; bands "
        "hold at each value by itself, 95 %."
    )


def _csv(profiles: Mapping[str, Profile]) -> str:
    rows = [
        (name, *row)
        for name, one in profiles.items()
        for row in zip(one.thresholds, one.shares, one.low, one.high, strict=True)
    ]
    return csv_text(("variant", "score", "share_above", "low", "high"), rows)


def _drawn(shown: Shown, names: Sequence[str], sheet: Sheet, about: str) -> Markup:
    size = sheet.small
    key = legend([(shown.looks[name], name) for name in names], sheet)
    top = key.height + 10
    height = 230.0 if sheet.is_narrow else 360.0
    marks = shown.profiles[names[0]].thresholds
    x = horizontal_axis(Scale(low=marks[0], high=marks[-1], start=52, end=sheet.width - 14), size)
    y = vertical_axis(Scale(low=0.0, high=1.0, start=top + height, end=top), size)
    titles = axis_title(f"score, {shown.scale_words}", x, size, sheet.width - 60)
    parts = [*key.parts, *_vertical(x, y, size)]
    parts += draw_horizontal(x, [(top, top + height)], size, titles=titles)
    if marks[0] < 0 < marks[-1]:
        zero = x.scale.at(0.0)
        parts.append(line(zero, top, zero, top + height, class_="zero", width=1.5))
    bands = names[:_MOST_BANDS]
    parts += [_band(shown.profiles[name], shown.looks[name], x, y) for name in bands]
    for name in reversed(names):
        points = _points(shown.profiles[name].thresholds, shown.profiles[name].shares, x, y)
        parts.append(polyline(points, class_=shown.looks[name].color, width=2.5))
        middle = points[len(points) // 2]
        parts.append(shown.looks[name].marker(*middle, 9))
    whole = top + height + horizontal_height(size, len(titles))
    return svg(parts, sheet=sheet, height=whole, name=_NAME, title=_TITLE, about=about)


def _points(
    xs: Sequence[float], ys: Sequence[float], x: Axis, y: Axis
) -> list[tuple[float, float]]:
    return [(x.scale.at(a), y.scale.at(b)) for a, b in zip(xs, ys, strict=True)]


def _band(one: Profile, look: VariantLook, x: Axis, y: Axis) -> Markup:
    there = _points(one.thresholds, one.high, x, y)
    back = _points(one.thresholds, one.low, x, y)[::-1]
    path = "M" + "L".join(f"{coordinate(a)} {coordinate(b)}" for a, b in there + back) + "Z"
    return el("path", d=path, class_=look.color, fill="currentColor", fill_opacity="0.14")


def _vertical(x: Axis, y: Axis, size: float) -> list[Markup]:
    parts = []
    for value, text in zip(y.values, y.labels.texts, strict=True):
        at = y.scale.at(value)
        parts.append(line(x.scale.start, at, x.scale.end, at, class_="grid"))
        parts.append(
            label(text, x.scale.start - 8, at + size * 0.35, size, anchor="end", class_="quiet")
        )
    return parts
