"""What searches say, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.cells import cell_width, cut, left, right, visible, wrapped
from trialist.render.searchrows import (
    TITLE,
    claim_words,
    curve_note,
    curve_points,
    curve_rows,
    search_head,
    search_rows,
)
from trialist.render.style import TextStyle
from trialist.render.tablerows import NONE
from trialist.values.results import Results

_MOST_SEARCHES = 12
_MOST_POINTS = 3
_LONGEST_NAME = 20


def search_lines(results: Results, style: TextStyle) -> list[str]:
    """Give the searches and the expected best of m trials; nothing where nothing was tuned."""
    searches, metric = results.searches, results.metric
    if searches is None:
        return []
    shown = searches.searches[:_MOST_SEARCHES]
    lines = [style.bold(TITLE), *wrapped(claim_words(searches), style.width)]
    lines += _table(search_head(metric), search_rows(shown, metric), style, texts=(0, 1, 3))
    more = len(searches.searches) - len(shown)
    lines += [f"and {more} more searches in the report"] if more else []
    for most in range(_MOST_POINTS, 0, -1):
        points = curve_points(searches, most=most) if most > 1 else ()
        head = ("expected best of", *(f"{m} trial{'s' if m > 1 else ''}" for m in points))
        table = _table(head, curve_rows(searches, metric, points), style, texts=(0,))
        if points and max(map(cell_width, table)) <= style.width:
            lines += ["", *table]
            break
    return [*lines, *(style.dim(line) for line in wrapped(curve_note(searches), style.width))]


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: TextStyle,
    *,
    texts: Sequence[int],
) -> list[str]:
    """Give a table; a column that is empty everywhere is left out."""
    cells = [[cut(visible(cell), _LONGEST_NAME) if place in texts else cell
              for place, cell in enumerate(row)] for row in rows]  # fmt: skip
    kept = [
        place
        for place in range(len(head))
        if place == 0 or any(row[place] != NONE for row in cells)
    ]
    widths = {place: max(cell_width(row[place]) for row in [head, *cells]) for place in kept}

    def laid(row: Sequence[str]) -> str:
        padded = [(left if p in texts else right)(row[p], widths[p]) for p in kept]
        return "  ".join(padded).rstrip()

    return [style.dim(laid(head)), *(laid(row) for row in cells)]
