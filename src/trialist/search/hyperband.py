"""Hyperband: successive halving with several first rungs, so that no single one has to be right."""

from __future__ import annotations

import math
from functools import lru_cache


@lru_cache(maxsize=64)
def shares(n_rungs: int, eta: int) -> tuple[int, ...]:
    """Give how many trials each bracket has, relative to the others.

    Bracket b skips the first b rungs, so there is one more bracket than rungs, and trials of the
    last one run in full. Each bracket gets about the same budget.

    References:
        Li et al. (2018), Hyperband, JMLR 18(185), algorithm 1.

    Example:
        >>> shares(3, eta=3)
        (27, 12, 6, 4)
    """
    most = n_rungs
    return tuple(math.ceil((most + 1) / (left + 1) * eta**left) for left in range(most, -1, -1))


def bracket_of(trial: int, n_rungs: int, eta: int) -> int:
    """Give the bracket of a trial by its number alone: brackets fill up evenly, in their shares.

    Example:
        >>> [bracket_of(trial, 1, 3) for trial in range(5)]
        [0, 1, 0, 1, 0]
    """
    weights = shares(n_rungs, eta)
    return _order(weights)[trial % sum(weights)]


@lru_cache(maxsize=64)
def _order(weights: tuple[int, ...]) -> tuple[int, ...]:
    """Give the brackets of one full round: each time the one that lags behind its share most."""
    given = [0] * len(weights)
    order = []
    for place in range(sum(weights)):
        lags = [
            weight * (place + 1) / sum(weights) - count
            for weight, count in zip(weights, given, strict=True)
        ]
        order.append(lags.index(max(lags)))
        given[order[-1]] += 1
    return tuple(order)
