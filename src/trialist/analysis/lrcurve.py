"""A learning-rate range test's curve, and the range of rates that is worth searching."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

KEPT = 0.9
"""What the smoothed loss keeps of itself at each step."""
EXPLODED = 4.0
"""A smoothed loss of so many times its minimum ends a test."""
TURNED = 0.2
"""A loss that has regained so much of its fall has seen the last stable rate, explosion or not.

Where dead units or normalization bound the loss, it never gets to four times its minimum.
"""
NOISE = 2.0
"""A fall of fewer standard deviations of the single losses may be none: smoothed noise has 1.2."""
_NORMAL_QUARTILE = 0.6745
FIRST_STEPS = 10
"""A minimum in so many first steps is the noise of a loss that never fell."""
LOWEST, CENTER, HIGHEST = 1 / 100, 1 / 10, 1.0
"""The range as shares of the rate at which the smoothed loss is lowest.

The best rate of a training lies anywhere between that rate and a hundredth of it: half a decade to
each side of the center misses it nearly half of the time (benchmarks/lrrange.md).
"""
SEEDS = 3
"""So many tests, and all that any of them says, make a range that is right more often."""
HELD_BY_ONE, HELD_BY_THREE = 0.92, 0.99
"""How often the range of one test, and of three, held the best rate of a grid.

On the networks of benchmarks/lrrange.md that the rule was not chosen on.
"""

_NO_DESCENT = (
    "see whether the model can learn this at all; if its loss is only noisy, raise the batch size; "
    "if it explodes at once, lower `low`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LrCurve:
    """What a range test has measured.

    Attributes:
        rates: The learning rate of each step that was made, rising by one factor.
        losses: The training loss of each step, before its update.
        steps: How many steps the test was to make; it ends earlier where the loss explodes.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    steps: int


@dataclass(slots=True)
class RunningLoss:
    """A loss as it is smoothed step by step, and whether it has exploded.

    The average is exponential and corrected for its start.

    Attributes:
        values: The smoothed loss of each step so far.
        has_exploded: True from the step on whose smoothed loss is not finite, or above four times
            the lowest one. A loss that can be negative has exploded when it has risen by three
            times what it fell.
    """

    values: list[float] = field(default_factory=list)
    has_exploded: bool = False
    _sum: float = 0.0

    def add(self, loss: float) -> None:
        """Take the next step's loss."""
        self._sum = KEPT * self._sum + (1 - KEPT) * loss
        smoothed = self._sum / (1 - KEPT ** (len(self.values) + 1))
        self.values.append(smoothed)
        self.has_exploded = self.has_exploded or not smoothed <= self._limit()

    def _limit(self) -> float:
        lowest = min(self.values)
        if lowest > 0:
            return EXPLODED * lowest
        return lowest + (EXPLODED - 1) * (self.values[0] - lowest)


@dataclass(frozen=True, slots=True, kw_only=True)
class LrSpan:
    """Rates to search between.

    Attributes:
        low: The lowest one.
        center: A tenth of the rate at which the loss was lowest.
        high: The highest one.
    """

    low: float
    center: float
    high: float

    @classmethod
    def below(cls, lowest: float) -> LrSpan:
        """Give the span for the rate at which the smoothed loss is lowest."""
        return cls(low=lowest * LOWEST, center=lowest * CENTER, high=lowest * HIGHEST)


class HasSpan(Protocol):
    """What says where to search, or why it cannot."""

    @property
    def span(self) -> LrSpan | Missing:
        """The rates to search between; missing with the reason."""
        ...

    @property
    def todo(self) -> str:
        """What to do where it is missing; else empty."""
        ...


class SpanEnds:
    """Gives the ends of its span as its own; what `HasSpan` is, may be one."""

    __slots__ = ()

    @property
    def low(self: HasSpan) -> float:
        """The lowest rate to search from.

        Raises:
            InsufficientDataError: If there is none to name.
        """
        return _found(self).low

    @property
    def center(self: HasSpan) -> float:
        """The rate in the middle.

        Raises:
            InsufficientDataError: If there is none to name.
        """
        return _found(self).center

    @property
    def high(self: HasSpan) -> float:
        """The highest rate to search to.

        Raises:
            InsufficientDataError: If there is none to name.
        """
        return _found(self).high


def _found(one: HasSpan) -> LrSpan:
    if isinstance(one.span, Missing):
        raise InsufficientDataError(f"no range: {one.span.reason}", todo=one.todo)
    return one.span


@dataclass(frozen=True, slots=True, kw_only=True)
class LrRange(SpanEnds):
    """What a range test says: a range to search in, never the rate to train with.

    Attributes:
        curve: What was measured.
        smoothed: The smoothed loss of each step.
        span: The range; missing where the test cannot say.
        todo: What to do where it is missing; else empty.
        steepest: Where the loss falls fastest over the logarithm of the rate; another rule.
        valley: The middle of the longest fall; another rule.
        stable: The highest rate before the loss was back where it began; rules of thumb take a
            tenth to a third of it.
    """

    curve: LrCurve
    smoothed: tuple[float, ...]
    span: LrSpan | Missing
    todo: str
    steepest: float | Missing
    valley: float | Missing
    stable: float | Missing


