"""The interval of the difference between two bests, over subsets of the trials that they are of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trialist.stats.draws import Draws, splits
from trialist.values.evidence import Interval
from trialist.values.missing import Missing

Array = npt.NDArray[np.float64]

FEWEST = 5
"""Points, or trials of the smaller side, from which there is an interval."""

_DRAWS = 2_000
_MOST = 500  # only the best can be a minimum: no subset misses the best 250 of 500
_SUBSET = 0.45  # of the points: measured, see below


def best_difference_interval(
    a: Array, b: Array, *, shared: bool, rng: Draws, level: float = 0.95
) -> Interval | Missing:
    """Give the percentile interval of `min(a) - min(b)` over subsets of 45 % of the trials.

    It is what the luck of the search explains. Where the points are shared, the same ones are
    drawn for both sides, and what one point does to both cancels. Subsets, because the bootstrap of
    a minimum is too short: for two equal sides that share a design of 16 or 32 points it leaves 0
    out in 13 to 16 % of searches where 5 % are promised, and subsets of 45 % in
    2 to 6 % (`benchmarks/playbook`). Assumes exchangeable trials; smallest n: 5 a side.

    Args:
        a: Scores, lower is better; infinite where a point has none. Of shape (n,).
        b: The same, point by point where the points are shared.
        shared: True where a[i] and b[i] are of one point.
        rng: Where the draws come from.
        level: Of the interval.
    """
    n = min(int(np.isfinite(a).sum()), int(np.isfinite(b).sum()))
    if n < FEWEST:
        return Missing(f"{n} trials with a value are too few to resample: {FEWEST} are needed")
    if shared:
        a, b = _best_of_both(a, b)
        drawn = _subsets(len(a), rng)
        differences = _bests(a, drawn) - _bests(b, drawn)
    else:
        a, b = np.sort(a)[:_MOST], np.sort(b)[:_MOST]
        first, second = (_subsets(len(side), rng) for side in (a, b))
        differences = _bests(a, first) - _bests(b, second)
    kept = differences[np.isfinite(differences)]  # of 5 values a subset has one in 95 % of draws
    low, high = np.quantile(kept, ((1 - level) / 2, (1 + level) / 2))
    if low == high:
        return Missing("all subsets give the same difference")
    return Interval(low=float(low), high=float(high))


def _subsets(n: int, rng: Draws) -> npt.NDArray[np.bool_]:
    return splits(rng, _DRAWS, n, max(1, round(_SUBSET * n))) > 0


def _best_of_both(a: Array, b: Array) -> tuple[Array, Array]:
    """Leave out the points that are among the best of neither side, where there are many."""
    order = np.lexsort((b, a))  # whoever lists the points in another order gets the same interval
    a, b = a[order], b[order]
    if len(a) <= _MOST:
        return a, b
    half = _MOST // 2
    chosen = np.union1d(np.argsort(a, kind="stable")[:half], np.argsort(b, kind="stable")[:half])
    return a[chosen], b[chosen]


def _bests(scores: Array, drawn: npt.NDArray[np.bool_]) -> Array:
    return np.asarray(np.where(drawn, scores, np.inf).min(axis=1))
