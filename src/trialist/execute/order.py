"""The order of runs: seed by seed, so that every look comes early; within a seed the longest first.

The longest first leaves the shortest for the end of a seed, when workers run out of it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from statistics import median


class RunTimes:
    """How long the finished runs of each variant took."""

    def __init__(self, variants: Iterable[str]) -> None:
        self._place = {variant: place for place, variant in enumerate(variants)}
        self._seconds: dict[str, list[float]] = {variant: [] for variant in self._place}

    def add(self, variant: str, seconds: float) -> None:
        """Note that a run of `variant` took `seconds`."""
        insort(self._seconds[variant], seconds)

    def median(self, variant: str) -> float | None:
        """Give the median of a variant; None before its first finished run."""
        return _middle(self._seconds[variant])

    def guess(self, variant: str) -> float | None:
        """Give the median of a variant, or of the others while it has none; None before any."""
        own = self.median(variant)
        if own is not None:
            return own
        known = [one for one in map(_middle, self._seconds.values()) if one is not None]
        return median(known) if known else None

    def rank(self, variant: str) -> tuple[bool, float, int]:
        """Give what variants of one seed are sorted by: unmeasured ones first, then the longest."""
        known = self.median(variant)
        return known is not None, -(known or 0.0), self._place[variant]


def _middle(ordered: list[float]) -> float | None:
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2 if n else None
