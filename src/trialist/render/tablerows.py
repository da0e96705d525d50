"""The table of results, cell by cell, for every form that is not the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.render.amounts import Amounts, difference_amounts, spread_of
from trialist.render.statement import sample_words, verdict_words
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.numbers import fixed, p_value
from trialist.values.results import Results
from trialist.values.verdict import VariantSummary, Verdict

HEDGES_G = "hedges g"
NONE = "–"  # noqa: RUF001 - an en dash is what a typographer puts into an empty cell


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One variant's cells as texts.

    Attributes:
        name: The variant's name.
        runs: What its runs came to.
        mean: The mean.
        sd: The standard deviation between seeds.
        difference: The estimate; plus is better.
        interval: Its interval in brackets.
        p: The p-value, adjusted for the family.
        effect: Hedges' g with its interval.
        verdict: The verdict in a word or two.
    """

    name: str
    runs: str
    mean: str
    sd: str
    difference: str
    interval: str
    p: str
    effect: str
    verdict: str


def table_rows(results: Results) -> tuple[TableRow, ...]:
    """Give one row per variant."""
    return tuple(_row(summary, results) for summary in results.variants)


def _row(summary: VariantSummary, results: Results) -> TableRow:
    spread = spread_of(summary, results.metric)
    verdict = results.verdicts.get(summary.name)
    amounts = None if verdict is None else difference_amounts(verdict, results.metric)
    has_amounts = isinstance(amounts, Amounts)
    return TableRow(
        name=summary.name,
        runs=sample_words(summary.sample).removeprefix("n = "),
        mean=spread.mean,
        sd=spread.sd,
        difference=amounts.estimate if isinstance(amounts, Amounts) else NONE,
        interval=(amounts.interval or NONE) if isinstance(amounts, Amounts) else NONE,
        p=_p(verdict) if has_amounts else NONE,
        effect=_effect(verdict) if has_amounts else NONE,
        verdict="baseline" if verdict is None else verdict_words(verdict),
    )


def _p(verdict: Verdict | None) -> str:
    if verdict is None or isinstance(verdict.p_adjusted, Missing):
        return NONE
    return p_value(verdict.p_adjusted)


def _effect(verdict: Verdict | None) -> str:
    if verdict is None or isinstance(verdict.effect_size, Missing):
        return NONE
    size = verdict.effect_size
    if size.name != HEDGES_G:  # the column's own
        return NONE
    ends = ""
    if isinstance(size.interval, Interval):
        ends = f" [{fixed(size.interval.low, 1)}, {fixed(size.interval.high, 1)}]"
    return f"{fixed(size.value, 1)}{ends}"
