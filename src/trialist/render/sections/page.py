"""Pieces that every section is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialist.render.markup import Markup, el, joined
from trialist.render.style import Sentence


def section(title: str, *children: str | Iterable[str], key: str) -> Markup:
    """Give a section under its title."""
    return el("section", el("h2", title), *children, id=key)


def paragraph(text: str, *, class_: str | None = None) -> Markup:
    """Give a paragraph."""
    return el("p", text, class_=class_)


def bullets(texts: Iterable[str], *, class_: str | None = None) -> Markup:
    """Give a list."""
    return el("ul", [el("li", text) for text in texts], class_=class_)


def sentence(text: str, *, class_: str | None = None) -> Markup:
    """Give a verdict's sentence with its lead in bold type."""
    parts = Sentence.of(text)
    lead = el("strong", parts.lead) if parts.lead else ""
    return el("p", joined(lead, " " if parts.lead else "", parts.rest), class_=class_)


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Sequence[int] = (0,)
) -> Markup:
    """Give a table that scrolls by itself where it is too wide.

    Args:
        head: Titles of the columns.
        rows: Cells.
        texts: Places of the columns that hold words; the others hold numbers.
    """
    kinds = ["text" if place in texts else "number" for place in range(len(head))]
    titles = [
        el("th", title, scope="col", class_=kind) for title, kind in zip(head, kinds, strict=True)
    ]
    body = [
        el("tr", [el("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)])
        for row in rows
    ]
    whole = el("table", el("thead", el("tr", titles)), el("tbody", body))
    return el("div", whole, class_="scroll", tabindex="0")


def pairs(rows: Iterable[tuple[str, str]]) -> Markup:
    """Give names with their values below each other."""
    return el("dl", [joined(el("dt", name), el("dd", value)) for name, value in rows])
