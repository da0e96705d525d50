"""The sign test: on how many tasks a variant is ahead, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import bdtr

from trialist.stats.spread import check_finite
from trialist.values.errors import InsufficientDataError


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTest:
    """Counts of signs with their exact test.

    Attributes:
        n_above: Differences above the tolerance.
        n_below: Differences below it.
        n_tied: Differences within it; the test leaves them out.
        p: Exact two-sided p of "above is as likely as below".
    """

    n_above: int
    n_below: int
    n_tied: int
    p: float


def sign_test(differences: Sequence[float], *, tolerances: Sequence[float] = ()) -> SignTest:
    """Give the sign test of `differences`, one per task.

    Assumes independent tasks; nothing about sizes, so that tasks of any scale count alike.
    Smallest n: 1, but below 6 untied tasks no p is under .05.

    Args:
        differences: One per task, plus where the variant is better.
        tolerances: One per task: a difference no larger is a tie; empty: zero.

    Raises:
        InsufficientDataError: If there is no difference at all, or all are ties.
        MetricError: If a difference is NaN or infinite.

    References:
        Arbuthnott (1710); Conover (1999), "Practical Nonparametric Statistics", section 3.4.

    Example:
        >>> sign_test([0.1, 0.3, 0.2, -0.1, 0.4, 0.0]).p
        0.375
    """
    check_finite(differences)
    limits = tolerances or [0.0] * len(differences)
    signs = [
        0 if abs(value) <= limit else (1 if value > 0 else -1)
        for value, limit in zip(differences, limits, strict=True)
    ]
    above, below = signs.count(1), signs.count(-1)
    if above + below == 0:
        raise InsufficientDataError(
            f"{len(signs)} tasks without a difference have no sign to test",
            todo="compare on tasks that tell the variants apart",
        )
    tail = float(bdtr(min(above, below), above + below, 0.5))
    return SignTest(n_above=above, n_below=below, n_tied=signs.count(0), p=min(1.0, 2 * tail))
