"""The methods paragraph, for a paper: every number says which field of results.json it is."""

from __future__ import annotations

from trialist.render.markup import Markup, el, escape
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import paragraph, section
from trialist.values.methods import MethodsPart


def methods(data: ReportData) -> Markup:
    """Give the paragraph; where there is none, say why."""
    text = data.results.methods
    if text is None:
        compared = bool(data.results.comparisons)
        words = "None for this kind of comparison." if compared else "None: nothing was compared."
        return section("Methods", paragraph(words, class_="empty"), key="methods")
    rows = [el("li", f"{part.text}: ", el("code", part.field or "")) for part in text.numbers]
    return section(
        "Methods",
        el("p", [_part(part) for part in text.parts]),
        paragraph("For a paper; each number is a field of results.json.", class_="note"),
        el("details", el("summary", f"The {len(rows)} numbers and their fields"), el("ul", rows)),
        key="methods",
    )


def _part(part: MethodsPart) -> Markup:
    if not part.is_number:
        return escape(part.text)
    return el("span", part.text, title=f"results.json: {part.field}")
