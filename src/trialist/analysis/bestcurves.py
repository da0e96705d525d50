"""The expected best of m trials of each variant, at every m that a table of trials can tell."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.analysis.searches import rows_by_search, trials_of
from trialist.analysis.trials import TrialTable
from trialist.stats.bestof import MIN_GROUPS, best_over_blocks, best_over_searches
from trialist.values.errors import InsufficientDataError
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.searches import BestOf, BestOfCurve

_EVERY_M_UP_TO = 10
_STEP = 1.25  # beyond it, the points of a curve lie about this factor apart

Scores = Sequence[float | None]


def curves_of(table: TrialTable, goal: Goal, *, level: float = 0.95) -> tuple[BestOfCurve, ...]:
    """Give each variant's expected best of m trials, at the m for which there is an interval.

    From 3 searches on over searches, up to the trials of the smallest; otherwise over disjoint
    blocks of its largest search, up to a third of its trials.

    Args:
        table: The trials; fresh runs are not read.
        goal: Which way is better.
        level: Confidence level of the intervals.
    """
    return tuple(_curve(table, variant, goal, level) for variant in table.variants)


def _curve(table: TrialTable, variant: str, goal: Goal, level: float) -> BestOfCurve:
    groups = [trials_of(rows) for rows in rows_by_search(table, variant).values()]
    searches = [[row.value for row in trials] for trials in groups if trials]
    repeated = len(searches) >= MIN_GROUPS
    largest = max(searches, key=len, default=[])
    most = min(map(len, searches)) if repeated else len(largest) // MIN_GROUPS
    found = []
    for m in _grid(most):
        point = _point(searches if repeated else [largest], m, goal, level)
        if point is not None and not isinstance(point.interval, Missing):
            found.append(point)
    return BestOfCurve(
        variant=variant,
        over="searches" if repeated else "blocks",
        points=tuple(found),
        reason="" if found else _why_empty(len(largest), most),
    )


def _point(searches: Sequence[Scores], m: int, goal: Goal, level: float) -> BestOf | None:
    maximize = goal is Goal.MAXIMIZE
    try:
        if len(searches) < MIN_GROUPS:
            return best_over_blocks(searches[0], m, maximize=maximize, level=level)
        return best_over_searches(searches, m, maximize=maximize, level=level)
    except InsufficientDataError:  # so many trials were lost that m of them may be all
        return None


def _grid(most: int) -> Sequence[int]:
    grid, m = [], 1
    while m <= most:
        grid.append(m)
        m = m + 1 if m < _EVERY_M_UP_TO else round(m * _STEP)
    return grid if not grid or grid[-1] == most else [*grid, most]


def _why_empty(n: int, most: int) -> str:
    if n == 0:
        return "the table has no trials of its searches"
    if most == 0:
        return f"{n} trials in a search are too few: an interval needs {MIN_GROUPS} blocks"
    return "too many trials gave no value, or all gave the same"
