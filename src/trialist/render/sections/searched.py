"""What was searched: parameters with their ranges, scales and roles; the method and its reason."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.markup import Markup
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section, table
from trialist.render.spacewords import SPACE_HEAD, fixed_words, method_words, space_rows
from trialist.values.searchplan import SearchPlan
from trialist.values.space import Arm


def searched(data: ReportData) -> Markup:
    """Give what the plan had searched; nothing where it has no search."""
    search = data.plan.search if data.plan is not None else None
    return Markup("") if search is None else searched_section(search.arms, search)


def searched_section(arms: Sequence[Arm], search: SearchPlan | None) -> Markup:
    """Give the section.

    Args:
        arms: What each variant was tuned over.
        search: How; None for trials that came as a table.
    """
    parts = [table(SPACE_HEAD, space_rows(arms), texts=(0, 1, 2, 3, 4))]
    if search is None:
        note = "How the points were chosen is not known: the trials came as a table."
        parts.append(paragraph(note, class_="note"))
    else:
        parts += [paragraph(" ".join(method_words(search)))]
        said = fixed_words(search)
        parts += [bullets(said)] if said else []
    return section("What was searched", parts, key="searched")
