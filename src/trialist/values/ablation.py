"""What an ablation found: each component with the measured drop, sorted, and which ranks hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.values.evidence import Interval
from trialist.values.missing import Missing, present
from trialist.values.verdict import VerdictCode

PREFIX = "no-"
"""What the name of a variant without a component begins with."""


def component_of(variant: str) -> str:
    """Give the component that the ablated `variant` leaves out.

    Example:
        >>> component_of("no-dropout")
        'dropout'
    """
    return variant.removeprefix(PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component and what the full model loses without it.

    Attributes:
        name: The component.
        variant: The variant without it.
        drop: The full model minus the variant; plus where the component helps, whatever the goal.
        interval: The drop's interval, over the whole family and all looks.
        ranks: The best and the worst rank that the intervals leave; 1 is the largest drop.
        code: The code of the variant's verdict.
        final: False while the study could still change it.
        sentence: What the data says of the component.
    """

    name: str
    variant: str
    drop: float | Missing
    interval: Interval | Missing
    ranks: tuple[int, int] | Missing
    code: VerdictCode
    final: bool
    sentence: str

    @property
    def is_supported(self) -> bool:
        """True where the data shows that the component makes a difference, for good or ill."""
        return self.code in (
            VerdictCode.REGRESSION,
            VerdictCode.IMPROVEMENT,
            VerdictCode.RELEVANT_IMPROVEMENT,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the component as in `ablation` of results.json."""
        named = (("drop", self.drop), ("interval", self.interval), ("ranks", self.ranks))
        interval, ranks = self.interval, self.ranks
        return {
            "name": self.name,
            "variant": self.variant,
            "drop": present(self.drop),
            "interval": None if isinstance(interval, Missing) else [interval.low, interval.high],
            "ranks": None if isinstance(ranks, Missing) else list(ranks),
            "verdict": self.code.value,
            "supported": self.is_supported,
            "sentence": self.sentence,
            "missing": {key: one.reason for key, one in named if isinstance(one, Missing)},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AblationResult:
    """The components of an ablation, the largest measured drop first.

    Attributes:
        components: Those without an estimate come last.
        order: What may be said about the order, as sentences.
    """

    components: tuple[Component, ...]
    order: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the ablation as in results.json."""
        return {
            "components": [component.to_dict() for component in self.components],
            "order": list(self.order),
        }
