"""A legend that flows: entries side by side, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.figures.canvas import Sheet, fitted, label, line, text_width
from trialist.render.figures.palette import VariantLook
from trialist.render.markup import Markup, el


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """A drawn legend and its height."""

    parts: tuple[Markup, ...]
    height: float


def legend(
    entries: Sequence[tuple[VariantLook | None, str]], sheet: Sheet, *, start: float = 4.0
) -> Legend:
    """Give a legend of variants; an entry without a look is the band's.

    Args:
        entries: Pairs of a look and a text.
        sheet: The sheet.
        start: The left end.
    """
    size = sheet.small
    parts: list[Markup] = []
    x, y = start, 4.0
    for look, words in entries:
        text = fitted(words, size, sheet.width - start - 44)
        width = 38 + text_width(text, size) + 16
        if x > start and x + width > sheet.width:
            x, y = start, y + size + 9
        middle = y + size * 0.6
        if look is None:
            parts.append(el("rect", x=x, y=middle - 6, width=28, height=12, class_="zone"))
        else:
            parts.append(line(x, middle, x + 28, middle, class_=look.color, width=3))
            parts.append(look.marker(x + 14, middle, 9))
        parts.append(label(text, x + 36, y + size * 0.95, size))
        x += width
    return Legend(parts=tuple(parts), height=y + size + 12)
