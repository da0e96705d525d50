"""The tables over many tasks, cell by cell: a row per variant, and a row per task."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.render.amounts import Amounts, difference_amounts, number, spread_of
from trialist.render.grouping import SIGNS
from trialist.render.statement import code_words, unit_of
from trialist.render.tablerows import NONE
from trialist.render.taskdata import TaskData
from trialist.stats.signtest import SignTest
from trialist.stats.stratified import Pooled
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.numbers import decimals_for, p_value
from trialist.values.verdict import VerdictCode

KINDS = ("better", "worse", "alike", "open", "refused")
"""What a variant can be on a task, as the heads of columns."""

_SIGN_WORDS = {
    "#": "better by more than you asked for",
    "+": "better",
    "-": "worse",
    "=": "no difference that matters",
    "<": "not worth having",
    "?": "open",
    "x": "cannot be answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRow:
    """One variant over all tasks.

    Attributes:
        name: The variant's name.
        rank: Its average rank.
        iqm: The interquartile mean of its scores.
        interval: Its interval.
        mean: The mean of its scores.
        mean_interval: Its interval.
        signs: p of the sign test over tasks.
        counts: On how many tasks it is what, by `KINDS`; empty for the baseline.
        codes: What was found on each task; None where there is no comparison.
    """

    name: str
    rank: str
    iqm: str
    interval: str
    mean: str
    mean_interval: str
    signs: str
    counts: tuple[str, ...]
    codes: tuple[VerdictCode | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """One comparison on one task."""

    task: str
    variant: str
    difference: str
    interval: str
    seeds: str
    words: str
    code: VerdictCode


def variant_rows(data: TaskData) -> tuple[VariantRow, ...]:
    """Give a row per variant, the best average rank first."""
    return tuple(_variant_row(name, data) for name in data.variants)


def _variant_row(name: str, data: TaskData) -> VariantRow:
    tally, ranking, pooled = data.tallies.get(name), data.over.ranking, data.over.pooled[name]
    counts = () if tally is None else tuple(str(len(getattr(tally, kind))) for kind in KINDS)
    codes = [
        next((one.name for one in family.verdicts if one.variant == name), None)
        for family in data.families
    ]
    signs = data.over.signs.get(name)
    iqm = mean = Amounts(estimate=NONE, low="", high="")
    if isinstance(pooled, Pooled):
        iqm, mean = _scored(pooled.iqm_interval), _scored(pooled.mean_interval)
    return VariantRow(
        name=name,
        rank=NONE if isinstance(ranking, Missing) else f"{ranking.rank_of(name):.1f}",
        iqm=iqm.estimate,
        interval=iqm.interval,
        mean=mean.estimate,
        mean_interval=mean.interval,
        signs=p_value(signs.p) if isinstance(signs, SignTest) else NONE,
        counts=counts,
        codes=tuple(codes),
    )


def _scored(interval: Interval) -> Amounts:
    decimals = decimals_for(interval.half_width)
    ends = (interval.low, (interval.low + interval.high) / 2, interval.high)
    low, value, high = (number(end, decimals, sign=True) for end in ends)
    return Amounts(estimate=value, low=low, high=high)


def used_kinds(data: TaskData) -> tuple[int, ...]:
    """Give the places of `KINDS` that occur; better, worse and open are always shown."""
    found = {kind for tally in data.told.tallies for kind in KINDS if getattr(tally, kind)}
    return tuple(
        place for place, kind in enumerate(KINDS) if kind in found | {"better", "worse", "open"}
    )


def task_cells(data: TaskData) -> tuple[list[str], list[list[str]]]:
    """Give head and rows of the tasks: the baseline's runs, and how many variants are what."""
    kinds = [KINDS[place] for place in used_kinds(data)]
    head = [data.by, f"{data.baseline}, mean", "SD", "seeds", *kinds]
    rows = []
    for family in data.families:
        results = family.data.results
        base = next(one for one in results.variants if one.name == data.baseline)
        spread = spread_of(base, results.metric)
        counts = [
            sum(family.value in getattr(tally, kind) for tally in data.told.tallies)
            for kind in kinds
        ]
        rows.append([family.value, spread.mean, spread.sd, str(base.sample.n), *map(str, counts)])
    return head, rows


def difference_title(data: TaskData) -> str:
    """Give the head of the differences, with the unit where all tasks share one."""
    units = {unit_of(family.data.results.metric) for family in data.families}
    unit = units.pop() if len(units) == 1 else ""
    return f"difference to {data.baseline}" + (f", {unit}" if unit else "")


def difference_rows(data: TaskData) -> tuple[DifferenceRow, ...]:
    """Give a row per comparison, task by task, in the unit of each task's metric."""
    rows = []
    for family in data.families:
        for verdict in family.verdicts:
            amounts = difference_amounts(verdict, family.data.results.metric)
            if isinstance(amounts, Missing):
                amounts = Amounts(estimate=NONE, low="", high="")
            rows.append(
                DifferenceRow(
                    task=family.value,
                    variant=verdict.variant,
                    difference=amounts.estimate,
                    interval=amounts.interval or NONE,
                    seeds=f"{verdict.n_variant} + {verdict.n_baseline}",
                    words=code_words(verdict),
                    code=verdict.name,
                )
            )
    return tuple(rows)


def legend_words(data: TaskData) -> str:
    """Give what the signs that occur stand for."""
    codes = {one.name for family in data.families for one in family.verdicts}
    signs = dict.fromkeys(SIGNS[code] for code in VerdictCode if code in codes)
    return ", ".join(f"{sign} {_SIGN_WORDS[sign]}" for sign in signs)
