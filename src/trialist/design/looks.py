"""When results are judged, and the p that a comparison has to meet at each moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.stats.sequential import thresholds
from trialist.values.judging import Variance
from trialist.values.plan import Look

ALPHA = 0.05
INNER_LOOKS = (3, 5, 8, 12, 20)
LARGEST_EXACT_FAMILY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What the thresholds of the looks follow from.

    Attributes:
        paired: True where equal seeds are pairs by design.
        variance: Whose noise a comparison is judged by.
        is_open: True where a study is judged after every seed.
        n_earlier: Comparisons of earlier studies that share the error rate.
    """

    paired: bool
    variance: Variance = Variance.SEPARATE
    is_open: bool = False
    n_earlier: int = 0


def looks_between(n_min: int, n_max: int) -> tuple[int, ...]:
    """Give the seeds per variant at which a study is judged: both ends and the usual ones between.

    Example:
        >>> looks_between(5, 20), looks_between(4, 10), looks_between(6, 6)
        ((5, 8, 12, 20), (4, 5, 8, 10), (6,))
    """
    inner = {n for n in INNER_LOOKS if n_min < n < n_max}
    return tuple(sorted({n_min, n_max} | inner))


def looks_with(n: int, looks: Sequence[int]) -> tuple[int, ...]:
    """Give `looks` with the one at `n`, which is taken although nobody planned it.

    Every earlier look counts as taken, which is on the safe side; a look that was missed is left
    out by whoever knows it. Spending follows from the seeds at which results were looked at, never
    from what they said.

    Example:
        >>> looks_with(9, (5, 8, 12, 20)), looks_with(8, (5, 8, 12, 20))
        ((5, 8, 9, 12, 20), (5, 8, 12, 20))
    """
    return tuple(sorted({*looks, n}))


def planned_looks(
    moments: tuple[int, ...], n_candidates: int, judging: Judging
) -> tuple[Look, ...]:
    """Give each look with its thresholds for 1, 2, ... comparisons that are still open.

    Args:
        moments: Seeds per variant at each look, increasing.
        n_candidates: Variants that are compared with the baseline.
        judging: What the thresholds follow from.
    """
    m = max(n_candidates, 1) + judging.n_earlier
    if judging.variance is Variance.POOLED:
        from trialist.stats.dunnett_looks import dunnett_thresholds

        # One p for the whole family; earlier studies take their share of the error rate.
        k = max(n_candidates, 1)
        row = dunnett_thresholds(moments, alpha=ALPHA * k / m, k=k, paired=judging.paired)
        rows = [row] * m
    else:
        rows = [_row(moments, r, judging) for r in range(1, m + 1)]
    return tuple(
        Look(n=n, thresholds=tuple(row[place] for row in rows)) for place, n in enumerate(moments)
    )


def _row(moments: tuple[int, ...], r: int, judging: Judging) -> tuple[float, ...]:
    if judging.is_open:  # 1 / E is a p that holds at any time: nothing is spent
        return (ALPHA / r,) * len(moments)
    exact = min(r, LARGEST_EXACT_FAMILY)
    row = thresholds(moments, alpha=ALPHA / exact, paired=judging.paired)
    # One row takes about 10 ms. Beyond 100 comparisons the row of 100 shrinks in proportion, which
    # measured less than 2 % too large at late looks for twice as many.
    return tuple(p * exact / r for p in row)
