"""Examples per second by batch size: from where on a larger batch is no faster, and what fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from trialist.values.missing import Missing

SATURATED, WEAK = 0.6, 0.8
"""Shares of perfect scaling under which a doubling hardly pays, and under which it pays less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTiming:
    """What one batch size took.

    Attributes:
        batch_size: Examples per step.
        seconds: The typical time of a step, over the whole of a training.
        peak_bytes: The most memory that was held.
    """

    batch_size: int
    seconds: float
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Examples per second."""
        return self.batch_size / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputRow:
    """One batch size in the table.

    Attributes:
        timing: What it took.
        efficiency: The rate of the next larger batch as a share of perfect scaling: 1 where twice
            the batch takes the time of one; missing for the largest.
        fits: True where it stays within the limit of memory.
    """

    timing: BatchTiming
    efficiency: float | Missing
    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """All batch sizes that were tried.

    Attributes:
        rows: By size, rising.
        limit: The bytes that a run may take.
        largest: The largest size that fits; missing where none does.
        saturated_at: From this size on, every doubling that was tried gains under a fifth; missing
            where the rate still grew at the end.
    """

    rows: tuple[ThroughputRow, ...]
    limit: int
    largest: int | Missing
    saturated_at: int | Missing


def throughput_of(timings: Sequence[BatchTiming], *, limit: int) -> Throughput:
    """Give the table of timings.

    Args:
        timings: By batch size, rising.
        limit: The bytes that a run may take.
    """
    following = [_efficiency(one, other) for one, other in pairwise(timings)]
    efficiencies: list[float | Missing] = [*following, Missing("no larger batch was tried")]
    rows = tuple(
        ThroughputRow(timing=timing, efficiency=efficiency, fits=timing.peak_bytes <= limit)
        for timing, efficiency in zip(timings, efficiencies, strict=False)
    )
    fitting = [row.timing.batch_size for row in rows if row.fits]
    poor = list(takewhile(lambda k: following[k] < SATURATED, reversed(range(len(following)))))
    return Throughput(
        rows=rows,
        limit=limit,
        largest=max(fitting) if fitting else Missing("no batch size that was tried fits"),
        saturated_at=timings[poor[-1]].batch_size
        if poor
        else Missing("the rate grew up to the end"),
    )


def has_settled(timings: Sequence[BatchTiming]) -> bool:
    """Tell whether two doublings in a row gained under a fifth each, so that a third would too."""
    last = [_efficiency(one, other) for one, other in pairwise(timings[-3:])]
    return len(last) == 2 and all(one < SATURATED for one in last)


def _efficiency(one: BatchTiming, other: BatchTiming) -> float:
    times = other.batch_size / one.batch_size
    return other.rate / (times * one.rate)
