"""One number that a run reported, and how it compares with the same number of another run."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

from trialist.values.events import encode_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One reported number.

    Attributes:
        metric: The metric's name.
        step: The step it was reported at; None for what the run returned at its end.
        value: The number; NaN and infinities allowed.
    """

    metric: str
    step: int | None
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDifference:
    """Two numbers that should be one; None where a run did not report it at all.

    Attributes:
        metric: The metric's name.
        step: The step at which the first of the two was reported.
        recorded: What the record says.
        again: What came out when it was run again.
    """

    metric: str
    step: int | None
    recorded: float | None
    again: float | None

    @property
    def size(self) -> float:
        """How far they are apart; infinite where one is missing or no number."""
        if self.recorded is None or self.again is None:
            return math.inf
        size = abs(self.recorded - self.again)
        return math.inf if math.isnan(size) else size

    @property
    def ulps(self) -> tuple[int, str] | None:
        """How many numbers lie between them, and of which type; None where that says nothing.

        Where both are float32 numbers they are counted as such: a trial reports what torch gave.
        """
        if not math.isfinite(self.size) or self.recorded is None or self.again is None:
            return None
        if _is_single(self.recorded) and _is_single(self.again):
            return abs(_place(self.recorded, "f") - _place(self.again, "f")), "float32"
        return abs(_place(self.recorded, "d") - _place(self.again, "d")), "float64"

    def to_dict(self) -> dict[str, Any]:
        """Give the difference as plain data."""
        ulps = self.ulps
        return {
            "metric": self.metric,
            "step": self.step,
            "recorded": None if self.recorded is None else encode_number(self.recorded),
            "again": None if self.again is None else encode_number(self.again),
            "difference": self.size if math.isfinite(self.size) else None,
            "ulps": None if ulps is None else ulps[0],
            "of": None if ulps is None else ulps[1],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How two runs compare, number by number.

    Attributes:
        n: Numbers that were compared; one that only one of them has counts too.
        n_equal: Those that are equal bit by bit.
        first: The first that differs, in the order of the record.
        largest: The one that differs most.
        n_unlike: How many differ, by metric.
    """

    n: int
    n_equal: int
    first: PointDifference | None = None
    largest: PointDifference | None = None
    n_unlike: tuple[tuple[str, int], ...] = ()

    @property
    def is_equal(self) -> bool:
        """True where every number is equal bit by bit, and there is one."""
        return self.n == self.n_equal > 0

    def to_dict(self) -> dict[str, Any]:
        """Give the likeness as plain data."""
        return {
            "equal": self.is_equal,
            "n": self.n,
            "n_equal": self.n_equal,
            "first": None if self.first is None else self.first.to_dict(),
            "largest": None if self.largest is None else self.largest.to_dict(),
            "n_different": dict(self.n_unlike),
        }


def _is_single(value: float) -> bool:
    try:
        return bool(struct.unpack("<f", struct.pack("<f", value))[0] == value)
    except OverflowError:
        return False


def _place(value: float, kind: str) -> int:
    """Give the place of a number among all numbers of its type."""
    whole = "<i" if kind == "f" else "<q"
    (bits,) = struct.unpack(whole, struct.pack(f"<{kind}", value))
    # Negative numbers count down from zero, and so does their place.
    return int(bits) if bits >= 0 else -(int(bits) & (2 ** (31 if kind == "f" else 63) - 1))
