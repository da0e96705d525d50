"""Text in character cells: what a terminal shows, how wide it is, and how it is cut."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def visible(text: str) -> str:
    r"""Give `text` on one line, without characters that steer a terminal or turn its order.

    Example:
        >>> visible("a\n b")
        'a b'
    """
    line = " ".join(text.split())
    return "".join(_shown(character) for character in line)


def visible_block(text: str) -> str:
    """Give `text` as `visible` does, line by line."""
    return "\n".join(_line(line.expandtabs(4)) for line in text.splitlines())


def _line(text: str) -> str:
    if text.isprintable():  # a figure's path has a million characters
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN and character not in _JOINERS:
        return _REPLACEMENT
    return character


def cell_width(text: str) -> int:
    """Give the number of terminal cells that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """Give `text` in at most `width` cells; what is cut is marked by an ellipsis.

    Example:
        >>> cut("a-long-variant-name", 8)
        'a-long-…'
    """
    if cell_width(text) <= width:
        return text
    kept = ""
    for character in text:
        if cell_width(kept + character) > width - 1:
            break
        kept += character
    return kept + "…" if width > 0 else ""


def left(text: str, width: int) -> str:
    """Give `text` with spaces after it."""
    return text + " " * (width - cell_width(text))


def right(text: str, width: int) -> str:
    """Give `text` with spaces before it."""
    return " " * (width - cell_width(text)) + text


def table_lines(
    rows: Sequence[Sequence[str]], *, gap: int, n_words: int | None = None
) -> list[str]:
    """Give rows of cells with their columns below each other.

    Args:
        rows: Cells as they are shown; every row has as many.
        gap: Spaces between two columns.
        n_words: How many of the first columns are words; the others are numbers, at the right.
            None: all are words.
    """
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    pads = [left if n_words is None or k < n_words else right for k in range(len(widths))]
    return [
        (" " * gap)
        .join(pad(cell, width) for pad, cell, width in zip(pads, row, widths, strict=True))
        .rstrip()
        for row in rows
    ]


def wrapped(text: str, width: int) -> list[str]:
    """Give `text` in lines of at most `width` cells, unless one word is longer."""
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False) or [
        ""
    ]


def aligned_at_point(texts: list[str]) -> list[str]:
    """Give `texts` padded to one width, with their decimal points below each other.

    Example:
        >>> aligned_at_point(["1.25", "10", "n/a"])
        [' 1.25', '10   ', '  n/a']
    """
    numbers = [text.rpartition(".") if _is_number(text) else None for text in texts]
    before = [len(parts[0] or parts[2]) for parts in numbers if parts]
    after = [len(parts[2]) + 1 if parts[1] else 0 for parts in numbers if parts]
    most_before, most_after = max(before, default=0), max(after, default=0)
    padded = []
    for text, parts in zip(texts, numbers, strict=True):
        if parts is None:
            padded.append(text)
            continue
        tail = len(parts[2]) + 1 if parts[1] else 0
        padded.append(right(text, most_before + tail) + " " * (most_after - tail))
    width = max((cell_width(text) for text in padded), default=0)
    return [right(text, width) for text in padded]


def _is_number(text: str) -> bool:
    return any(character.isdigit() for character in text) and not any(
        character.isalpha() and character != "e" for character in text
    )
