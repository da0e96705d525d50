"""Long curves made short: the lowest and the highest value of each stretch are kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a curve without gaps.

    Attributes:
        points: Pairs of step and value, ascending in step, all finite.
        breaks_off: True where a value that is not finite follows.
    """

    points: tuple[tuple[int, float], ...]
    breaks_off: bool = False


def decimated(steps: Sequence[int], values: Sequence[float], *, most: int) -> tuple[Stretch, ...]:
    """Give a curve in stretches of at most `most` points in all, its peaks and dips kept.

    Args:
        steps: Ascending steps.
        values: One per step; NaN and infinities break the curve.
        most: The most points, 4 or more.
    """
    size = max(1, math.ceil(len(values) / (most // 2))) if len(values) > most else 1
    stretches: list[Stretch] = []
    points: list[tuple[int, float]] = []
    for first in range(0, len(values), size):
        bucket = values[first : first + size]
        finite = [place for place, value in enumerate(bucket) if math.isfinite(value)]
        kept = _extremes(bucket, finite)
        points += [(steps[first + place], bucket[place]) for place in kept]
        if len(finite) < len(bucket) and points:
            stretches.append(Stretch(points=tuple(points), breaks_off=True))
            points = []
    if points:
        stretches.append(Stretch(points=tuple(points)))
    return tuple(stretches)


def _extremes(bucket: Sequence[float], finite: Sequence[int]) -> list[int]:
    if not finite:
        return []
    lowest = min(finite, key=lambda place: bucket[place])
    highest = max(finite, key=lambda place: bucket[place])
    return sorted({lowest, highest})
