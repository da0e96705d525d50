"""Which average ranks lie apart: the critical difference of Nemenyi, and the groups within it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from trialist.stats.ranks import MIN_TASKS
from trialist.values.errors import InsufficientDataError

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_REACH = 9.0  # SDs integrated over: what lies beyond is below 1e-18


def critical_difference(n_variants: int, n_tasks: int, *, alpha: float = 0.05) -> float:
    """Give how far apart two average ranks must be, over all pairs of variants at once.

    Assumes tasks that are independent and ranks without many ties (ties make it cautious).
    Smallest n: 6 tasks. Measured at nominal .05, 3 to 36 variants on 6 to 30 tasks without any
    difference: in .017-.054 of families a pair lies further apart, in .007-.046 where Friedman's
    test rejects too.

    Raises:
        InsufficientDataError: If there are fewer than 2 variants or 6 tasks.

    References:
        Nemenyi (1963), thesis, Princeton; Demsar (2006), JMLR 7, 1-30, section 3.2.2.

    Example:
        >>> round(critical_difference(4, 14, alpha=0.05), 2)
        1.25
    """
    if n_variants < 2 or n_tasks < MIN_TASKS:
        raise InsufficientDataError(
            f"average ranks of {n_variants} variants over {n_tasks} tasks cannot be told apart",
            todo=f"rank at least 2 variants on {MIN_TASKS} tasks or more",
        )
    spread = math.sqrt(n_variants * (n_variants + 1) / (6 * n_tasks))
    return studentized_range(n_variants, level=1 - alpha) / math.sqrt(2) * spread


def studentized_range(n: int, *, level: float) -> float:
    """Give the quantile of the range of `n` standard normal values.

    References:
        Tukey (1953), "The problem of multiple comparisons"; tables in Demsar (2006), divided by
        the root of 2.

    Example:
        >>> round(studentized_range(3, level=0.95), 3)
        3.314
    """
    low, high = 0.0, 2 * _REACH
    for _ in range(60):
        middle = (low + high) / 2
        if _range_cdf(middle, n) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _range_cdf(width: float, n: int) -> float:
    # the largest value lies at z, and the other n - 1 within `width` below it
    z = _REACH * _NODES
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return float(_REACH * n * (_WEIGHTS * density) @ (ndtr(z) - ndtr(z - width)) ** (n - 1))


def groups_within(average: Sequence[float], difference: float) -> tuple[tuple[int, ...], ...]:
    """Give the largest groups of places whose average ranks lie within `difference`.

    Places are sorted from the best rank to the worst; a group that lies in another, or has one
    member, is left out. These are the bars of a critical difference diagram.

    Example:
        >>> groups_within([1.5, 3.9, 2.0, 3.1], 1.2)
        ((0, 2), (2, 3), (3, 1))
    """
    order = sorted(range(len(average)), key=lambda place: average[place])
    found: list[tuple[int, ...]] = []
    reached = 0
    for start in range(len(order)):
        stop = start + 1
        while stop < len(order) and average[order[stop]] - average[order[start]] <= difference:
            stop += 1
        if stop - start > 1 and stop > reached:
            found.append(tuple(order[start:stop]))
        reached = max(reached, stop)
    return tuple(found)
