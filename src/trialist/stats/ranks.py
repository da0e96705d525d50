"""Ranks of variants within tasks, and whether they agree from task to task."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import chdtrc, fdtrc

from trialist.stats.signtest import sign_test
from trialist.stats.spread import check_finite
from trialist.values.errors import InsufficientDataError

MIN_TASKS = 6
"""Fewer tasks than this carry no test of ranks: see `friedman`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Friedman:
    """Friedman's test of equal average ranks, and the F test of the same ranks.

    Attributes:
        n_tasks: How many tasks.
        n_variants: How many variants.
        average: The average rank of each variant; 1 is the best there can be.
        chi2: Friedman's chi-square, corrected for ties; df is n_variants - 1.
        p_chi2: Its p by the chi-square distribution.
        f: Iman and Davenport's F; infinite where all tasks rank alike.
        df: Degrees of freedom of `f`.
        p: The test that counts: p of `f`; exact for two variants and for ranks that agree wholly.
    """

    n_tasks: int
    n_variants: int
    average: tuple[float, ...]
    chi2: float
    p_chi2: float
    f: float
    df: tuple[int, int]
    p: float


def ranks_of(values: Sequence[float], *, tolerance: float = 0.0) -> tuple[float, ...]:
    """Give the rank of each value, 1 for the highest; ties share the mean of their ranks.

    From the highest down, a value ties with the first of its group if it lies no more than
    `tolerance` below it. So no group is wider than the tolerance.

    Args:
        values: One per variant, oriented so that higher is better.
        tolerance: Differences up to this are no differences. Floating point noise must not
            split ties, so give more than the rounding of `values`.

    Raises:
        MetricError: If a value is NaN or infinite.

    Example:
        >>> ranks_of([0.85, 0.91, 0.85 + 1e-17, 0.70])
        (2.5, 1.0, 2.5, 4.0)
    """
    check_finite(values)
    order = sorted(range(len(values)), key=lambda place: -values[place])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and values[order[start]] - values[order[stop]] <= tolerance:
            stop += 1
        for place in order[start:stop]:
            ranks[place] = (start + 1 + stop) / 2
        start = stop
    return tuple(ranks)


def friedman(ranks: Sequence[Sequence[float]]) -> Friedman:
    """Give Friedman's test of `ranks`, one row per task.

    Assumes that tasks are independent draws from the tasks that the claim is about; nothing
    about the scale of the metric. The F of Iman and Davenport decides: the chi-square is too
    cautious for few tasks. Two variants are tested by the exact sign test, which is what is left
    of ranks then. Smallest n: 6 tasks. Measured type I error at nominal .05, 3 to 36 variants on
    6 to 30 tasks: .043-.060 (on 5 tasks up to .063, on 6 with ties up to .065), the chi-square
    .032-.055.

    Raises:
        InsufficientDataError: If there are fewer than 6 tasks or 2 variants, or every task ties
            all variants.

    References:
        Friedman (1937), JASA 32, 675-701; Iman & Davenport (1980), Communications in Statistics
        A9, 571-595; Demsar (2006), JMLR 7, 1-30.

    Example:
        >>> test = friedman([[1, 2, 3], [1, 3, 2], [1, 2, 3], [2, 1, 3], [1, 2, 3], [1, 2, 3]])
        >>> f"{test.chi2:.2f} {test.f:.2f} {test.p:.4f}"
        '8.33 11.36 0.0027'
    """
    n, k = len(ranks), len(ranks[0]) if ranks else 0
    if n < MIN_TASKS or k < 2:
        raise InsufficientDataError(
            f"ranks of {k} variants on {n} tasks carry no test",
            todo=f"rank at least 2 variants on {MIN_TASKS} tasks or more",
        )
    average = tuple(math.fsum(row[place] for row in ranks) / n for place in range(k))
    # the squared ranks say how much the ties leave: without ties n k (k + 1)(2 k + 1) / 6
    squares = math.fsum(rank * rank for row in ranks for rank in row)
    within = squares - n * k * (k + 1) ** 2 / 4
    if within <= 0:
        raise InsufficientDataError(
            "every task ties all variants: there are no ranks to test",
            todo="look at the differences on each task instead",
        )
    between = n * math.fsum((rank - (k + 1) / 2) ** 2 for rank in average)
    chi2 = n * (k - 1) * between / within
    df = (k - 1, (k - 1) * (n - 1))
    rest = n * (k - 1) - chi2
    agree = rest <= 1e-9 * chi2
    f = math.inf if agree else (n - 1) * chi2 / rest
    return Friedman(
        n_tasks=n,
        n_variants=k,
        average=average,
        chi2=chi2,
        p_chi2=float(chdtrc(k - 1, chi2)),
        f=f,
        df=df,
        p=_p(ranks, f, df),
    )


def _p(ranks: Sequence[Sequence[float]], f: float, df: tuple[int, int]) -> float:
    if len(ranks[0]) == 2:
        return sign_test([second - first for first, second in ranks]).p
    return _exact_agreement(ranks[0], len(ranks)) if math.isinf(f) else float(fdtrc(*df, f))


def _exact_agreement(row: Sequence[float], n: int) -> float:
    """Give the probability that all tasks rank alike by chance: the smallest p there is."""
    ties = math.prod(math.factorial(row.count(rank)) for rank in set(row))
    arrangements = math.factorial(len(row)) // ties
    return math.exp(-(n - 1) * math.log(arrangements))
