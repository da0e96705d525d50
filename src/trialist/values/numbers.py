"""How a number is written for a reader. The half-width of the interval decides the digits."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from trialist.values.metric import Metric

_SHORTEST_RANGE = 5

LONGEST = 1e9
"""From here on a number is written by powers of ten."""

FINEST = 9
"""With more decimals than these a number is written by powers of ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The unit that a metric is shown in: points (hundredths) for fractions, else its own.

    Attributes:
        factor: What a value is multiplied with before it is shown.
        word: The unit's name, empty where the metric has none.
    """

    factor: float
    word: str

    @classmethod
    def of(cls, metric: Metric) -> Unit:
        """Give the unit of `metric`."""
        return cls(factor=100.0, word="points") if metric.is_fraction else cls(factor=1.0, word="")

    def show(self, value: float, decimals: int) -> str:
        """Give `value` in this unit, without the word; by powers of ten where it is unreadable."""
        shown = value * self.factor
        return powers(shown, decimals) if is_unreadable(shown, decimals) else fixed(shown, decimals)

    def amount(self, value: float, decimals: int) -> str:
        """Give `value` in this unit with the word, where there is one."""
        return f"{self.show(value, decimals)} {self.word}".rstrip()


def decimals_for(half_width: float, *, digits: int = 2) -> int:
    """Give the decimals that show `digits` significant digits of `half_width`.

    Example:
        >>> decimals_for(0.59), decimals_for(0.59, digits=1), decimals_for(123.0)
        (2, 1, -1)
    """
    if not math.isfinite(half_width) or half_width <= 0:
        return 4
    exponent = f"{half_width:.{digits - 1}e}".rpartition("e")[2]  # 0.0996 counts as 0.10
    return digits - 1 - int(exponent)


def series(numbers: Sequence[int]) -> str:
    """Give whole numbers for a reader; five or more in a row are a range.

    Example:
        >>> series((5, 8, 12, 20)), series(range(4, 31)), series((3, 4, 5))
        ('5, 8, 12, 20', '4 to 30', '3, 4, 5')
    """
    if len(numbers) >= _SHORTEST_RANGE and list(numbers) == list(
        range(numbers[0], numbers[-1] + 1)
    ):
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(str(number) for number in numbers)


def fixed(value: float, decimals: int) -> str:
    """Give `value` rounded to `decimals`, thousands separated, never "-0.0".

    Example:
        >>> fixed(-0.004, 2), fixed(12345.678, 1), fixed(1234.0, -2)
        ('0.00', '12,345.7', '1,200')
    """
    rounded = round(value, decimals) + 0.0
    return f"{rounded:,.{max(decimals, 0)}f}"


def signed(value: float, decimals: int) -> str:
    """Give `value` as `fixed` does, with its sign even where it is positive."""
    text = fixed(value, decimals)
    return text if text.startswith("-") else f"+{text}"


def is_unreadable(value: float, decimals: int) -> bool:
    """True where `fixed` would write a long row of digits."""
    return abs(value) >= LONGEST or decimals > FINEST


def powers(value: float, decimals: int, *, sign: bool = False) -> str:
    """Give `value` by powers of ten, to the place that `decimals` says.

    Example:
        >>> powers(1.00034e12, -8), powers(9.9904e11, -8), powers(4.391e-13, 14)
        ('1.0003e+12', '9.99e+11', '4.4e-13')
    """
    plus = "+" if sign else ""
    if round(value, decimals) == 0:
        return f"{plus}0"
    exponent = int(f"{value:e}".rpartition("e")[2])
    digits = min(max(exponent + decimals, 0), 15)
    mantissa, _, power = f"{value:{plus}.{digits}e}".partition("e")
    shown = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{shown}e{power}"


def plain(value: float) -> str:
    """Give `value` in as few digits as it has: 0.5, 600, 1e-05."""
    return f"{value:g}"


def as_chosen(value: float) -> str:
    """Give a number of a configuration as it was typed, or in four digits where it was drawn.

    Nobody types seven digits: such a number comes from a search, and its tail says nothing.

    Example:
        >>> as_chosen(0.1), as_chosen(1e-08), as_chosen(0.8551682628649319), as_chosen(3e5)
        ('0.1', '1e-08', '0.8552', '300000.0')
    """
    was_drawn = math.isfinite(value) and float(f"{value:.6g}") != value
    return f"{value:.4g}" if was_drawn else json.dumps(value)


def p_value(p: float) -> str:
    """Give a p-value with two significant digits, never zero.

    Example:
        >>> p_value(0.00036), p_value(0.0423), p_value(1e-9)
        ('0.00036', '0.042', '< 1e-06')
    """
    return "< 1e-06" if p < 1e-6 else f"{p:.2g}"


def duration(seconds: float) -> str:
    """Give a time as a reader says it: 14 s, 3 min 20 s, 2 h 05 min.

    Example:
        >>> duration(14.2), duration(200), duration(7500)
        ('14 s', '3 min 20 s', '2 h 05 min')
    """
    if seconds < 9.95:  # 9.96 is not 10.0 s
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def counted(n: int, word: str) -> str:
    """Give a count with its word: 1 run, 2 runs.

    Example:
        >>> counted(1, "run"), counted(1200, "run")
        ('1 run', '1,200 runs')
    """
    return f"{n:,} {word}{'' if n == 1 else 's'}"
