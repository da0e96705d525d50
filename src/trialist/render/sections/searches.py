"""What the searches say: winners, how far their scores lied, and the expected best of m."""

from __future__ import annotations

from trialist.render.markup import Markup, el
from trialist.render.reportdata import ReportData
from trialist.render.searchrows import (
    TITLE,
    claim_words,
    curve_note,
    curve_points,
    curve_rows,
    search_head,
    search_rows,
)
from trialist.render.sections.page import paragraph, section, table

MOST_POINTS = 6


def searches(data: ReportData) -> Markup:
    """Give the searches of a table of trials; nothing where nothing was tuned."""
    found, metric = data.results.searches, data.results.metric
    if found is None:
        return Markup("")
    rows = search_rows(found.searches, metric)
    points = curve_points(found, most=MOST_POINTS)
    parts = [paragraph(claim_words(found)), table(search_head(metric), rows, texts=(0, 1, 3))]
    if points:
        head = ["variant", *(f"m = {m}" for m in points)]
        parts.append(el("h3", "Expected best of m trials, by the score that the search chooses by"))
        parts.append(table(head, curve_rows(found, metric, points)))
    parts.append(paragraph(curve_note(found), class_="note"))
    return section(TITLE, parts, key="searches")
