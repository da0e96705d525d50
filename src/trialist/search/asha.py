"""Asynchronous successive halving: at every rung the best 1/eta of those so far go on."""

from __future__ import annotations

from collections.abc import Sequence


def worst_of_top_share(losses: Sequence[float], eta: int) -> float:
    """Give the worst loss that is kept: the last of the best 1/eta, of one at least.

    References:
        Li et al. (2020), A System for Massively Parallel Hyperparameter Tuning, MLSys, algorithm 2
        (there trials wait to be promoted; here, as in most tools, they are stopped).

    Example:
        >>> worst_of_top_share([0.4, 0.1, 0.3, 0.2, 0.6, 0.5], eta=3)
        0.2
    """
    kept = max(len(losses) // eta, 1)
    return sorted(losses)[kept - 1]
