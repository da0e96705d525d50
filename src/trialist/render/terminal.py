"""Results in a terminal: the table with a small plot, the sentences, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.cells import cell_width, left, visible, wrapped
from trialist.render.components import component_lines
from trialist.render.followup import family_lines
from trialist.render.grouping import MOST_SENTENCES, grouped_lines
from trialist.render.predictions import prediction_lines
from trialist.render.reportdata import ReportData
from trialist.render.searchlines import search_lines
from trialist.render.statement import (
    cost_words,
    lone_sentence,
    setup_words,
)
from trialist.render.style import TextStyle, sentence_lines
from trialist.render.texttable import results_table
from trialist.values.results import Results

_PLAIN = TextStyle()


def results_text(
    data: ReportData, *, style: TextStyle = _PLAIN, links: Sequence[tuple[str, str]] = ()
) -> str:
    """Give the results of a study as text: question, table, sentences, cost, commands.

    Args:
        data: What the report says.
        style: Width and color.
        links: Pairs of a label and a path or command, written last; the data's without them.
    """
    blocks = [_head(data, style), results_table(data, style), answer_lines(data.results, style)]
    blocks.append(prediction_lines(data, style))
    blocks.append(component_lines(data.results, style))
    blocks.append(family_lines(data.results, style))
    blocks += [remark_lines(data.results, style), _foot(data, style, links)]
    return _joined(blocks, style)


def compare_text(
    data: ReportData, *, style: TextStyle = _PLAIN, links: Sequence[tuple[str, str]] = ()
) -> str:
    """Give the results of a table: the answer first, then the table.

    Args:
        data: What the report says.
        style: Width and color.
        links: Pairs of a label and a path or command, written last; the data's without them.
    """
    blocks = [answer_lines(data.results, style), _setup(data, style), results_table(data, style)]
    blocks.append(search_lines(data.results, style))
    blocks += [remark_lines(data.results, style), _foot(data, style, links)]
    return _joined(blocks, style)


def sentences_text(results: Results, *, style: TextStyle = _PLAIN) -> str:
    """Give the sentences only (`--quiet`)."""
    return _joined([_sentences(results, style)], style)


def _joined(blocks: Sequence[Sequence[str]], style: TextStyle) -> str:
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return style.finish(text + "\n")


def _head(data: ReportData, style: TextStyle) -> list[str]:
    name, question = visible(data.results.study), visible(data.question)
    if cell_width(name) + 3 + cell_width(question) <= style.width:
        first = [f"{style.bold(name)}   {question}".rstrip()]
    else:
        first = [style.bold(name), *wrapped(question, style.width)]
    return first + _setup(data, style)


def _setup(data: ReportData, style: TextStyle) -> list[str]:
    return [style.dim(line) for line in flowed(setup_words(data), style.width)]


def flowed(pieces: Sequence[str], width: int) -> list[str]:
    """Give `pieces` joined by middle dots, in lines of at most `width`; no piece is broken."""
    lines: list[str] = []
    for piece in map(visible, pieces):
        if lines and cell_width(lines[-1]) + 3 + cell_width(piece) <= width:
            lines[-1] += f" · {piece}"
        else:
            lines.append(piece)
    return lines


def answer_lines(results: Results, style: TextStyle) -> list[str]:
    """Give the sentences; where there are too many to read, names by what was found."""
    if len(results.comparisons) > MOST_SENTENCES:
        return grouped_lines(results.comparisons, style)
    return _sentences(results, style)


def _sentences(results: Results, style: TextStyle) -> list[str]:
    lines: list[str] = []
    for verdict in results.comparisons:
        lines += sentence_lines(verdict.sentence, style)
        for note in verdict.notes:
            lines += [f"  {line}" for line in wrapped(visible(note), style.width - 2)]
    return lines or sentence_lines(lone_sentence(results), style)


def remark_lines(results: Results, style: TextStyle) -> list[str]:
    """Give caveats, deviations and findings, each after its label."""
    lines: list[str] = []
    kinds = (
        ("caveat", results.caveats),
        ("changed", results.deviations),
        ("found", results.findings),
    )
    for label, texts in kinds:
        for text in texts:
            body = wrapped(visible(text), style.width - 9)
            lines.append(f"{label:<9}{body[0]}")
            lines += [" " * 9 + line for line in body[1:]]
    return lines


def _foot(data: ReportData, style: TextStyle, links: Sequence[tuple[str, str]]) -> list[str]:
    return flowed(cost_words(data), style.width) + link_lines(links or data.commands)


def link_lines(links: Sequence[tuple[str, str]]) -> list[str]:
    """Give labels with what they point to, below each other."""
    labels = [visible(label) for label, _ in links]
    indent = max((cell_width(label) for label in labels), default=0) + 2
    return [
        left(label, indent) + visible(target)
        for label, (_, target) in zip(labels, links, strict=True)
    ]
