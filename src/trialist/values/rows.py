"""Rows of metrics, as a run has logged them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.values.events import encode_number


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """The metrics of one call of `log`.

    Attributes:
        step: The step it was logged at.
        values: The metrics by name.
    """

    step: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifference:
    """The first value in which two runs differ.

    Attributes:
        name: The metric.
        step: The step.
        one: What the first run has there; None where it has nothing.
        other: What the second run has.
    """

    name: str
    step: int
    one: float | None
    other: float | None

    def to_dict(self) -> dict[str, Any]:
        """Give the difference as plain data."""
        return {
            "name": self.name,
            "step": self.step,
            "one": None if self.one is None else encode_number(self.one),
            "other": None if self.other is None else encode_number(self.other),
        }

    @property
    def words(self) -> str:
        """The two values, for example `0.52 and 0.53`, with as many digits as tell them apart."""
        return f"{_shown(self.one, self.other)} and {_shown(self.other, self.one)}"


def same_bits(one: float, other: float) -> bool:
    """Tell whether two numbers are the same to the last bit; not a number equals itself.

    Example:
        >>> same_bits(0.1 + 0.2, 0.3), same_bits(0.0, -0.0)
        (False, False)
    """
    return one.hex() == other.hex()


def _shown(value: float | None, other: float | None) -> str:
    if value is None:
        return "nothing"
    if other is None or not (math.isfinite(value) and math.isfinite(other)):
        return f"{value:.6g}"
    for digits in (4, 6, 9, 12):
        if f"{value:.{digits}g}" != f"{other:.{digits}g}":
            return f"{value:.{digits}g}"
    return repr(value)
