"""Whether the best value of one parameter depends on that of another: the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.values.missing import Missing, present


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The evidence that two parameters interact.

    Attributes:
        variant: Whose searches it is from.
        first: One parameter, as a person reads it.
        second: The other.
        n: Complete trials that it rests on.
        share: The share of the variance that the interaction explains beyond both parameters
            alone, from 0 to 1.
        p: How often shuffled residuals explain as much; adjusted for the number of pairs.
        caveat: Why it should be taken with care; empty where there is nothing.
    """

    variant: str
    first: str
    second: str
    n: int
    share: float | Missing
    p: float | Missing
    caveat: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the evidence as plain data."""
        missing = {
            key: value.reason
            for key, value in (("share", self.share), ("p", self.p))
            if isinstance(value, Missing)
        }
        return {
            "variant": self.variant,
            "first": self.first,
            "second": self.second,
            "n": self.n,
            "share": present(self.share),
            "p": present(self.p),
            "caveat": self.caveat,
            **({"missing": missing} if missing else {}),
        }
