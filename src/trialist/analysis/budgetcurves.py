"""What the best of m trials is for each variant, and what the last doubling of trials brought."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.analysis.evenly import evenly, is_complete
from trialist.stats.bestof import expected_best
from trialist.stats.bestquantiles import best_quantile
from trialist.values.budgetcurve import BudgetCurve, BudgetPoint
from trialist.values.errors import InsufficientDataError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.searchtable import SearchTable

FEWEST = 4
"""Trials from which a curve is drawn."""

_FIRST = (4, 6, 8, 12, 16, 24)
_FACTORS = (4, 6)  # beyond them: 32, 48, 64, 96, ...

Scores = Sequence[float | None]


def budget_curves(table: SearchTable) -> tuple[BudgetCurve, ...]:
    """Give the budget curve of every variant that was searched.

    All trials of all its searches that cover the space evenly are one set, and a search of m is a
    subset of m of them. Those that diverged are the worst, and so are those that were pruned.
    """
    return tuple(budget_curve(table, arm.variant) for arm in table.arms if arm.parameters)


def budget_curve(table: SearchTable, variant: str) -> BudgetCurve:
    """Give the budget curve of one variant."""
    scores = scores_of(table, variant)
    points = tuple(
        point for m in _grid(len(scores)) if (point := _point(scores, m, table.metric.goal))
    )
    reason = ""
    if not points:
        reason = f"{len(scores)} trials with a result are too few: {FEWEST} are needed"
    return BudgetCurve(
        variant=variant,
        n=len(scores),
        points=points,
        gain=gain_of_doubling(scores, table.metric.goal),
        noise=table.noise,
        reason=reason,
    )


def scores_of(table: SearchTable, variant: str) -> Scores:
    """Give the score of each evenly placed trial; None where it diverged or was pruned."""
    return [
        trial.value if is_complete(trial) else None
        for trial in evenly(table.of(variant))
        if is_complete(trial) or trial.status in (RunStatus.DIVERGED, RunStatus.PRUNED)
    ]


def gain_of_doubling(scores: Scores, goal: Goal) -> float | Missing:
    """Give how much better the best of all n trials is than the best of half of them, on average.

    The expected value over all subsets of n/2, by the unbiased estimator; in the metric's unit,
    plus is better.
    """
    half, n = len(scores) // 2, len(scores)
    if n < FEWEST:
        return Missing(f"{n} trials with a result are too few: {FEWEST} are needed")
    maximize = goal is Goal.MAXIMIZE
    try:
        whole = expected_best(scores, n, maximize=maximize)
        fewer = expected_best(scores, half, maximize=maximize)
    except InsufficientDataError:
        return Missing(f"so many of {n} trials gave no value that a search of {half} may have none")
    return goal.sign * (whole - fewer)


def _point(scores: Scores, m: int, goal: Goal) -> BudgetPoint | None:
    maximize = goal is Goal.MAXIMIZE
    try:
        mean = expected_best(scores, m, maximize=maximize)
        bottom, median, top = (
            best_quantile(scores, m, q, maximize=maximize) for q in (0.25, 0.5, 0.75)
        )
    except InsufficientDataError:
        return None
    return BudgetPoint(m=m, mean=mean, low=min(bottom, top), median=median, high=max(bottom, top))


def _grid(n: int) -> Sequence[int]:
    if n < FEWEST:
        return []
    grid = [m for m in _FIRST if m < n]
    scale = 8
    while scale * _FACTORS[0] < n:
        grid += [scale * factor for factor in _FACTORS if scale * factor < n]
        scale *= 2
    return [*grid, n]
