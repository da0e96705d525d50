"""The components of an ablation, and how far their order holds."""

from __future__ import annotations

from trialist.render.components import TITLE, component_rows, explanation, head_words
from trialist.render.markup import Markup
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section, table


def components(data: ReportData) -> Markup:
    """Give the components by measured drop; nothing for a study that ablates none."""
    results = data.results
    if results.ablation is None:
        return Markup("")
    rows = component_rows(results.ablation, results.metric)
    cells = [[row.rank, row.name, row.worth, row.interval, row.said] for row in rows]
    return section(
        TITLE,
        bullets(row.sentence for row in rows),
        table(head_words(results), cells, texts=(0, 1, 4)),
        [paragraph(text) for text in results.ablation.order],
        paragraph(explanation(results), class_="note"),
        key="ablation",
    )
