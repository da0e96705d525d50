"""The question and what can be said about it."""

from __future__ import annotations

from trialist.render.cells import visible
from trialist.render.markup import Markup, el
from trialist.render.reportdata import ReportData
from trialist.render.sections.page import paragraph, sentence
from trialist.render.statement import lone_sentence, setup_words


def answer(data: ReportData) -> Markup:
    """Give the head of the page: the question, the sentences, what they rest on."""
    results = data.results
    parts = [paragraph(visible(results.study), class_="study")] if data.question else []
    parts.append(el("h1", visible(data.question or results.study)))
    for verdict in results.comparisons:
        parts.append(sentence(verdict.sentence, class_="verdict"))
        if verdict.notes:
            parts.append(paragraph(" ".join(map(visible, verdict.notes)), class_="note"))
    if not results.comparisons:
        parts.append(sentence(lone_sentence(results), class_="verdict"))
    if not results.finished:
        parts.append(paragraph("The study is not finished: this is how it stands.", class_="note"))
    parts.append(paragraph(" · ".join(map(visible, setup_words(data))), class_="setup"))
    return el("header", parts)