def range_of(curve: LrCurve) -> LrRange:
    """Give the range that a curve says: minimum/100 to the minimum, around minimum/10.

    Assumes that the test began far below every good rate, and ended above the last stable one.

    Args:
        curve: What was measured, one step or more.

    References:
        Smith (2017), Cyclical learning rates; a share of the minimum: Howard and Gugger (2020).
    """
    running = RunningLoss()
    for loss in curve.losses:
        running.add(loss)
    smoothed = tuple(running.values)
    place = min(range(len(smoothed)), key=lambda k: _or_infinite(smoothed[k]))
    refusal, todo = _refusal(curve, smoothed, place, has_exploded=running.has_exploded)
    if refusal:
        nothing = Missing(refusal)
        return LrRange(
            curve=curve, smoothed=smoothed, span=nothing, todo=todo,
            steepest=nothing, valley=nothing, stable=nothing,
        )  # fmt: skip
    return LrRange(
        curve=curve,
        smoothed=smoothed,
        span=LrSpan.below(curve.rates[place]),
        todo="",
        steepest=curve.rates[_steepest(smoothed[: place + 1])],
        valley=curve.rates[_valley(smoothed[: place + 1])],
        stable=curve.rates[_last_stable(smoothed, place)],
    )


def span_over_seeds(found: Sequence[LrRange]) -> LrSpan | Missing:
    """Give one range for several tests: all that any of them says, around the median center.

    Args:
        found: A test per seed, one or more.

    Returns:
        Missing where half of the tests or more cannot say.
    """
    spans = [one.span for one in found if isinstance(one.span, LrSpan)]
    if 2 * len(spans) <= len(found):
        reasons = [one.span.reason for one in found if isinstance(one.span, Missing)]
        few = "" if len(found) == 1 else f"{len(reasons)} of {len(found)} tests: "
        return Missing(few + reasons[0])
    return LrSpan(
        low=min(span.low for span in spans),
        center=math.exp(statistics.median(math.log(span.center) for span in spans)),
        high=max(span.high for span in spans),
    )


def _refusal(
    curve: LrCurve, smoothed: Sequence[float], place: int, *, has_exploded: bool
) -> tuple[str, str]:
    """Give why there is no range, and what to do; empty where there is one."""
    if not math.isfinite(smoothed[place]):
        said = f"the first loss is {curve.losses[0]}"
        return said, "look at the data and at the loss: training does not begin"
    fall = _start(smoothed) - smoothed[place]
    is_fall = place >= FIRST_STEPS and fall > NOISE * _noise(curve.losses[: place + 1])
    if not has_exploded and not (is_fall and _has_turned(smoothed, place, fall)):
        said = f"nothing exploded up to the rate {curve.rates[-1]:.2g}"
        return said, "raise `high`, so that the end of the stable rates is seen"
    if place < FIRST_STEPS:
        said = f"no descent: the smoothed loss is lowest at step {place + 1} of {curve.steps}"
        return f"{said}, at the rate {curve.rates[place]:.2g}", _NO_DESCENT
    if not is_fall:
        return f"no descent: the loss falls by {fall:.2g}, no more than its noise", _NO_DESCENT
    return "", ""


def _start(smoothed: Sequence[float]) -> float:
    """Give the level from which the loss falls: the first rates change nothing."""
    return smoothed[min(FIRST_STEPS, len(smoothed)) - 1]


def _noise(losses: Sequence[float]) -> float:
    """Give the standard deviation from one step to the next, whatever the trend."""
    steps = [abs(after - before) for before, after in pairwise(losses)]
    return statistics.median(steps) / (_NORMAL_QUARTILE * math.sqrt(2))


def _has_turned(smoothed: Sequence[float], place: int, fall: float) -> bool:
    return max(smoothed[place:]) >= smoothed[place] + TURNED * fall


def _steepest(smoothed: Sequence[float]) -> int:
    """Give where the loss falls most from one neighbor to the other; rates rise by one factor."""
    inner = range(1, len(smoothed) - 1)
    return min(inner, key=lambda k: smoothed[k + 1] - smoothed[k - 1])


def _valley(smoothed: Sequence[float]) -> int:
    """Give the middle of the longest fall that noise may interrupt.

    Its length is that of the longest subsequence of falling losses, counted back from its end.
    """
    lengths = [1] * len(smoothed)
    rounding = 1e-9 * (max(smoothed) - min(smoothed))
    for k, loss in enumerate(smoothed):
        lengths[k] = 1 + max(
            (lengths[j] for j in range(k) if smoothed[j] > loss + rounding), default=0
        )
    end = max(range(len(smoothed)), key=lambda k: lengths[k])
    return end - lengths[end] // 2


def _last_stable(smoothed: Sequence[float], place: int) -> int:
    """Give the last step, from the minimum on, before the loss is above its first value."""
    for k, (_, after) in enumerate(pairwise(smoothed[place:]), start=place):
        if not after <= _start(smoothed):
            return k
    return len(smoothed) - 1


def _or_infinite(value: float) -> float:
    return value if math.isfinite(value) else math.inf
