"""How many seeds, in a terminal: the sentences, the table, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.design.seedplan import SeedPlan, SeedRow
from trialist.design.seedwords import percent, sd_words
from trialist.render.cells import aligned_at_point, cell_width, right, visible, wrapped
from trialist.render.statement import relevant_words
from trialist.render.style import TextStyle, sentence_lines
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for


def power_text(
    plan: SeedPlan,
    metric: Metric,
    *,
    sentences: Sequence[str],
    caveats: Sequence[str],
    style: TextStyle,
) -> str:
    """Give the answer as text.

    Args:
        plan: The answer.
        metric: Says the unit.
        sentences: The answer in words, first.
        caveats: What limits it, last.
        style: Width and color.
    """
    blocks = [[line for text in sentences for line in sentence_lines(text, style)]]
    blocks += [[style.dim(line) for line in wrapped(_setup(plan, metric), style.width)]]
    blocks += [_table(plan, metric, style)]
    blocks += [[line for text in caveats for line in _caveat(text, style)]]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return style.finish(text + "\n")


def sentences_text(sentences: Sequence[str], *, style: TextStyle) -> str:
    """Give the sentences only (`--quiet`)."""
    return style.finish(
        "\n".join(line for text in sentences for line in sentence_lines(text, style)) + "\n"
    )


def _caveat(text: str, style: TextStyle) -> list[str]:
    first, *rest = wrapped(visible(text), style.width - 9)
    return [f"caveat   {first}", *(f"{'':<9}{line}" for line in rest)]


def _setup(plan: SeedPlan, metric: Metric) -> str:
    question = plan.question
    pieces = [] if metric.name == "value" else [metric.name]
    pieces += ["paired" if question.paired else "unpaired", sd_words(plan, metric)]
    if metric.relevant is not None:
        pieces.append(f"worth having: {relevant_words(metric)}")
    n = question.n_comparisons
    if n > 1:
        pieces.append(f"{n} comparisons: each at 5 % / {n}")
    return " · ".join(map(visible, pieces))


def _table(plan: SeedPlan, metric: Metric, style: TextStyle) -> list[str]:
    unit = Unit.of(metric)
    word = f", {unit.word}" if unit.word else ""
    wanted = percent(plan.question.power)
    worth = relevant_words(metric)
    heads = ["seeds", f"found in {wanted}{word}", "interval ±"]
    columns = [
        [str(row.n) for row in plan.rows],
        aligned_at_point([_size(row.detectable, unit) for row in plan.rows]),
        aligned_at_point([_size(row.half_width, unit) for row in plan.rows]),
    ]
    if metric.relevant is not None:
        heads += [f"{worth} found"]
        columns += [[_chance(row.found) for row in plan.rows]]
        if plan.question.df is not None:
            heads += ["if noisier"]
            columns += [[_chance(row.found_if_noisier) for row in plan.rows]]
        heads += ["shown equal"]
        columns += [[_chance(row.equal) for row in plan.rows]]
    widths = [
        max(map(cell_width, [head, *cells])) for head, cells in zip(heads, columns, strict=True)
    ]
    lines = ["   ".join(right(head, width) for head, width in zip(heads, widths, strict=True))]
    lines[0] = style.dim(lines[0])
    for place in range(len(plan.rows)):
        cells = zip(columns, widths, strict=True)
        lines.append("   ".join(right(column[place], width) for column, width in cells))
    return lines


def _size(value: float, unit: Unit) -> str:
    shown = value * unit.factor
    return unit.show(value, decimals_for(shown))


def _chance(share: SeedRow | float | Missing) -> str:
    return percent(share) if isinstance(share, float) else "-"
