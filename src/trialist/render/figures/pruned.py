"""How many trials trained up to each step: where they were cut, and what that saved."""

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
    vertical_axis,
)
from trialist.render.figures.figure import Figure
from trialist.render.figures.legend import legend
from trialist.render.figures.palette import VariantLook
from trialist.render.markup import Markup
from trialist.values.events import RunStatus
from trialist.values.numbers import counted
from trialist.values.searchtable import SearchTable, SearchTrial

_NAME, _TITLE = "pruned", "Trials that trained on, by step"
_ENDED = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.PRUNED)

Ends = Mapping[str, tuple[int, ...]]
"""The last step of every trial that ended, ascending, by variant."""


def pruned_figure(table: SearchTable, looks: Mapping[str, VariantLook]) -> Figure | None:
    """Give how many trials were left at each step; None where none was cut."""
    if not any(trial.status is RunStatus.PRUNED for trial in table.trials):
        return None
    ends = {
        arm.variant: found
        for arm in table.arms
        if (found := _ends(table.of(arm.variant))) and arm.parameters
    }
    caption = _caption(table, ends)
    if not ends:
        return Figure(name=_NAME, title=_TITLE, caption=caption)
    drawn = [_drawn(ends, looks, sheet, caption) for sheet in (WIDE, NARROW)]
    rows = [(name, step, left) for name, found in ends.items() for step, left in _stairs(found)]
    return Figure(
        name=_NAME,
        title=_TITLE,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=csv_text(("variant", "step", "trials"), rows),
    )


def _ends(trials: Sequence[SearchTrial]) -> tuple[int, ...]:
    ended = [one for one in trials if one.status in _ENDED]
    steps = [one.steps if one.rung is None else one.rung for one in ended]
    return tuple(sorted(step for step in steps if step is not None and step > 0))


def _stairs(ends: Sequence[int]) -> list[tuple[int, int]]:
    """Give the corners: how many trials are left before and after each step at which some end."""
    places, left = [(0, len(ends))], len(ends)
    for step in sorted(set(ends)):
        places.append((step, left))
        left -= ends.count(step)
        places.append((step, left))
    return places


def _drawn(ends: Ends, looks: Mapping[str, VariantLook], sheet: Sheet, about: str) -> Markup:
    size = sheet.small
    key = legend(
        [(looks[name], f"{name} (n = {len(found)})") for name, found in ends.items()], sheet
    )
    top = key.height + size + 12
    bottom = top + (180.0 if sheet.is_narrow else 260.0)
    most = max(map(len, ends.values()))
    y = vertical_axis(Scale(low=0, high=most * 1.04, start=bottom, end=top), size)
    start = max(text_width(text, size) for text in y.labels.texts) + 16
    last = max(max(found) for found in ends.values())
    x = horizontal_axis(Scale(low=0, high=last, start=start, end=sheet.width - 18), size)
    parts = [*key.parts, label("trials that trained on", 4, key.height + size, size)]
    for value, text in zip(y.values, y.labels.texts, strict=True):
        at = y.scale.at(value)
        parts.append(line(start, at, x.scale.end, at, class_="grid"))
        parts.append(label(text, start - 8, at + size * 0.35, size, anchor="end", class_="quiet"))
    titles = axis_title("step", x, size, sheet.width)
    parts += draw_horizontal(x, [(top, bottom)], size, titles=titles)
    for name, found in ends.items():
        places = [(x.scale.at(step), y.scale.at(left)) for step, left in _stairs(found)]
        parts.append(polyline(places, class_=looks[name].color, width=2.4))
        parts.append(looks[name].marker(*places[0], 9))
    height = bottom + horizontal_height(size, len(titles))
    return svg(parts, sheet=sheet, height=height, name=_NAME, title=_TITLE, about=about)


def _caption(table: SearchTable, ends: Ends) -> str:
    cut = sum(trial.status is RunStatus.PRUNED for trial in table.trials)
    said = f"{counted(cut, 'trial')} of {len(table.trials):,} were cut"
    spent = sum(map(sum, ends.values()))
    whole = max((max(found) for found in ends.values()), default=0) * sum(map(len, ends.values()))
    if whole:
        said += f": {100 * spent / whole:.0f} % of the steps of whole trainings were spent"
    return f"{said}. A cut trial has no value that could be the best."
