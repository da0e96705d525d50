"""What the playbook's checks find in searches: a level, the numbers behind it, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """What a check says."""

    OK = "OK"
    UNDECIDED = "UNDECIDED"  # too little data
    NOTE = "NOTE"  # worth knowing
    SUSPECT = "SUSPECT"
    EDGE = "EDGE"  # the best values lie at the end of a range
    AT_LIMIT = "AT_LIMIT"  # at an end beyond which no value makes sense
    INSTABILITY = "INSTABILITY"  # the best values lie beside those that diverge
    SPARSE = "SPARSE"  # too few trials to trust the best
    UNEQUAL = "UNEQUAL"  # variants with other numbers of trials, or other budgets
    OVERFITTING = "OVERFITTING"
    NOISY = "NOISY"
    STILL_IMPROVING = "STILL_IMPROVING"
    SATURATED = "SATURATED"
    INFEASIBLE = "INFEASIBLE"  # a large share of the trials diverged
    BUG = "BUG"  # most probably a mistake in the training code


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of the space or of the budget that a check proposes, for the next round.

    Attributes:
        kind: extend_range, shrink_range, more_trials, fix_parameter, longer_runs, shorter_runs,
            remove_feature, tame_instability, fix_code, equal_trials.
        parameter: The parameter's name; None where it is none.
        variant: The variant that it is about; None for all.
        low: The new lower end, of a changed range.
        high: The new upper end.
        amount: The new number of trials or steps, where it changes that.
    """

    kind: str
    parameter: str | None = None
    variant: str | None = None
    low: float | None = None
    high: float | None = None
    amount: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the change as plain data: what it has."""
        return {
            name: value
            for name in ("kind", "parameter", "variant", "low", "high", "amount")
            if (value := getattr(self, name)) is not None
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one check of the playbook found.

    Attributes:
        check: The check: boundary, density, infeasible, curve, budget, importance, ...
        level: What it says.
        subject: The parameter or the run that it is about, as a person reads it; empty: all.
        variant: The variant that it is about; None for all.
        n: Trials (or points of a curve) that it rests on.
        numbers: What it was decided by, by name.
        sentence: What was found, with its numbers.
        suggestion: What to do; empty where nothing is to be done.
        change: The same for a machine; None where there is nothing to change.
        blocks: True where variants cannot be compared as long as this holds.
    """

    check: str
    level: Level
    subject: str = ""
    variant: str | None = None
    n: int = 0
    numbers: Mapping[str, float | str | bool | None] = field(default_factory=dict)
    sentence: str = ""
    suggestion: str = ""
    change: Change | None = None
    blocks: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return {
            "check": self.check,
            "level": self.level.value,
            "subject": self.subject,
            "variant": self.variant,
            "n": self.n,
            "numbers": dict(self.numbers),
            "sentence": self.sentence,
            "suggestion": self.suggestion,
            "change": None if self.change is None else self.change.to_dict(),
            "blocks": self.blocks,
        }
