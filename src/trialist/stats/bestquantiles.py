"""How the best of m trials is spread over all subsets of m of the trials that there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trialist.stats.spread import check_finite
from trialist.values.errors import InsufficientDataError


def best_quantile(
    scores: Sequence[float | None], m: int, q: float, *, maximize: bool = True
) -> float:
    """Give the quantile `q` of the best of `m` trials, over all subsets of m of the N trials.

    Exact, without drawing subsets: the best of m is the i-th best trial or better unless all m come
    from the N - i others. The quantile is of quality: `q` = 0.75 is a search that was luckier than
    three of four. A trial that gave no value counts as worse than any other. Assumes exchangeable
    trials; smallest N: m.

    Args:
        scores: One score per trial; None where the trial gave no value.
        m: Trials per search, from 1 to N.
        q: From 0 to 1.
        maximize: True where higher is better.

    Raises:
        InsufficientDataError: If there are fewer than `m` trials, or m lost trials among them.
        MetricError: If a score is NaN or infinite.

    Example:
        >>> best_quantile([1.0, 2.0, 3.0, 4.0], 2, 0.25)
        3.0
    """
    known = [score for score in scores if score is not None]
    check_finite(known)
    n, n_lost = len(scores), len(scores) - len(known)
    if not 1 <= m <= n or n_lost >= m:
        raise InsufficientDataError(
            f"the best of {m} cannot be had from {n} trials, {n_lost} of them without a value",
            todo=f"ask for {n_lost + 1} to {n} trials",
        )
    best_first = sorted(known, reverse=maximize)
    i = np.arange(1, len(known) + 1, dtype=np.float64)
    # P(best of m is the i-th best or better) = 1 - C(n - i, m) / C(n, m), by its ratios
    ratios = np.clip((n - i - m + 1) / (n - i + 1), 0.0, None)
    worse = np.cumprod(ratios)
    place = int(np.argmax(1 - worse >= (1 - q) - 1e-12))
    return best_first[place]
