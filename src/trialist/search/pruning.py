"""Whether a trial is ended before its budget, by what others had reached at the same step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Fate(StrEnum):
    """What becomes of a trial at a rung."""

    KEEP = "keep"
    CUT = "cut"
    AUDIT = "audit"  # it would have been cut, and runs on to show what cutting costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a rule says of a trial that reported a value.

    Attributes:
        fate: Whether it goes on.
        rung: The rung that it was judged at, in steps (of a sweep's rule: in logged values); None
            where it was not judged.
        n_compared: The values at the same step that it was compared with, its own among them.
        threshold: The worst value that is kept, in the metric's own sign; None where nothing was
            compared.
        reason: Why, as a clause.
    """

    fate: Fate = Fate.KEEP
    rung: int | None = None
    n_compared: int = 0
    threshold: float | None = None
    reason: str = ""

    @property
    def goes_on(self) -> bool:
        """False where the trial is to be ended now."""
        return self.fate is not Fate.CUT

    @property
    def is_divergence(self) -> bool:
        """True where the trial is ended for its value alone, which is no number: it diverged."""
        return self.fate is Fate.CUT and self.n_compared == 0


class Pruning(Protocol):
    """The rule of one search, with what was reported to it. Not thread-safe.

    Its state follows from the decisions at rungs in the order in which they were made: recalled in
    that order, the next decisions are the same. Trials of a baseline, and the fresh runs of
    winners, are never reported to it: they run in full.
    """

    @property
    def rungs(self) -> tuple[int, ...]:
        """Where it looks, in steps (of a sweep's rule: in logged values)."""
        ...

    @property
    def audited(self) -> tuple[int, ...]:
        """The trials that would have been cut and run on."""
        ...

    def report(self, trial: int, step: int, value: float) -> Decision:
        """Take in the goal metric of a trial at a step, and say whether it goes on.

        Every evaluation is reported, in the order of its steps. What a trial reports once more,
        resumed from a checkpoint, changes nothing; a trial that was cut stays cut.

        Args:
            trial: The trial's number in its search.
            step: The steps that it has trained.
            value: The goal metric there.
        """
        ...

    def recall(self, trial: int, *, rung: int, step: int, value: float) -> None:
        """Take in a decision at a rung that was made before, as it was recorded.

        Of a trial that still runs, all values are reported once more after that, from its first.

        Args:
            trial: The trial's number in its search.
            rung: The decision's rung.
            step: The step at which the value was measured.
            value: The goal metric there.
        """
        ...
