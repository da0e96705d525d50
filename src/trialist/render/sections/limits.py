"""What limits the verdicts: caveats, deviations, findings, runs without a value."""

from __future__ import annotations

from trialist.render.account import LostRun, extra_runs, lost_runs
from trialist.render.amendments import grouped
from trialist.render.markup import Markup, el, joined
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import bullets, paragraph, section

_DEVIATIONS = "Deviations from the plan"


def limits(data: ReportData) -> Markup:
    """Give caveats, deviations, findings and lost runs; what is empty says so in one line."""
    results = data.results
    parts: list[Markup] = []
    nothing: list[str] = []
    for title, texts, none in (
        ("Caveats", results.caveats, "no caveats"),
        (_DEVIATIONS, results.deviations, "no deviations from the plan"),
        ("Findings", results.findings, "no findings"),
    ):
        if texts:
            told = _deviations(texts) if title == _DEVIATIONS else bullets(texts)
            parts.append(joined(el("h3", title), told))
        elif none != "no deviations from the plan" or results.plan_hash is not None:
            nothing.append(none)
    lost, extra = lost_runs(data), extra_runs(data)
    if lost:
        items = el("ul", [el("li", _lost(run)) for run in lost])
        parts.append(joined(el("h3", "Runs without a value"), items))
    else:
        nothing.append("no failed runs")
    if extra:
        note = "Finished or stopped after the deciding look; no verdict uses them."
        if any(run.plan is not None for run in results.extra_runs):
            note = "After the deciding look, or of a plan that was amended; no verdict uses them."
        parts.append(joined(el("h3", "Runs apart"), paragraph(note), bullets(extra)))
    if nothing:
        text = ", ".join(nothing)
        parts.append(paragraph(text[0].upper() + text[1:] + ".", class_="note"))
    return section("Limits", parts, key="limits")


def _lost(run: LostRun) -> Markup:
    return joined(run.what, el("pre", run.error) if run.error else "")


def _deviations(sentences: tuple[str, ...]) -> Markup:
    items = [
        el("li", one.text, bullets(one.parts) if one.parts else "") for one in grouped(sentences)
    ]
    return el("ul", items)
