"""Every variant on every task: what was found, and how large it is in units of the noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.render.csvdata import csv_text
from trialist.render.figures.canvas import (
    NARROW,
    WIDE,
    Sheet,
    fitted,
    label,
    svg,
    text_width,
)
from trialist.render.figures.figure import Figure
from trialist.render.grouping import SIGNS
from trialist.render.markup import Markup, el
from trialist.values.missing import Missing
from trialist.values.numbers import counted, signed
from trialist.values.verdict import Verdict, VerdictCode

_NAME = "matrix"
_TITLE = "Every variant on every task"
_ROW = 24.0
_COLORS = {  # a loss gets the same weight as a win
    VerdictCode.IMPROVEMENT: ("v1", "0.35"),
    VerdictCode.RELEVANT_IMPROVEMENT: ("v1", "0.55"),
    VerdictCode.REGRESSION: ("v2", "0.35"),
    VerdictCode.EQUIVALENT: ("v3", "0.25"),
    VerdictCode.NO_RELEVANT_IMPROVEMENT: ("v3", "0.25"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What the figure shows.

    Attributes:
        variants: The candidates, the best average rank first.
        tasks: The tasks.
        found: The verdict by task and variant.
    """

    variants: tuple[str, ...]
    tasks: tuple[str, ...]
    found: Mapping[tuple[str, str], Verdict]


def matrix_figure(cells: Cells, *, baseline: str) -> Figure:
    """Give the figure of all comparisons."""
    caption = _caption(cells, baseline)
    return Figure(
        name=_NAME,
        title=_TITLE,
        caption=caption,
        wide=_drawn(cells, WIDE, caption),
        narrow=_drawn(cells, NARROW, caption),
        csv=_csv(cells),
    )


def _caption(cells: Cells, baseline: str) -> str:
    codes = [one.name for one in cells.found.values()]
    better = sum(_COLORS.get(code, ("", ""))[0] == "v1" for code in codes)
    worse = codes.count(VerdictCode.REGRESSION)
    return (
        f"Of {counted(len(codes), 'comparison')} with {baseline}, {better} are better (blue), "
        f"{worse} worse (orange); an open one has no color. The number is the difference in SDs "
        "between seeds (Hedges' g), a description."
    )


def _csv(cells: Cells) -> str:
    rows = []
    for (task, variant), one in cells.found.items():
        effect = one.effect_size
        g = effect if isinstance(effect, Missing) else effect.value
        rows.append((task, variant, one.estimate, g, one.n_variant, one.n_baseline, one.name.value))
    return csv_text(
        ("task", "variant", "difference", "hedges_g", "n_variant", "n_baseline", "verdict"), rows
    )


def _drawn(cells: Cells, sheet: Sheet, about: str) -> Markup:
    size = sheet.small - 2
    most = 110.0 if sheet.is_narrow else 190.0
    names = min(most, max(text_width(name, size) for name in cells.variants)) + 8
    width = min(90.0, (sheet.width - names - 4) / len(cells.tasks))
    top = _head_height(cells.tasks, size, width)
    parts = _heads(cells.tasks, size, names, width, top)
    for row, variant in enumerate(cells.variants):
        y = top + row * _ROW
        parts.append(label(fitted(variant, size, names - 8), 2, y + _ROW * 0.65, size))
        for column, task in enumerate(cells.tasks):
            one = cells.found.get((task, variant))
            if one is not None:
                parts += _cell(one, names + column * width, y, width, size)
    height = top + len(cells.variants) * _ROW + 6
    return svg(parts, sheet=sheet, height=height, name=_NAME, title=_TITLE, about=about)


def _are_slanted(tasks: Sequence[str], size: float, width: float) -> bool:
    return any(text_width(task, size) > width - 4 for task in tasks)


def _head_height(tasks: Sequence[str], size: float, width: float) -> float:
    if not _are_slanted(tasks, size, width):
        return size + 14
    return min(130.0, max(text_width(task, size) for task in tasks)) * 0.75 + size + 8


def _heads(
    tasks: Sequence[str], size: float, start: float, width: float, top: float
) -> list[Markup]:
    parts = []
    slanted = _are_slanted(tasks, size, width)
    for column, task in enumerate(tasks):
        x = start + (column + 0.5) * width
        if slanted:
            text = fitted(task, size, 130)
            turn = f"rotate(-45 {x:.1f} {top - 6:.1f})"
            parts.append(el("text", text, x=x, y=top - 6, font_size=size, transform=turn))
        else:
            parts.append(label(task, x, top - 8, size, anchor="middle"))
    return parts


def _cell(one: Verdict, x: float, y: float, width: float, size: float) -> list[Markup]:
    color, opacity = _COLORS.get(one.name, ("", ""))
    parts = []
    box = {"x": x + 1, "y": y + 1, "width": width - 2, "height": _ROW - 2}
    if color:
        parts.append(el("rect", **box, class_=color, fill="currentColor", fill_opacity=opacity))
    else:
        parts.append(el("rect", **box, class_="grid"))
    text = _number(one) if text_width("+88.8", size) <= width - 4 else SIGNS[one.name]
    parts.append(label(text, x + width / 2, y + _ROW * 0.65, size, anchor="middle"))
    return parts


def _number(one: Verdict) -> str:
    effect = one.effect_size
    if isinstance(effect, Missing):
        return SIGNS[one.name]
    return signed(effect.value, 1 if abs(effect.value) < 100 else 0)
