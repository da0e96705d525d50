"""The table of results."""

from __future__ import annotations

from trialist.render.markup import Markup
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import paragraph, section, table
from trialist.render.statement import (
    NO_RUNS,
    counted_head,
    level_words,
    replicate_of,
    unit_of,
)
from trialist.render.tablerows import table_rows


def numbers(data: ReportData) -> Markup:
    """Give mean, spread, difference and verdict of every variant."""
    rows = table_rows(data.results)
    if not rows:
        return section("Table", paragraph(NO_RUNS, class_="empty"), key="table")
    unit = unit_of(data.results.metric)
    level = level_words(data.results.comparisons)
    head = ["variant", counted_head(data.results), "mean", "SD"]
    if not data.results.comparisons:
        cells = [[row.name, row.runs, row.mean, row.sd] for row in rows]
        return section("Table", table(head, cells), _note(data), key="table")
    head += ["difference" + (f", {unit}" if unit else ""), f"{level} interval".strip()]
    head += ["p, adjusted", "Hedges' g", "verdict"]
    whole = [
        [r.name, r.runs, r.mean, r.sd, r.difference, r.interval, r.p, r.effect, r.verdict]
        for r in rows
    ]
    return section("Table", table(head, whole, texts=(0, 8)), _note(data), key="table")


def _note(data: ReportData) -> Markup:
    words = [f"{data.results.metric.name}, {data.results.metric.goal.words}"]
    if unit_of(data.results.metric):
        words.append("in points (hundredths)")
    words.append(f"SD is between {replicate_of(data.results).plural}")
    if data.results.comparisons:
        kinds = sorted({verdict.interval_kind for verdict in data.results.comparisons})
        tests = sorted({verdict.test for verdict in data.results.comparisons})
        words.append("differences are turned so that plus is better")
        words.append(f"{' and '.join(kinds)} intervals, {' and '.join(tests)}")
    return paragraph("; ".join(words) + ".", class_="note")
