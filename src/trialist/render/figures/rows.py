"""Figures made of rows, one per variant: names beside the plot, or above it where room is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.figures.canvas import Sheet, fitted, label, text_width
from trialist.render.figures.palette import VariantLook
from trialist.render.markup import Markup

_GAP = 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row.

    Attributes:
        name: The variant's name.
        look: How the variant is drawn.
        notes: What stands at the right end, at most two short lines.
        height: The height of the plot's strip.
        joined: True where the row belongs to the one before it and nothing may come between.
    """

    name: str
    look: VariantLook
    notes: tuple[str, ...]
    height: float
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows with their places.

    Attributes:
        middles: The middle of each row's strip.
        start: Where the plot starts, from the left.
        end: Where the plot ends.
        top: Where the first strip starts.
        bottom: Where the last strip ends.
        bands: Where grid lines may be drawn: from and to, between the texts.
        texts: Names and notes, drawn.
    """

    middles: tuple[float, ...]
    start: float
    end: float
    top: float
    bottom: float
    bands: tuple[tuple[float, float], ...]
    texts: tuple[Markup, ...]


def placed(rows: Sequence[Row], sheet: Sheet, *, top: float) -> Rows:
    """Give `rows` their places on `sheet` from `top` down."""
    return _above(rows, sheet, top) if sheet.is_narrow else _beside(rows, sheet, top)


def _beside(rows: Sequence[Row], sheet: Sheet, top: float) -> Rows:
    size = sheet.font
    names = min(max(text_width(row.name, size) for row in rows), 250.0)
    notes = [text_width(note, size) for row in rows for note in row.notes]
    start = 22 + names + _GAP
    end = sheet.width - 4 - (min(max(notes), 290.0) + _GAP if notes else 14)
    y, middles, texts = top, [], []
    for row in rows:
        middle = y + row.height / 2
        middles.append(middle)
        texts.append(row.look.marker(9, middle, 11))
        shown = fitted(row.name, size, names)
        texts.append(label(shown, 22, middle + size * 0.35, size))
        first = middle + size * 0.35 - (len(row.notes) - 1) * (size + 3) / 2
        for place, note in enumerate(row.notes):
            class_ = None if place == 0 else "quiet"
            shown = fitted(note, size, sheet.width - end - _GAP)
            texts.append(label(shown, end + _GAP, first + place * (size + 3), size, class_=class_))
        y += row.height
    return Rows(
        middles=tuple(middles),
        start=start,
        end=end,
        top=top,
        bottom=y,
        bands=((top, y),),
        texts=tuple(texts),
    )


def _above(rows: Sequence[Row], sheet: Sheet, top: float) -> Rows:
    y, middles, texts, bands = top, [], [], []
    for block in _blocks(rows):
        for row in block:
            lines = _heading(row, sheet, y)
            texts += lines[1]
            y += lines[0]
        bands.append((y, y + sum(row.height for row in block)))
        for row in block:
            middles.append(y + row.height / 2)
            y += row.height
    return Rows(
        middles=tuple(middles),
        start=14,
        end=sheet.width - 14,
        top=top,
        bottom=y,
        bands=tuple(bands),
        texts=tuple(texts),
    )


def _heading(row: Row, sheet: Sheet, y: float) -> tuple[float, list[Markup]]:
    """Give the height and the texts of what stands above a strip."""
    size, room = sheet.font, sheet.width - 26
    step = size + 5
    texts = [row.look.marker(9, y + size * 0.7, 10)]
    name = fitted(row.name, size * 1.15, room)  # bold type is wider
    texts.append(label(name, 22, y + size, size, class_="strong"))
    used = text_width(name, size * 1.15)
    height = step
    for note in row.notes:
        width = text_width(note, size)
        if used + 16 + width <= room:
            x = sheet.width - 4
            texts.append(label(note, x, y + height - step + size, size, anchor="end"))
            used = room
            continue
        texts.append(label(fitted(note, size, room), 22, y + height + size, size, class_="quiet"))
        used = text_width(note, size)
        height += step
    return height + 2, texts


def _blocks(rows: Sequence[Row]) -> list[list[Row]]:
    blocks: list[list[Row]] = []
    for row in rows:
        if row.joined and blocks:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks
