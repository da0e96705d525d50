"""Axes: round ticks that cover the data, and labels that fit beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from trialist.values.numbers import fixed

_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A straight map from values to SVG units.

    Attributes:
        low: The value at `start`.
        high: The value at `end`, larger than `low`.
        start: SVG units.
        end: SVG units.
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give the place of `value`, cut to the scale."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def span_of(values: Iterable[float], *, margin: float = 0.06) -> tuple[float, float]:
    """Give a range that holds all finite `values` with a margin, never an empty one."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    extra = (high - low) * margin
    tiny = abs(high) * 1e-9  # below it ticks could not be told apart
    if extra <= tiny:
        extra = abs(high) * 0.01 or 1.0
    return low - extra, high + extra


def ticks(low: float, high: float, *, count: int = 6) -> tuple[float, ...]:
    """Give about `count` round numbers between `low` and `high`, at least two.

    Example:
        >>> ticks(0.13, 0.87, count=4)
        (0.2, 0.4, 0.6, 0.8)
    """
    step = _step(low, high, max(count, 2))
    found = _multiples(low, high, step)
    while len(found) < 2:
        step = _step(low, high, 2 * round((high - low) / step) + 2)
        found = _multiples(low, high, step)
    return found


def _step(low: float, high: float, count: int) -> float:
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))


def _multiples(low: float, high: float, step: float) -> tuple[float, ...]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return tuple(round(place * step, digits) + 0.0 for place in range(first, last + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class TickLabels:
    """Labels of ticks with the power of ten that was taken out of them.

    Attributes:
        texts: One per tick.
        power: The values are the labels times ten to this power.
    """

    texts: tuple[str, ...]
    power: int = 0

    @property
    def factor(self) -> str:
        """What the axis title says of the power: empty, or ten to a power."""
        raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
        return f"\N{MULTIPLICATION SIGN}10{str(self.power).translate(raised)}" if self.power else ""


def tick_labels(values: tuple[float, ...]) -> TickLabels:
    """Give labels with as many decimals as the step needs, without powers of ten in each."""
    largest = max(abs(value) for value in values)
    magnitude = math.floor(math.log10(largest)) if largest > 0 else 0
    power = magnitude if magnitude >= 6 or magnitude <= -4 else 0
    scaled = [value / 10.0**power for value in values]
    step = abs(scaled[1] - scaled[0]) if len(scaled) > 1 else 1.0
    decimals = max(0, min(12, -math.floor(math.log10(step) + 1e-9)))
    return TickLabels(texts=tuple(fixed(value, decimals) for value in scaled), power=power)
