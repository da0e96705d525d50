"""The configuration of the baseline, and what each variant changes in it."""

from __future__ import annotations

from trialist.render.account import changes, settings
from trialist.render.markup import Markup, el
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import pairs, paragraph, section


def setup(data: ReportData) -> Markup:
    """Give the configuration; a table of results has none."""
    plan = data.plan
    if plan is None:
        text = "Not known: these results came as a table, without configurations."
        return section("Configuration", paragraph(text, class_="empty"), key="configuration")
    base = [(s.key, s.value) for s in settings(plan.config_of(plan.baseline))]
    parts = [el("h3", f"{plan.baseline} (the baseline)")]
    parts.append(pairs(base) if base else paragraph("No settings: the script's own defaults."))
    for planned in plan.variants:
        if planned.name != plan.baseline:
            changed = [(s.key, s.value) for s in changes(plan, planned.name)]
            parts.append(el("h3", f"{planned.name} changes"))
            same = paragraph("Nothing: it is the same configuration as the baseline.")
            parts.append(pairs(changed) if changed else same)
    return section("Configuration", parts, key="configuration")
