"""Whether two seeds gave the same run: how many of their values agree, and what that is worth.

In a sound study two seeds agree in much: learning rates, epochs and counts follow a schedule, an
accuracy on 100 examples ties by chance, one that has reached 1.0 stays there. So two runs count as
the same only where

1. *every* logged value agrees to the last bit, but for those that tell of the machine or the seed:
   one differing digit anywhere ends the question, and in a sound study the first row has one; and
2. the values that agree include some that only the training can give (the goal metric, or names
   such as `train/loss`), and to agree by chance would be as rare as 2^-64.

What an agreement is worth, in bits. Take a value of such a metric that is new in its run. Two
sound runs would differ there by the metric's own noise, taken as a twentieth of its change since
the last new value. The grid of the values is measured: 1/n for an accuracy on n examples or for
rounded numbers, else the last bit of a float. Where the noise spans k places of the grid, two sound
runs tie with probability about 1/k, so the value is worth log2(k) bits: none for k below 1, at most
20. A value that is not new is worth nothing on a plateau or a slope, and 1 bit where the curve
turns: two noisy curves on a coarse grid turn alike at best half of the time. Metrics of one row
hang together, so the best single metric counts, never the sum over metrics.

A float32 loss reaches 64 bits within 4 to 6 rows, a loss printed with four decimals or an accuracy
on 10,000 examples within 10 to 20. An accuracy on 100 examples gets there only by turning 64 times;
below, the agreement of whole runs at a look decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from trialist.analysis.metricnames import comes_from_training, tells_of_machine
from trialist.values.rows import MetricRow, RowDifference, same_bits

SAME_BITS = 64.0
"""An agreement worth this much is none of chance: less than once in 10^19 comparisons."""

SAME_BITS_AT_LOOK = 20.0
"""Enough where whole runs of all seeds agree in everything that they logged: once in a million."""

_MOST_BITS = 20.0
_NOISE_SHARE = 1 / 20
_FIRST_CHANGE = 0.1
_LARGEST_GRID = 1 << 17
_MOST_VALUES = 1024
_FLOAT32_DIGITS, _FLOAT64_DIGITS = 24, 51
"""Digits that count; a quotient such as 359 / 360 is off by a last bit or two."""
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far the rows of two runs agree.

    Attributes:
        n_rows: Rows that were compared.
        bits: What their agreement is worth; 0.0 where they differ.
        difference: The first difference; None where there is none.
    """

    n_rows: int
    bits: float
    difference: RowDifference | None = None

    @property
    def is_same(self) -> bool:
        """True where the two are one and the same run, which no chance explains."""
        return self.difference is None and self.bits >= SAME_BITS


def agreement(one: Iterable[MetricRow], other: Iterable[MetricRow], *, goal: str) -> Agreement:
    """Compare the rows of two runs of one configuration with different seeds.

    Args:
        one: The rows of the first run, as far as they are there.
        other: The rows of the second; the shorter of the two is compared.
        goal: The goal metric's name.
    """
    seen = _Seen(goal=goal)
    for mine, its in zip(_of_training(one), _of_training(other), strict=False):
        found = _difference(mine, its)
        if found is not None:
            return Agreement(n_rows=seen.n_rows, bits=0.0, difference=found)
        seen.add(mine)
    return Agreement(n_rows=seen.n_rows, bits=seen.bits)


def agreement_of_all(runs: Sequence[Iterable[MetricRow]], *, goal: str) -> Agreement:
    """Compare the whole rows of two or more runs; each run beyond two adds the same bits.

    Args:
        runs: All rows of each run.
        goal: The goal metric's name.
    """
    seen = _Seen(goal=goal)
    streams = [_of_training(rows) for rows in runs]
    first, *others = streams
    for row in first:
        for stream in others:
            its = next(stream, None)
            found = _difference(row, its)
            if found is not None:
                return Agreement(n_rows=seen.n_rows, bits=0.0, difference=found)
        seen.add(row)
    for stream in others:
        more = next(stream, None)
        if more is not None:
            found = _first_of(more, mine=False)
            return Agreement(n_rows=seen.n_rows, bits=0.0, difference=found)
    return Agreement(n_rows=seen.n_rows, bits=seen.bits * len(others))


