"""The learning rates of all replicates at each step: closed forms, times each one's own rate."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.train.replicates.stepping import StepRates
from trialist.train.schedules import Constant, Schedule


class StackedRates:
    """Gives the rates of a step; what `RateSetter` sets for one optimizer.

    Args:
        bases: The learning rate of each replicate, which its schedule gives shares of.
        schedules: Of each replicate.
        total: Steps of the run.
    """

    def __init__(
        self, bases: Sequence[float], schedules: Sequence[Schedule], *, total: int
    ) -> None:
        self._bases, self._schedules, self._total = list(bases), list(schedules), total
        self._find_constant()

    def at(self, step: int) -> StepRates:
        """Give what holds at a step, from 0."""
        if self._constant is not None:
            return self._constant
        shares = {one: one.at(step, self._total) for one in set(self._schedules)}
        taken = [shares[one] for one in self._schedules]
        return StepRates(
            lrs=[base * one.lr for base, one in zip(self._bases, taken, strict=True)],
            momenta=[one.momentum for one in taken],
        )

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only."""
        self._bases = [self._bases[row] for row in rows]
        self._schedules = [self._schedules[row] for row in rows]
        self._find_constant()

    def _find_constant(self) -> None:
        is_constant = all(type(one) is Constant for one in self._schedules)
        momenta: list[float | None] = [None] * len(self._bases)
        self._constant = StepRates(lrs=self._bases, momenta=momenta) if is_constant else None
