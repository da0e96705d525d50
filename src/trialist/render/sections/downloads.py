"""The numbers behind each figure, within the page."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from trialist.render.figures.figure import Figure
from trialist.render.markup import Markup, el, joined
from trialist.render.sections.page import paragraph, section

_MOST_LINES = 60


def downloads(figures: Sequence[Figure]) -> Markup:
    """Give a link and a preview of each figure's CSV file."""
    drawn = [figure for figure in figures if figure.csv]
    if not drawn:
        text = "None: there is no figure with numbers."
        return section("Data", paragraph(text, class_="empty"), key="data")
    note = "The numbers as drawn, in the metric's own unit; they are part of this page."
    return section("Data", paragraph(note), [_download(figure) for figure in drawn], key="data")


def _download(figure: Figure) -> Markup:
    lines = figure.csv.splitlines()
    data = base64.b64encode(figure.csv.encode()).decode()
    name = f"{figure.name}.csv"
    link = el("a", name, href=f"data:text/csv;charset=utf-8;base64,{data}", download=name)
    summary = el("summary", f"{figure.title}, {len(lines) - 1:,} rows")
    shown = "\n".join(lines[:_MOST_LINES])
    more = ""
    if len(lines) > _MOST_LINES:
        more = paragraph(f"The first {_MOST_LINES - 1} rows; the file has all.", class_="note")
    return joined(el("details", summary, el("p", link), el("pre", shown), more))
