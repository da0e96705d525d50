"""An analysis of searches as one page that needs nothing else, and as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from trialist.ledger.atomic import write_atomic
from trialist.render.analysisdata import AnalysisData, tally_of
from trialist.render.analysiswords import (
    OPTIMISTIC,
    best_words,
    count_words,
    front_words,
    headline,
    importance_words,
    params_words,
    setup_words,
    target_words,
    todo_of,
)
from trialist.render.cells import visible
from trialist.render.figures.analysis import analysis_figures
from trialist.render.figures.figure import Figure
from trialist.render.figures.isolation import isolation_notes
from trialist.render.html import whole_page
from trialist.render.markup import Markup, el
from trialist.render.sections.checks import checks_section
from trialist.render.sections.downloads import downloads
from trialist.render.sections.page import bullets, pairs, paragraph, section, sentence, table
from trialist.render.sections.pictures import pictures
from trialist.render.sections.searched import searched_section
from trialist.values.interaction import Interaction
from trialist.values.missing import Missing
from trialist.values.numbers import p_value

_MOST_PAIRS = 15

PAGE, RESULT, FIGURES = "analysis.html", "analysis.json", "analysis"
"""The names of the page, of its numbers, and of the folder of its figures."""


def write_analysis(folder: Path, data: AnalysisData) -> Path:
    """Write analysis.json, analysis.html and the figures into `folder`.

    Args:
        folder: Made where it does not exist.
        data: What the analysis says.

    Returns:
        The page's path.
    """
    figures = analysis_figures(data)
    place = folder / FIGURES
    place.mkdir(parents=True, exist_ok=True)
    texts = {
        place / f"{figure.name}.{suffix}": text
        for figure in figures
        if not figure.is_empty
        for suffix, text in (("svg", figure.file), ("csv", figure.csv))
    }
    texts[folder / PAGE] = analysis_html(data, figures)
    texts[folder / RESULT] = analysis_json(data)  # last: what machines wait for
    for path, text in texts.items():
        write_atomic(path, text)
    for path in place.iterdir():  # of an earlier analysis
        if path not in texts and path.suffix in (".svg", ".csv"):
            path.unlink()
    return folder / PAGE


def analysis_json(data: AnalysisData) -> str:
    """Give the text of analysis.json; it holds no NaN and no infinity."""
    return json.dumps(data.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def analysis_html(data: AnalysisData, figures: Sequence[Figure]) -> str:
    """Give the page: the answer, what was found, what to do, the figures, what was searched."""
    parts = [
        _answer(data),
        _variants(data),
        checks_section(data.checks, data.variants),
        _todo(data),
        pictures(figures),
        _interactions(data),
        searched_section(data.table.arms, data.search),
        _notes(data),
        downloads(figures),
    ]
    return whole_page(f"{visible(data.name)}: analysis of its searches", parts)


def _answer(data: AnalysisData) -> Markup:
    parts = [paragraph(visible(data.name), class_="study")] if data.question else []
    parts.append(el("h1", visible(data.question or data.name)))
    parts.append(sentence(headline(data), class_="verdict"))
    if not data.finished:
        text = "Trials are still to come: this is what is known by now."
        parts.append(paragraph(text, class_="note"))
    parts.append(paragraph(" · ".join(map(visible, setup_words(data))), class_="setup"))
    return el("header", parts)


def _variants(data: AnalysisData) -> Markup:
    rows = []
    for name in data.variants:
        tally = tally_of(data.table, name)
        said = [count_words(tally), best_words(tally, data.table), params_words(data, tally)]
        said += [front_words(data, name), target_words(data, name), importance_words(data, name)]
        rows.append((visible(name), visible(" · ".join(filter(None, said)))))
    parts = [pairs(rows), paragraph(OPTIMISTIC, class_="note")]
    return section("Trials", parts, key="trials")


def _todo(data: AnalysisData) -> Markup:
    said = todo_of(data)
    if not said:
        note = paragraph("Nothing that the checks ask for.", class_="empty")
        return section("What to do", note, key="todo")
    following = data.study is not None
    more = [paragraph("`trialist next` writes the next round.", class_="note")] if following else []
    return section("What to do", bullets(map(visible, said)), more, key="todo")


def _interactions(data: AnalysisData) -> Markup:
    """Give the pairs of parameters with the evidence that they depend on each other."""
    told = [one for one in data.interactions if not isinstance(one.p, Missing)]
    if not data.interactions:
        return Markup("")
    if not told:
        reasons = [one.p.reason for one in data.interactions if isinstance(one.p, Missing)]
        text = f"Not told: {reasons[0]}."
        return section("Pairs of parameters", paragraph(text, class_="empty"), key="pairs")
    told.sort(key=lambda one: (_p(one), one.variant, one.first, one.second))
    rows = [_pair(one) for one in told[:_MOST_PAIRS]]
    head = ("variant", "one", "other", "explained together", "p", "trials")
    more = len(told) - len(rows)
    note = (
        "What the two explain together of what curves in each alone leave, and how often shuffled "
        "trials explain as much, over all pairs of a variant."
    ) + (f" {more} more pairs are in analysis.json." if more > 0 else "")
    caveats = dict.fromkeys(one.caveat for one in told if one.caveat)
    parts = [table(head, rows, texts=(0, 1, 2)), paragraph(note, class_="note")]
    parts += [paragraph(text, class_="note") for text in caveats]
    return section("Pairs of parameters", parts, key="pairs")


def _pair(one: Interaction) -> tuple[str, ...]:
    share = "-" if isinstance(one.share, Missing) else f"{100 * one.share:.1f} %"
    names = map(visible, (one.variant, one.first, one.second))
    return *names, share, p_value(_p(one)), f"{one.n:,}"


def _p(one: Interaction) -> float:
    return 1.0 if isinstance(one.p, Missing) else one.p


def _notes(data: AnalysisData) -> Markup:
    said = [*data.notes, *isolation_notes(data.isolations)]
    if not said:
        return Markup("")
    return section("To keep in mind", bullets(map(visible, said)), key="notes")
