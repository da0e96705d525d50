"""Cost, provenance, and the commands that check and repeat the study."""

from __future__ import annotations

from trialist.render.markup import Markup, el
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import pairs, paragraph, section
from trialist.render.statement import cost_words
from trialist.render.usagetext import usage_hint, usage_words
from trialist.values.numbers import duration


def cost(data: ReportData) -> Markup:
    """Give runs, time and workers."""
    if data.cost is None:
        text = "Not known: no run was made for this report."
        return section("Cost", paragraph(text, class_="empty"), key="cost")
    words = [*cost_words(data), f"{duration(data.cost.train_seconds)} of training in all"]
    return section("Cost", paragraph(" · ".join(words)), *_machine(data), key="cost")


def _machine(data: ReportData) -> list[Markup]:
    if data.machine is None:
        return []
    said = " · ".join(usage_words(data.machine))
    hint = usage_hint(data.machine)
    parts = [paragraph(said[0].upper() + said[1:])]
    return [*parts, paragraph(hint)] if hint else parts


def provenance(data: ReportData) -> Markup:
    """Give versions and machine, the plan's hash, the chain's head, and the commands."""
    rows = list(data.provenance.items())
    if data.results.plan_hash is not None:
        rows.append(("plan", data.results.plan_hash))
    if data.chain is not None:
        rows.append(("ledger", f"{data.chain.entries} entries, head {data.chain.head}"))
    empty = paragraph("Nothing was recorded: these results came as a table.", class_="empty")
    parts = [pairs(rows) if rows else empty]
    for label, command in data.commands:
        parts.append(el("h3", label[:1].upper() + label[1:]))
        parts.append(el("pre", el("code", command)))
    return section("Provenance", parts, key="provenance")