def bits_of(values: Sequence[float]) -> float:
    """Give what it is worth that two runs agree in these values of one metric, in their order.

    Example:
        >>> bits_of([0.9, 0.9, 0.9]), bits_of([0.5, 0.6, 0.5, 0.6, 0.5])
        (0.0, 3.0)
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return 0.0
    array = np.array(finite)
    digits = _digits_of(array)
    grid = _grid_of(array, digits)
    total, new = 0.0, finite[0] * (1 - _FIRST_CHANGE)
    seen: set[float] = set()
    for place, value in enumerate(finite):
        worth = float(_turns(finite, place))
        if value not in seen:
            places = _NOISE_SHARE * abs(value - new) / (grid or _spacing(value, digits))
            worth = max(worth, min(_MOST_BITS, math.log2(max(places, 1.0))))
            seen.add(value)
            new = value
        total += worth
    return total


def _turns(values: Sequence[float], place: int) -> bool:
    """Tell whether the curve turned just before `place`; values next to each other differ."""
    if place < 2:
        return False
    first, middle, last = values[place - 2 : place + 1]
    return (middle - first) * (last - middle) < 0


@dataclass(slots=True)
class _Seen:
    """What agreed so far: of metrics that come from training, each value unlike the one before."""

    goal: str
    n_rows: int = 0
    curves: dict[str, list[float]] = field(default_factory=dict)

    def add(self, row: MetricRow) -> None:
        self.n_rows += 1
        for name, value in row.values.items():
            if name == self.goal or comes_from_training(name):
                curve = self.curves.setdefault(name, [])
                if len(curve) < _MOST_VALUES and curve[-1:] != [value]:
                    curve.append(value)

    @property
    def bits(self) -> float:
        return max((bits_of(curve) for curve in self.curves.values()), default=0.0)


def _of_training(rows: Iterable[MetricRow]) -> Iterator[MetricRow]:
    for row in rows:
        kept = {name: value for name, value in row.values.items() if not tells_of_machine(name)}
        if kept:
            yield MetricRow(step=row.step, values=kept)


def _difference(one: MetricRow, other: MetricRow | None) -> RowDifference | None:
    if other is None or one.step != other.step or one.values.keys() != other.values.keys():
        return _first_of(one, mine=True)
    for name, value in one.values.items():
        if not same_bits(value, other.values[name]):
            return RowDifference(name=name, step=one.step, one=value, other=other.values[name])
    return None


def _first_of(row: MetricRow, *, mine: bool) -> RowDifference:
    name, value = next(iter(row.values.items()))
    one, other = (value, None) if mine else (None, value)
    return RowDifference(name=name, step=row.step, one=one, other=other)


_Array = np.ndarray[tuple[int], np.dtype[np.float64]]


def _grid_of(values: _Array, digits: int) -> float | None:
    """Give the spacing 1/n, n up to 131,072, on which all values lie; None where there is none.

    Each may be off by half its last bit: up to three float32 values lie on some grid by chance,
    and count as if they were rounded.
    """
    n = np.arange(1, _LARGEST_GRID + 1, dtype=np.float64)
    for value in values:
        scaled = n * value
        n = n[np.abs(scaled - np.rint(scaled)) <= np.abs(scaled) * 2.0**-digits]
        if not n.size:
            return None
    return 1 / float(n[0])


def _digits_of(values: _Array) -> int:
    with np.errstate(over="ignore"):
        is_single = bool(np.all(values.astype(np.float32) == values))
    return _FLOAT32_DIGITS if is_single else _FLOAT64_DIGITS


def _spacing(value: float, digits: int) -> float:
    return max(abs(value), _SMALLEST) * 2.0**-digits
