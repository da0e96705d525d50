"""Many comparisons at once: adjusted p that can be held against the error rate of the family."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Give Holm's adjusted p in the order of `p`: they control the family-wise error.

    No assumption about how the comparisons depend on each other.

    References:
        Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Example:
        >>> holm([0.04, 0.01, 0.03])
        (0.06, 0.03, 0.06)
    """
    adjusted = [0.0] * len(p)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def benjamini_hochberg(p: Sequence[float]) -> tuple[float, ...]:
    """Give Benjamini and Hochberg's adjusted p in the order of `p`: the false discovery rate.

    Assumes independent or positively dependent comparisons, as those against one baseline are.

    References:
        Benjamini & Hochberg (1995), JRSS B 57, 289-300.

    Example:
        >>> benjamini_hochberg([0.04, 0.01, 0.03])
        (0.04, 0.03, 0.04)
    """
    adjusted = [1.0] * len(p)
    lowest = 1.0
    order = sorted(range(len(p)), key=p.__getitem__)
    for rank in range(len(p), 0, -1):
        place = order[rank - 1]
        lowest = min(lowest, p[place] * len(p) / rank)
        adjusted[place] = lowest
    return tuple(adjusted)
