"""Whether a variant becomes the new baseline: what the rule says of it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialist.values.evidence import Interval
from trialist.values.missing import Missing


class Decision(StrEnum):
    """What the rule says of one variant."""

    ADOPT = "adopt"  # its gain is more than its price
    REJECT = "reject"  # it is not worth its price
    INCONCLUSIVE = "inconclusive"  # the runs say too little for either
    NOT_COMPARABLE = "not_comparable"  # something has to be mended first

    @property
    def words(self) -> str:
        """As a person reads it."""
        return self.value.replace("_", " ").upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What the rule says of one variant.

    Attributes:
        variant: The variant.
        baseline: What it would take the place of.
        decision: What the rule says.
        price: The least gain for which it is adopted, in the metric's unit; 0 for a change that
            costs nothing.
        estimate: The mean difference, plus is better.
        interval: Its interval over the whole family and all looks.
        more: Replicates per variant that would tell, as a range; only where it is inconclusive.
        sentence: The decision in words.
    """

    variant: str
    baseline: str
    decision: Decision
    price: float
    estimate: float | Missing
    interval: Interval | Missing
    more: tuple[int, int] | Missing
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Give the decision as plain data."""
        missing = {
            name: value.reason
            for name in ("estimate", "interval", "more")
            if isinstance(value := getattr(self, name), Missing)
        }
        ends = self.interval
        return {
            "variant": self.variant,
            "baseline": self.baseline,
            "decision": self.decision.value,
            "price": self.price,
            "estimate": None if isinstance(self.estimate, Missing) else self.estimate,
            "interval": None if isinstance(ends, Missing) else [ends.low, ends.high],
            "more": None if isinstance(self.more, Missing) else list(self.more),
            "sentence": self.sentence,
            **({"missing": missing} if missing else {}),
        }
