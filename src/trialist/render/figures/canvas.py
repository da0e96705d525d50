"""The sheet that figures are drawn on: two sizes, text that is measured, axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.cells import cell_width, visible
from trialist.render.figures.axis import Scale, TickLabels, tick_labels, ticks
from trialist.render.markup import Markup, coordinate, el

_NARROW_CHARACTERS = set("iljtfrI.,:;|!'()[]/ ·")
_WIDE_CHARACTERS = set("mwMW@%&—ABCDEGHKNOPQRSUVXYZ+±=<>─")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A size that figures are drawn in, in SVG units.

    Attributes:
        name: Part of the ids within the figure.
        width: The sheet's width.
        font: The size of labels.
        is_narrow: True where labels stand above what they label, not beside it.
    """

    name: str
    width: float
    font: float
    is_narrow: bool

    @property
    def small(self) -> float:
        """The size of tick labels."""
        return self.font - 1


WIDE = Sheet(name="wide", width=1000, font=15, is_narrow=False)
NARROW = Sheet(name="narrow", width=380, font=14, is_narrow=True)


def text_width(text: str, size: float) -> float:
    """Give about how wide `text` is in a system font of `size`, on the safe side."""
    units = 0.0
    for character in text:
        if character in _NARROW_CHARACTERS:
            units += 0.36
        elif character in _WIDE_CHARACTERS:
            units += 0.74
        else:
            units += 1.02 if cell_width(character) == 2 else 0.59
    return units * size


def fitted(text: str, size: float, width: float) -> str:
    """Give `text`, cut with an ellipsis where it is wider than `width`."""
    shown = visible(text)
    if text_width(shown, size) <= width:
        return shown
    while shown and text_width(shown + "…", size) > width:
        shown = shown[:-1]
    return shown + "…"


def lines_of(text: str, size: float, width: float) -> list[str]:
    """Give `text` in lines no wider than `width`; a word that is too long is cut."""
    lines: list[str] = []
    for word in visible(text).split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(fitted(word, size, width))
    return lines


def label(
    text: str, x: float, y: float, size: float, *, anchor: str = "start", class_: str | None = None
) -> Markup:
    """Give `text` at a place: (x, y) is on its base line."""
    return el(
        "text",
        text,
        x=x,
        y=y,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        class_=class_,
    )


def line(x1: float, y1: float, x2: float, y2: float, *, class_: str, width: float = 1.0) -> Markup:
    """Give a straight line; color comes from the class."""
    colored = "currentColor" if class_.startswith("v") else None
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, stroke=colored, stroke_width=width)


def polyline(
    points: Sequence[tuple[float, float]],
    *,
    class_: str,
    width: float,
    opacity: float | None = None,
    dashes: str | None = None,
) -> Markup:
    """Give a line through `points` in the color of its class."""
    path = "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return el(
        "path",
        d=path,
        class_=class_,
        fill="none",
        stroke="currentColor",
        stroke_width=width,
        stroke_linejoin="round",
        stroke_opacity=None if opacity is None else f"{opacity:.2f}",
        stroke_dasharray=dashes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A scale with its ticks and their labels."""

    scale: Scale
    values: tuple[float, ...]
    labels: TickLabels


def horizontal_axis(scale: Scale, size: float) -> Axis:
    """Give the axis with as many ticks as have room for their labels beside each other."""
    for count in range(9, 1, -1):
        axis = _axis(scale, ticks(scale.low, scale.high, count=count))
        places = label_places(axis, size)
        halves = [text_width(text, size) / 2 for text in axis.labels.texts]
        ends = zip(places, halves, places[1:], halves[1:], strict=False)
        if all(x + half + 8 <= next_x - next_half for x, half, next_x, next_half in ends):
            return axis
    values = ticks(scale.low, scale.high, count=2)
    return _axis(scale, (values[0], values[-1]))


def _axis(scale: Scale, values: tuple[float, ...]) -> Axis:
    return Axis(scale=scale, values=values, labels=tick_labels(values))


def label_places(axis: Axis, size: float) -> list[float]:
    """Give the middles of the labels: at their ticks, but not out of the sheet."""
    low, high = axis.scale.start - 14, axis.scale.end + 14
    places = []
    for value, text in zip(axis.values, axis.labels.texts, strict=True):
        half = text_width(text, size) / 2
        places.append(min(max(axis.scale.at(value), low + half), high - half))
    return places


def vertical_axis(scale: Scale, size: float) -> Axis:
    """Give the axis with about one tick per four lines of text."""
    count = max(2, int(abs(scale.end - scale.start) / (size * 3.6)))
    return _axis(scale, ticks(scale.low, scale.high, count=count))


def axis_title(title: str, axis: Axis, size: float, width: float) -> list[str]:
    """Give the lines of an axis title, with the power of ten that its labels lack."""
    return lines_of(" · ".join(filter(None, (title, axis.labels.factor))), size, width)


def draw_horizontal(
    axis: Axis,
    bands: Sequence[tuple[float, float]],
    size: float,
    *,
    titles: Sequence[str] = (),
) -> list[Markup]:
    """Give grid lines in each band, the axis below the last, its labels and the title."""
    start, end, bottom = axis.scale.start, axis.scale.end, bands[-1][1]
    parts = []
    places = label_places(axis, size)
    for value, text, place in zip(axis.values, axis.labels.texts, places, strict=True):
        x = axis.scale.at(value)
        parts += [line(x, upper, x, lower, class_="grid") for upper, lower in bands]
        parts.append(line(x, bottom, x, bottom + 5, class_="axis"))
        parts.append(label(text, place, bottom + 6 + size, size, anchor="middle", class_="quiet"))
    parts.append(line(start, bottom, end, bottom, class_="axis"))
    for row, text in enumerate(titles):
        y = bottom + 6 + size * 2 + 6 + row * (size + 4)
        parts.append(label(text, (start + end) / 2, y, size, anchor="middle"))
    return parts


def horizontal_height(size: float, n_titles: int) -> float:
    """Give the height of what `draw_horizontal` puts below the axis."""
    return 6 + size + 8 + n_titles * (size + 6)


def svg(
    parts: Sequence[Markup], *, sheet: Sheet, height: float, name: str, title: str, about: str
) -> Markup:
    """Give the whole picture with a title and a description for readers who do not see it."""
    key = f"{name}-{sheet.name}"
    return el(
        "svg",
        el("title", title, id=f"{key}-title"),
        el("desc", about, id=f"{key}-desc"),
        parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {coordinate(sheet.width)} {coordinate(height)}",
        class_="fig",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
    )
