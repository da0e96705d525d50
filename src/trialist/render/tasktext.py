"""Results on many tasks in a terminal: what may be said, the variants by rank, the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.cells import aligned_at_point, cell_width, cut, left, right, visible, wrapped
from trialist.render.grouping import MOST_SENTENCES, SIGNS
from trialist.render.statement import relevant_words, setup_words
from trialist.render.style import TextStyle, sentence_lines
from trialist.render.taskdata import TaskData
from trialist.render.tasktable import (
    KINDS,
    VariantRow,
    difference_rows,
    difference_title,
    legend_words,
    task_cells,
    used_kinds,
    variant_rows,
)
from trialist.render.terminal import flowed, link_lines
from trialist.values.judging import Mode
from trialist.values.missing import Missing
from trialist.values.numbers import counted
from trialist.values.verdict import VerdictCode

_MOST_DIFFERENCES = 24
_MOST_NAME = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One way to lay the variants out."""

    name: int
    signs: bool
    scores: bool


_FORMS = (  # the first that fits is taken
    _Form(name=_MOST_NAME, signs=True, scores=True),
    _Form(name=14, signs=True, scores=True),
    _Form(name=_MOST_NAME, signs=True, scores=False),
    _Form(name=_MOST_NAME, signs=False, scores=True),
    _Form(name=14, signs=False, scores=False),
)


def tasks_text(
    data: TaskData,
    *,
    style: TextStyle,
    links: Sequence[tuple[str, str]] = (),
    quiet: bool = False,
) -> str:
    """Give the results as text.

    Args:
        data: What is shown.
        style: Width and color.
        links: Pairs of a label and a path, written last.
        quiet: True for the sentences only.
    """
    told = [*data.told.headline, *_candidate_sentences(data, quiet=quiet)]
    blocks = [[line for text in told for line in sentence_lines(text, style)]]
    if not quiet:
        blocks += [_setup(data, style), variants_lines(data, style)]
        blocks += [_scale_lines(data, style), tasks_lines(data, style)]
        blocks += [differences_lines(data, style), _caveats(data, style), link_lines(links)]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return style.finish(text + "\n")


def _candidate_sentences(data: TaskData, *, quiet: bool) -> list[str]:
    sentences = [data.told.sentences[tally.variant] for tally in data.told.tallies]
    return sentences if quiet or len(sentences) <= MOST_SENTENCES else []


def setup_of(data: TaskData) -> list[str]:
    """Give what the numbers rest on, in pieces."""
    words = [one for one in setup_words(data.families[0].data) if "comparison" not in one]
    words.insert(1, f"{counted(len(data.families), 'task')} compared with {data.baseline}")
    words.insert(2, f"each a family ({correction_words(data)})")
    return words


def correction_words(data: TaskData) -> str:
    """Give how the comparisons of a task are corrected."""
    protocol = data.families[0].data.judged_by
    explored = protocol is not None and protocol.mode is Mode.EXPLORE
    return "explored, Benjamini-Hochberg" if explored else "Holm"


def _setup(data: TaskData, style: TextStyle) -> list[str]:
    return [style.dim(line) for line in flowed(setup_of(data), style.width)]


def _ties(n: int) -> str:
    return f" ({counted(n, 'task')} with ties)" if n else ""


def variants_lines(data: TaskData, style: TextStyle) -> list[str]:
    """Give the variants by average rank: scores, counts, and a sign per task where they fit."""
    rows = variant_rows(data)
    columns, n_signs = _fitting(data, rows, style.width)
    numbers = "".join(str(k % 10) for k in range(1, n_signs + 1))
    lines = [style.dim("  ".join([*(column[0] for column in columns), numbers]).rstrip())]
    for place, row in enumerate(rows, start=1):
        signs = "".join(_sign(code, style) for code in row.codes[:n_signs])
        lines.append("  ".join([*(column[place] for column in columns), signs]).rstrip())
    if n_signs:
        legend = f"signs, one per task as numbered below: {legend_words(data)}"
        lines += [style.dim(line) for line in wrapped(legend, style.width)]
    return lines


def _fitting(data: TaskData, rows: Sequence[VariantRow], width: int) -> tuple[list[list[str]], int]:
    """Give the first choice of columns that fits, and how many signs stand behind them."""
    longest = min(_MOST_NAME, max(cell_width(visible(row.name)) for row in rows))
    columns: list[list[str]] = []
    for form in _FORMS:
        columns = _columns(data, rows, min(longest, form.name), with_scores=form.scores)
        n_signs = len(data.families) if form.signs else 0
        if sum(cell_width(column[0]) + 2 for column in columns) + n_signs <= width:
            return columns, n_signs
    return columns, 0


