"""The components of an ablation in words, for every form of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.amounts import Amounts, estimate_amounts
from trialist.render.cells import cell_width, left, visible, wrapped
from trialist.render.csvdata import csv_text
from trialist.render.statement import level_words, unit_of
from trialist.render.style import TextStyle
from trialist.render.tablerows import NONE
from trialist.values.ablation import AblationResult, Component
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.results import Results
from trialist.values.verdict import VerdictCode

TITLE = "Components by what they are worth"

_SAID = {
    VerdictCode.REGRESSION: "helps",
    VerdictCode.IMPROVEMENT: "hurts",
    VerdictCode.RELEVANT_IMPROVEMENT: "hurts",
    VerdictCode.EQUIVALENT: "does not matter",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One component's cells as texts.

    Attributes:
        rank: Its rank, or the ranks that the intervals leave: "1", "2 to 3".
        name: The component.
        worth: The drop without it; plus where it helps.
        interval: The drop's interval in brackets.
        said: What the data shows, in a word or two.
        sentence: The same as a sentence with its numbers.
    """

    rank: str
    name: str
    worth: str
    interval: str
    said: str
    sentence: str


def component_rows(ablation: AblationResult, metric: Metric) -> tuple[ComponentRow, ...]:
    """Give one row per component, the largest drop first."""
    return tuple(_row(component, metric) for component in ablation.components)


def _row(component: Component, metric: Metric) -> ComponentRow:
    amounts = amounts_of(component, metric)
    return ComponentRow(
        rank=rank_words(component),
        name=component.name,
        worth=amounts.estimate,
        interval=amounts.interval or NONE,
        said=said_words(component),
        sentence=component.sentence,
    )


def amounts_of(component: Component, metric: Metric) -> Amounts:
    """Give the drop and its interval in the unit of `metric`."""
    if isinstance(component.drop, Missing):
        return Amounts(estimate=NONE, low="", high="")
    return estimate_amounts(component.drop, component.interval, metric)


def rank_words(component: Component) -> str:
    """Give the ranks that the intervals leave to a component."""
    if isinstance(component.ranks, Missing):
        return NONE
    best, worst = component.ranks
    return f"{best}" if best == worst else f"{best} to {worst}"


def said_words(component: Component) -> str:
    """Give what the data shows of a component, in a word or two."""
    if not component.final:
        return "open"
    return _SAID.get(component.code, "not shown to matter")


def head_words(results: Results) -> tuple[str, ...]:
    """Give the heads of the table's columns."""
    unit, level = unit_of(results.metric), level_words(results.comparisons)
    worth = "worth" + (f", {unit}" if unit else "")
    return ("rank", "component", worth, f"{level} interval".strip(), "the data says")


def explanation(results: Results) -> str:
    """Give what the numbers are, as a sentence."""
    level = level_words(results.comparisons)
    at = f" ({level})" if level else ""
    return (
        "Worth is the full model minus the variant without the component, plus where the "
        f"component helps; the intervals{at} hold for all comparisons and looks at once. Two "
        "components have different ranks for certain only where their intervals do not overlap."
    )


def component_lines(results: Results, style: TextStyle) -> list[str]:
    """Give the components with their ranks as lines of a terminal; none without an ablation."""
    ablation = results.ablation
    if ablation is None:
        return []
    rows = component_rows(ablation, results.metric)
    width = max(len("rank"), *(cell_width(row.rank) for row in rows)) + 3
    lines = [style.dim(left("rank", width) + "component, by its measured drop")]
    for row in rows:
        first, *rest = wrapped(visible(row.sentence), style.width - width)
        lines.append(left(row.rank, width) + first)
        lines += [" " * width + line for line in rest]
    for text in ablation.order:
        lines += wrapped(visible(text), style.width)
    return lines


def components_csv(components: Sequence[Component]) -> str:
    """Give one row per component, in the metric's own unit."""
    head = ("component", "variant", "drop", "low", "high", "rank_best", "rank_worst", "verdict")
    rows = []
    for one in components:
        interval = one.interval if isinstance(one.interval, Interval) else None
        ends = (None, None) if interval is None else (interval.low, interval.high)
        ranks = (None, None) if isinstance(one.ranks, Missing) else one.ranks
        rows.append((one.name, one.variant, one.drop, *ends, *ranks, one.code.value))
    return csv_text(head, rows)
