"""results.md: the sentences first, then the table, the limits, how it was decided, commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from trialist.decide.predictions import tally_words
from trialist.render.account import extra_runs, lost_runs
from trialist.render.amendments import grouped
from trialist.render.cells import visible
from trialist.render.components import TITLE as COMPONENTS
from trialist.render.components import component_rows, explanation, head_words
from trialist.render.followup import TITLE as FAMILY
from trialist.render.followup import family_head, family_rows
from trialist.render.predictions import NOTE as PREDICTIONS_NOTE
from trialist.render.predictions import TITLE as PREDICTIONS
from trialist.render.predictions import prediction_head, prediction_rows
from trialist.render.reportdata import ReportData
from trialist.render.searchrows import TITLE as SEARCHES
from trialist.render.searchrows import (
    claim_words,
    curve_note,
    curve_points,
    curve_rows,
    search_head,
    search_rows,
)
from trialist.render.sections.decided import look_cells
from trialist.render.statement import (
    cost_words,
    counted_head,
    decision_words,
    level_words,
    lone_sentence,
    sensitivity_lines,
    setup_words,
    unit_of,
)
from trialist.render.style import Sentence
from trialist.render.tablerows import table_rows
from trialist.values.results import Results

_DEVIATIONS = "Deviations from the plan"
_MARKS = re.compile(r"([\\`*<>|\[\]~])|(?<!\w)(_)|(_)(?!\w)")
_LINE_MARKS = re.compile(r"^(#+|[-+]|\d+[.)])(?=\s)")


def md(text: str) -> str:
    r"""Give `text` on one line, so that Markdown shows it as it is.

    Example:
        >>> md("a|b *c* <d> wide_net"), md("# no title")
        ('a\\|b \\*c\\* \\<d\\> wide_net', '\\# no title')
    """
    escaped = _MARKS.sub(lambda found: f"\\{found[0]}", visible(text))
    return _LINE_MARKS.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", escaped)


def results_markdown(data: ReportData) -> str:
    """Give the whole text of results.md."""
    results = data.results
    blocks = [f"# {md(data.question or results.study)}", *_sentences(results)]
    if not results.finished:
        blocks.append("The study is not finished: this is how it stands.")
    blocks.append(md(" · ".join(setup_words(data))))
    middle = [*_predictions(data), *_family(results), *_components(results)]
    blocks += [*middle, "## All variants" if middle else "", _table(results)]
    blocks += [*_searches(results), *_limits(data)]
    blocks += ["## How it was decided", _bullets(decision_words(data)), *_looks(data)]
    others = sensitivity_lines(results)
    if others:
        blocks += ["### Sensitivity", _bullets(others)]
    if data.shortcuts:
        blocks += ["## What the usual shortcuts would have said", _bullets(data.shortcuts)]
    blocks += [*_methods(results), *_origin(data)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _sentences(results: Results) -> list[str]:
    if not results.comparisons:
        return [_sentence(lone_sentence(results))]
    blocks = []
    for verdict in results.comparisons:
        blocks.append(_sentence(verdict.sentence))
        blocks.append(" ".join(md(note) for note in verdict.notes))
    return blocks


def _sentence(text: str) -> str:
    parts = Sentence.of(text)
    return f"**{md(parts.lead)}** {md(parts.rest)}".strip() if parts.lead else md(parts.rest)


def _table(results: Results) -> str:
    if not results.variants:
        return ""
    unit, level = unit_of(results.metric), level_words(results.comparisons)
    difference = "difference" + (f", {unit}" if unit else "")
    head = ["variant", counted_head(results), "mean", "SD", difference, f"{level} interval".strip()]
    head += ["p, adjusted", "Hedges' g", "verdict"]
    rows = [
        [r.name, r.runs, r.mean, r.sd, r.difference, r.interval, r.p, r.effect, r.verdict]
        for r in table_rows(results)
    ]
    return grid(head, rows, texts=(0, 8))


def _components(results: Results) -> list[str]:
    ablation = results.ablation
    if ablation is None:
        return []
    rows = component_rows(ablation, results.metric)
    cells = [[row.rank, row.name, row.worth, row.interval, row.said] for row in rows]
    return [
        f"## {COMPONENTS}",
        _bullets(row.sentence for row in rows),
        grid(head_words(results), cells, texts=(0, 1, 4)),
        " ".join(md(text) for text in ablation.order),
        md(explanation(results)),
    ]


def _predictions(data: ReportData) -> list[str]:
    results = data.results
    if not results.predictions:
        return []
    rows = prediction_rows(results.predictions, results.metric)
    return [
        f"## {PREDICTIONS}",
        _bullets(one.sentence for one in results.predictions),
        grid(prediction_head(results), [row.cells for row in rows], texts=(0, 1, 4)),
        md(tally_words(data.tally)),
        md(PREDICTIONS_NOTE),
    ]


def _family(results: Results) -> list[str]:
    family = results.family
    if family is None:
        return []
    rows = [row.cells for row in family_rows(family, results.metric)]
    return [
        f"## {FAMILY}",
        " ".join(md(text) for text in family.statement),
        grid(family_head(results.metric), rows, texts=(0, 1, 2, 3, 6)),
    ]


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Sequence[int]) -> str:
    """Give a table in Markdown; columns that are not in `texts` hold numbers."""
    rule = ["---" if place in texts else "---:" for place in range(len(head))]
    lines = [head, rule, *([md(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _searches(results: Results) -> list[str]:
    found, metric = results.searches, results.metric
    if found is None:
        return []
    rows = search_rows(found.searches, metric)
    blocks = [f"## {SEARCHES}", md(claim_words(found))]
    blocks.append(grid(search_head(metric), rows, texts=(0, 1, 3)))
    points = curve_points(found, most=6)
    if points:
        head = ["expected best of", *(str(m) for m in points)]
        blocks.append(grid(head, curve_rows(found, metric, points), texts=(0,)))
    return [*blocks, md(curve_note(found))]


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {md(text)}" for text in texts)


def _deviations(sentences: Iterable[str]) -> str:
    lines = []
    for one in grouped(sentences):
        lines += [f"- {md(one.text)}", *(f"  - {md(part)}" for part in one.parts)]
    return "\n".join(lines)


def _limits(data: ReportData) -> list[str]:
    results = data.results
    blocks: list[str] = []
    for title, texts in (
        ("Caveats", results.caveats),
        (_DEVIATIONS, results.deviations),
        ("Findings", results.findings),
        ("Runs apart from the evidence", extra_runs(data)),
    ):
        if texts:
            told = _deviations(texts) if title == _DEVIATIONS else _bullets(texts)
            blocks += [f"## {title}", told]
    lost = lost_runs(data)
    if lost:
        said = [f"{run.what}: {run.error}" if run.error else run.what for run in lost]
        blocks += ["## Runs without a value", _bullets(said)]
    return blocks


def _looks(data: ReportData) -> list[str]:
    if not data.looks:
        return []
    head = ["look", "seeds", "variant", "difference", "interval", "p", "needed", "then"]
    rows = [look_cells(line, data.results.metric) for line in data.looks]
    return [grid(head, rows, texts=(2, 7))]


def _methods(results: Results) -> list[str]:
    text = results.methods
    if text is None:
        return []
    fields = "\n".join(f"- {md(part.text)}: `{part.field}`" for part in text.numbers)
    lead = "Each number is a field of results.json:"
    return ["## Methods, for a paper", md(text.plain), lead, fields]


def _origin(data: ReportData) -> list[str]:
    rows = [("cost", " · ".join(cost_words(data)))] if data.cost is not None else []
    rows += list(data.provenance.items())
    if data.results.plan_hash is not None:
        rows.append(("plan", data.results.plan_hash))
    if data.chain is not None:
        rows.append(("ledger", f"{data.chain.entries} entries, head {data.chain.head}"))
    blocks = ["## Where it comes from", _bullets(f"{k}: {v}" for k, v in rows)] if rows else []
    if data.commands:
        commands = [f"{visible(c)}  # {visible(label)}" for label, c in data.commands]
        blocks += ["## Commands", "\n".join(["```sh", *commands, "```"])]
    return blocks
