"""The family of a follow-up: its verdicts beside those of the studies before it."""

from __future__ import annotations

from trialist.render.followup import TITLE, family_head, family_rows
from trialist.render.markup import Markup
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import paragraph, section, table


def followup(data: ReportData) -> Markup:
    """Give the family; nothing for a study that follows up nothing."""
    family, metric = data.results.family, data.results.metric
    if family is None:
        return Markup("")
    rows = [row.cells for row in family_rows(family, metric)]
    return section(
        TITLE,
        [paragraph(text) for text in family.statement],
        table(family_head(metric), rows, texts=(0, 1, 2, 3, 6)),
        key="family",
    )
