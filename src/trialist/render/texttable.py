"""The table of results as text: it gives up columns, never meaning, where the room is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.amounts import Amounts, difference_amounts, spread_of
from trialist.render.cells import aligned_at_point, cell_width, cut, left, right, visible
from trialist.render.reportdata import ReportData
from trialist.render.statement import (
    code_words,
    level_words,
    replicate_of,
    unit_of,
    verdict_words,
)
from trialist.render.style import TextStyle
from trialist.render.textplot import TextScale
from trialist.values.verdict import VariantSummary, Verdict

_WIDEST_PLOT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One variant's cells before they are laid out."""

    name: str
    seeds: str
    mean: str
    sd: str
    amounts: Amounts | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """One way to lay the table out."""

    gap: int
    name: int
    long_words: bool = False
    least_plot: int = 0  # 0: no plot
    spread: bool = True  # mean and SD are shown


_FORMS = (  # the first that fits is taken
    _Form(gap=3, name=28, long_words=True, least_plot=13),
    _Form(gap=2, name=28, long_words=True, least_plot=11),
    _Form(gap=2, name=20, least_plot=11),
    _Form(gap=2, name=20),
    _Form(gap=2, name=12),
    _Form(gap=2, name=10, spread=False),
)


def results_table(data: ReportData, style: TextStyle) -> list[str]:
    """Give the table's lines: variant, seeds, mean, sd, difference with interval, plot, verdict.

    Args:
        data: What the report says.
        style: Width and color; below about 45 columns a variant takes two lines.
    """
    rows = [_row(summary, data) for summary in data.results.variants]
    if not rows:
        return []
    for form in _FORMS:
        lines = _laid_out(rows, data, form, style)
        if lines is not None:
            return lines
    return _stacked(rows, style, replicate_of(data.results).plural)


def _row(summary: VariantSummary, data: ReportData) -> _Row:
    metric = data.results.metric
    spread = spread_of(summary, metric)
    verdict = data.results.verdicts.get(summary.name)
    amounts = None if verdict is None else difference_amounts(verdict, metric)
    return _Row(
        name=visible(summary.name),
        seeds=f"{summary.sample.n}" + (f"/{len(data.plan.seeds)}" if data.plan else ""),
        mean=spread.mean,
        sd=spread.sd,
        amounts=amounts if isinstance(amounts, Amounts) else None,
        verdict=verdict,
    )


def _laid_out(
    rows: Sequence[_Row], data: ReportData, form: _Form, style: TextStyle
) -> list[str] | None:
    """Give the table's lines, or None where this form is too wide."""
    gap = " " * form.gap
    several = replicate_of(data.results).plural
    heads, columns = _columns(rows, form, several)
    words = [_words(row, form) for row in rows]
    used = sum(cell_width(column[0]) for column in columns) + form.gap * len(columns)
    room = style.width - used - max(map(cell_width, words))
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    least = form.least_plot if verdicts else 0
    if room < least + form.gap * bool(least):
        return None
    if least:
        plots = _plots(rows, min(_WIDEST_PLOT, room - form.gap), data.results.metric.relevant)
        columns.append(plots)
    n_heads = len(heads)
    start = sum(cell_width(column[0]) + form.gap for column in columns[:n_heads])
    title = cut(_difference_title(data), style.width - start) if verdicts else ""
    lines = [style.dim(gap.join([*heads, title]).rstrip())]
    for place, row in enumerate(rows):
        cells = [column[place] for column in columns]
        code = row.verdict.name.value if row.verdict is not None and row.verdict.final else ""
        line = gap.join([*cells, style.verdict(words[place], code)])
        lines.append(line.rstrip())
    return lines


def _columns(rows: Sequence[_Row], form: _Form, several: str) -> tuple[list[str], list[list[str]]]:
    """Give the heads of the first columns, and all columns with cells of one width each."""
    texts = [("variant", [cut(row.name, form.name) for row in rows], False)]
    texts.append((several, [row.seeds for row in rows], False))
    if form.spread:
        texts.append(("mean", aligned_at_point([row.mean for row in rows]), True))
        texts.append(("sd", aligned_at_point([row.sd for row in rows]), True))
    heads, columns = [], []
    for head, cells, to_right in texts:
        width = max(map(cell_width, [head, *cells]))
        pad = right if to_right else left
        heads.append(pad(head, width))
        columns.append([pad(cell, width) for cell in cells])
    amounts = [row.amounts for row in rows]
    if any(amounts):
        columns.append(aligned_at_point([a.estimate if a else "" for a in amounts]))
        columns.append(_intervals(amounts))
    return heads, columns


def _intervals(amounts: Sequence[Amounts | None]) -> list[str]:
    lows = aligned_at_point([a.low if a else "" for a in amounts])
    highs = aligned_at_point([a.high if a else "" for a in amounts])
    ends = zip(amounts, lows, highs, strict=True)
    cells = [f"[{low}, {high}]" if a is not None and a.low else "" for a, low, high in ends]
    width = max(map(cell_width, cells))
    return [left(cell, width) for cell in cells]


def _words(row: _Row, form: _Form) -> str:
    if row.verdict is None:
        return ""
    return verdict_words(row.verdict) if form.long_words else code_words(row.verdict)


def _plots(rows: Sequence[_Row], width: int, relevant: float | None) -> list[str]:
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    scale = TextScale.of(verdicts, width=width, relevant=relevant)
    blank = " " * width
    return [scale.draw(v.estimate, v.interval) if v else blank for v in (r.verdict for r in rows)]


def _difference_title(data: ReportData) -> str:
    level = level_words(data.results.comparisons)
    parts = [f"difference to {visible(data.baseline or 'baseline')}"]
    parts += [part for part in (unit_of(data.results.metric), level) if part]
    return ", ".join(parts)


def _stacked(rows: Sequence[_Row], style: TextStyle, several: str) -> list[str]:
    lines = []
    for row in rows:
        lines.append(style.bold(cut(row.name, style.width)))
        lines.append(f"  {row.seeds} {several}, mean {row.mean}, sd {row.sd}")
        if row.amounts is not None:
            lines.append(f"  {row.amounts.estimate} {row.amounts.interval}".rstrip())
        if row.verdict is not None:
            lines.append(f"  {style.verdict(code_words(row.verdict), row.verdict.name.value)}")
    return lines
