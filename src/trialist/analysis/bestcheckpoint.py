"""The best checkpoint of a training, chosen afterwards, and how much of its value may be luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trialist.analysis.curveshape import CurveShape
from trialist.values.missing import Missing
from trialist.values.numbers import counted
from trialist.values.trialcurve import TrialCurve

_AROUND = 2  # evaluations on each side of a checkpoint that say how much of its value is luck
_FEWEST_AROUND = 4  # their median is a level only where there are so many


@dataclass(frozen=True, slots=True, kw_only=True)
class BestCheckpoint:
    """The best checkpoint of a finished training, chosen afterwards.

    Attributes:
        step: Its step.
        value: The goal metric there.
        luck: How much better that is than the median of the evaluations around it: what part of it
            a choice among noisy evaluations has made. Missing near an end of the curve.
        n: Evaluations that it was chosen from.
    """

    step: int
    value: float
    luck: float | Missing
    n: int

    @property
    def sentence(self) -> str:
        """What a reader has to know of it."""
        luck = (
            ""
            if isinstance(self.luck, Missing)
            else f", here by about {self.luck:.3g}: so much better is it than the evaluations "
            "around it"
        )
        return (
            f"The checkpoint at step {self.step:,} is the best of {counted(self.n, 'evaluation')} "
            f"on validation data, and so its value is optimistic{luck}. The test set, opened once, "
            "is not."
        )


def best_checkpoint(curve: TrialCurve) -> BestCheckpoint | Missing:
    """Give the best checkpoint of a curve, and how much of its value may be luck."""
    shape = CurveShape.of(curve.steps, curve.val)
    if not shape.n:
        return Missing(f"{curve.metric} was never a finite number")
    best = shape.best
    around = np.delete(
        shape.values[max(best - _AROUND, 0) : best + _AROUND + 1], min(best, _AROUND)
    )
    luck: float | Missing = Missing("it lies too near to an end of the curve")
    if len(around) >= _FEWEST_AROUND:
        luck = float(np.median(around) - shape.values[best])
    return BestCheckpoint(
        step=int(shape.steps[best]),
        value=curve.val.values[int(shape.places[best])],
        luck=luck,
        n=shape.n,
    )
