"""The figures with their captions."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.figures.figure import Figure
from trialist.render.markup import Markup, el
from trialist.render.sections.page import paragraph, section


def pictures(figures: Sequence[Figure]) -> Markup:
    """Give each figure in both sizes, of which the page shows the one that fits."""
    return el("div", [_picture(figure) for figure in figures])


def _picture(figure: Figure) -> Markup:
    if figure.is_empty:
        return section(figure.title, paragraph(figure.caption, class_="empty"), key=figure.name)
    body = el(
        "figure",
        el("div", figure.wide, class_="wide"),
        el("div", figure.narrow, class_="narrow"),
        el("figcaption", figure.caption),
    )
    return section(figure.title, body, key=figure.name)
