"""What was predicted of each variant, and what became of it."""

from __future__ import annotations

from trialist.decide.predictions import tally_words
from trialist.render.markup import Markup
from trialist.render.predictions import NOTE, TITLE, prediction_head, prediction_rows
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section, table


def predictions(data: ReportData) -> Markup:
    """Give the predictions beside what was found; nothing where nothing was predicted."""
    results = data.results
    if not results.predictions:
        return Markup("")
    rows = prediction_rows(results.predictions, results.metric)
    parts = [bullets(one.sentence for one in results.predictions)]
    parts.append(table(prediction_head(results), [row.cells for row in rows], texts=(0, 1, 4)))
    if data.tally.n:
        parts.append(paragraph(tally_words(data.tally)))
    return section(TITLE, parts, paragraph(NOTE, class_="note"), key="predictions")
