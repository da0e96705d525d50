"""The median rule: a trial goes on while it is no worse than the middle of the others."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def worst_of_better_half(losses: Sequence[float], eta: int) -> float:
    """Give the worst loss that is kept: the median of all that came to this step.

    References:
        Golovin et al. (2017), Google Vizier, KDD, section 3.2.1 (there of completed trials only).

    Example:
        >>> worst_of_better_half([0.4, 0.1, 0.3], eta=3)
        0.3
    """
    del eta
    return median(losses)
