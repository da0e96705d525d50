"""Intervals drawn with characters, all on one scale with a zero line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.verdict import Verdict

_LINE, _ZERO, _CROSS, _POINT, _ZONE = "─", "│", "┼", "●", "·"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScale:
    """A scale of `width` characters from `low` to `high`.

    Attributes:
        low: The value at the first character.
        high: The value at the last character.
        width: Characters, 2 or more.
        relevant: Differences smaller than this are dotted; None draws no zone.
    """

    low: float
    high: float
    width: int
    relevant: float | None = None

    @classmethod
    def of(cls, verdicts: Sequence[Verdict], *, width: int, relevant: float | None) -> TextScale:
        """Give the scale that holds zero and every interval of `verdicts`."""
        ends = [0.0]
        for verdict in verdicts:
            if isinstance(verdict.interval, Interval):
                ends += [verdict.interval.low, verdict.interval.high]
            if not isinstance(verdict.estimate, Missing):
                ends.append(verdict.estimate)
        low, high = min(ends), max(ends)
        if low == high:
            low, high = low - 1.0, high + 1.0
        return cls(low=low, high=high, width=width, relevant=relevant)

    def at(self, value: float) -> int:
        """Give the character's place of `value`, cut to the scale."""
        share = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return round(share * (self.width - 1))

    def draw(self, estimate: float | Missing, interval: Interval | Missing) -> str:
        """Give one row: the interval, its estimate, the zero line and the zone of relevance."""
        row = [" "] * self.width
        if self.relevant is not None:
            for place in range(self.at(-self.relevant), self.at(self.relevant) + 1):
                row[place] = _ZONE
        row[self.at(0.0)] = _ZERO
        if isinstance(interval, Interval):
            for place in range(self.at(interval.low), self.at(interval.high) + 1):
                row[place] = _CROSS if place == self.at(0.0) else _LINE
        if not isinstance(estimate, Missing):
            row[self.at(estimate)] = _POINT
        return "".join(row)
