"""Predictions: what was expected of a variant beside what was found, and how often it came true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialist.values.evidence import Interval
from trialist.values.expectation import Expectation
from trialist.values.missing import Missing, present


class Outcome(StrEnum):
    """What became of a prediction."""

    CAME_TRUE = "came_true"
    DID_NOT = "did_not_come_true"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What was expected of a variant, and what was found.

    Attributes:
        expectation: The range that the plan registered.
        outcome: What became of it, by the verdict's interval.
        estimate: The verdict's estimate; plus is better.
        interval: Its interval, over the whole family and all looks.
        sentence: The same in words.
    """

    expectation: Expectation
    outcome: Outcome
    estimate: float | Missing
    interval: Interval | Missing
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Give the prediction as in `predictions` of results.json."""
        expected, interval = self.expectation, self.interval
        named = (("estimate", self.estimate), ("interval", interval))
        return {
            "variant": expected.variant,
            "expected": expected.text,
            "low": expected.low,
            "high": expected.high,
            "outcome": self.outcome.value,
            "estimate": present(self.estimate),
            "interval": None if isinstance(interval, Missing) else [interval.low, interval.high],
            "sentence": self.sentence,
            "missing": {key: one.reason for key, one in named if isinstance(one, Missing)},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many predictions came true, among those that a store holds.

    Attributes:
        n_true: Those that came true.
        n_false: Those that did not.
        n_open: Those that the data leaves open, or that nobody has asked the data yet.
    """

    n_true: int = 0
    n_false: int = 0
    n_open: int = 0

    @property
    def n(self) -> int:
        """All of them."""
        return self.n_true + self.n_false + self.n_open

    def to_dict(self) -> dict[str, int]:
        """Give the counts as plain data."""
        return {
            Outcome.CAME_TRUE.value: self.n_true,
            Outcome.DID_NOT.value: self.n_false,
            Outcome.OPEN.value: self.n_open,
        }