def _sign(code: VerdictCode | None, style: TextStyle) -> str:
    return " " if code is None else style.verdict(SIGNS[code], code.value)


def _columns(
    data: TaskData, rows: Sequence[VariantRow], width: int, *, with_scores: bool
) -> list[list[str]]:
    columns = [_padded("variant", [cut(visible(row.name), width) for row in rows])]
    if not isinstance(data.over.ranking, Missing):
        columns.append(_padded("rank", aligned_at_point([row.rank for row in rows]), number=True))
    if with_scores and any(row.interval for row in rows):
        values = aligned_at_point([row.iqm for row in rows])
        cells = [f"{value} {row.interval}" for value, row in zip(values, rows, strict=True)]
        columns.append(_padded("IQM", cells))
    for place in used_kinds(data):
        cells = [row.counts[place] if row.counts else "" for row in rows]
        columns.append(_padded(KINDS[place], cells, number=True))
    return columns


def _padded(head: str, cells: Sequence[str], *, number: bool = False) -> list[str]:
    width = max(map(cell_width, [head, *cells]))
    pad = right if number else left
    return [pad(cell, width) for cell in [head, *cells]]


def _scale_lines(data: TaskData, style: TextStyle) -> list[str]:
    words = [rank_words(data), scale_words(data)]
    return [style.dim(line) for text in words if text for line in wrapped(text, style.width)]


def rank_words(data: TaskData) -> str:
    """Give what an average rank is made of; empty where there is none."""
    ranking = data.over.ranking
    if isinstance(ranking, Missing):
        return ""
    near = "that are equal but for rounding"
    if data.metric.relevant is not None:
        near = f"within {relevant_words(data.metric)}"
    return (
        f"rank: by the mean of its seeds on each of {counted(len(ranking.tasks), 'task')}, 1 is "
        f"best; means {near} share one{_ties(ranking.n_ties)}."
    )


def scale_words(data: TaskData) -> str:
    """Give what the interquartile mean is, or why there is none."""
    found = [one for name, one in data.over.pooled.items() if name != data.baseline]
    shown = [one for one in found if not isinstance(one, Missing)]
    if not shown:
        reasons = [one.reason for one in found if isinstance(one, Missing)]
        return f"No scores over all tasks: {reasons[0]}." if reasons else ""
    return (
        f"IQM: mean of the middle half of all runs of {shown[0].n_tasks} tasks, in "
        f"{data.over.scale.words}, with its 95 % interval; seeds resampled within tasks."
    )


def tasks_lines(data: TaskData, style: TextStyle) -> list[str]:
    """Give the tasks: the baseline's mean, spread and seeds, and what was found how often."""
    head, rows = task_cells(data)
    numbers = [str(place) for place in range(1, len(rows) + 1)]
    columns = [_padded("", numbers, number=True)]
    columns.append(_padded(head[0], [cut(visible(row[0]), _MOST_NAME) for row in rows]))
    columns += [
        _padded(cut(visible(head[place]), 18), aligned_at_point([row[place] for row in rows]),
                number=True)
        for place in range(1, len(head))
    ]  # fmt: skip
    lines = ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    return [style.dim(lines[0]), *lines[1:]]


def differences_lines(data: TaskData, style: TextStyle) -> list[str]:
    """Give each comparison's difference with its interval, where they are few enough to read."""
    rows = difference_rows(data)
    if len(rows) > _MOST_DIFFERENCES:
        return []
    several = len({row.variant for row in rows}) > 1
    columns = [_padded(data.by, [cut(visible(row.task), _MOST_NAME) for row in rows])]
    if several:
        columns.append(_padded("variant", [cut(visible(row.variant), _MOST_NAME) for row in rows]))
    title = visible(difference_title(data))
    differences = [f"{row.difference} {row.interval}" for row in rows]
    columns.append(_padded(cut(title, 40), differences))
    lines = ["  ".join([*cells, ""]) for cells in zip(*columns, strict=True)]
    ends = [style.verdict(row.words, row.code.value) for row in rows]
    return [style.dim(lines[0].rstrip()), *(a + b for a, b in zip(lines[1:], ends, strict=True))]


def _caveats(data: TaskData, style: TextStyle) -> list[str]:
    lines = []
    for text in data.caveats:
        body = wrapped(visible(text), style.width - 9)
        lines.append(f"{'caveat':<9}{body[0]}")
        lines += [" " * 9 + line for line in body[1:]]
    return lines
