"""How it was decided: the plan, the looks, and what the usual shortcuts would have said."""

from __future__ import annotations

from trialist.render.amounts import Amounts, estimate_amounts
from trialist.render.markup import Markup, el
from trialist.render.reportdata import LookLine, ReportData
from trialist.render.sections.page import bullets, paragraph, section, table
from trialist.render.statement import decision_words, sensitivity_lines
from trialist.render.tablerows import NONE
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import p_value


def decided(data: ReportData) -> Markup:
    """Give the rules that were fixed before, and what they met at each look."""
    parts = [bullets(decision_words(data))]
    if data.looks:
        head = ["look", "seeds", "variant", "difference", "interval", "p", "needed", "then"]
        rows = [look_cells(line, data.results.metric) for line in data.looks]
        parts += [el("h3", "What each look saw"), table(head, rows, texts=(2, 7))]
    assumed = list(dict.fromkeys(a for v in data.results.comparisons for a in v.assumptions))
    if assumed:
        parts += [el("h3", "What it rests on"), bullets(assumed)]
    others = sensitivity_lines(data.results)
    if others:
        parts += [el("h3", "Sensitivity"), bullets(others)]
    if data.shortcuts:
        lead = "On the same runs, without this plan; none of these is evidence."
        parts += [el("h3", "What the usual shortcuts would have said"), paragraph(lead)]
        parts.append(bullets(data.shortcuts))
    return section("How it was decided", parts, key="decided")


def _test_cells(line: LookLine) -> tuple[str, str]:
    if line.e_value is not None:
        return f"E {line.e_value:.3g}", f"{1 / line.threshold:.3g}"
    p = NONE if isinstance(line.p, Missing) else p_value(line.p)
    return p, f"{line.threshold:.3g}"


def look_cells(line: LookLine, metric: Metric) -> list[str]:
    """Give what a look saw of one comparison, cell by cell."""
    amounts = Amounts(estimate=NONE, low="", high="")
    if not isinstance(line.estimate, Missing):
        amounts = estimate_amounts(line.estimate, line.interval, metric)
    return [
        str(line.index),
        str(line.n),
        line.variant,
        amounts.estimate,
        amounts.interval or NONE,
        *_test_cells(line),
        line.code.replace("_", " "),
    ]
