"""The family of a follow-up: the verdicts of all its studies beside each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trialist.render.amounts import estimate_amounts
from trialist.render.cells import aligned_at_point, cell_width, left, visible, wrapped
from trialist.render.statement import unit_of
from trialist.render.style import TextStyle
from trialist.render.tablerows import NONE
from trialist.values.followup import Family, FamilyMember, FamilyVerdict
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import series
from trialist.values.results import Results

TITLE = "The family"


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRow:
    """One verdict of a family as texts."""

    variant: str
    baseline: str
    study: str
    seeds: str
    difference: str
    interval: str
    verdict: str

    @property
    def cells(self) -> list[str]:
        """The cells in the order of the table's columns."""
        who = [self.variant, self.baseline, self.study, self.seeds]
        return [*who, self.difference, self.interval, self.verdict]


def family_rows(family: Family, metric: Metric) -> list[FamilyRow]:
    """Give one row per verdict: those on one variant follow each other, the oldest first."""
    pairs = [(member, one) for member in family.members for one in member.verdicts]
    order = list(dict.fromkeys((one.variant, one.baseline) for _, one in pairs))
    pairs.sort(key=lambda pair: order.index((pair[1].variant, pair[1].baseline)))
    return [_row(member, one, metric) for member, one in pairs]


def _row(member: FamilyMember, verdict: FamilyVerdict, metric: Metric) -> FamilyRow:
    difference, interval = NONE, NONE
    if not isinstance(verdict.estimate, Missing):
        amounts = estimate_amounts(verdict.estimate, verdict.interval, metric)
        difference, interval = amounts.estimate, amounts.interval or NONE
    return FamilyRow(
        variant=verdict.variant,
        baseline=verdict.baseline,
        study=member.study,
        seeds=series(member.seeds) if member.seeds else NONE,
        difference=difference,
        interval=interval,
        verdict=verdict.code.value.replace("_", " ") if verdict.is_final else "open",
    )


def family_head(metric: Metric) -> list[str]:
    """Give the heads of the table's columns."""
    unit = unit_of(metric)
    difference = "difference" + (f", {unit}" if unit else "")
    return ["variant", "compared with", "study", "seeds", difference, "interval", "verdict"]


def family_lines(results: Results, style: TextStyle) -> list[str]:
    """Give the family as lines of a terminal; none for a study that follows up nothing."""
    if results.family is None:
        return []
    rows = family_rows(results.family, results.metric)
    columns = [
        _padded(row.variant for row in rows),
        _padded(row.study for row in rows),
        aligned_at_point([row.difference for row in rows]),
        _padded(row.interval for row in rows),
    ]
    lines = [style.dim(line) for line in wrapped(_lead(results), style.width)]
    for place, row in enumerate(rows):
        cells = [column[place] for column in columns]
        line = "  ".join([*cells, style.verdict(row.verdict, row.verdict.replace(" ", "_"))])
        lines.append(line.rstrip())
    for text in results.family.statement:
        lines += wrapped(visible(text), style.width)
    return lines


def _lead(results: Results) -> str:
    unit = unit_of(results.metric)
    return f"the family: each variant in each study, difference{f' in {unit}' if unit else ''}"


def _padded(texts: Iterable[str]) -> list[str]:
    shown = [visible(text) for text in texts]
    width = max(map(cell_width, shown), default=0)
    return [left(text, width) for text in shown]
