"""Instability: a training loss that rises after a steady decline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialist.analysis.curveshape import FEWEST, HUGE, CurveShape, about_curve, noise_of
from trialist.values.playbook import Change, Check, Level
from trialist.values.trialcurve import TrialCurve

RISEN, OF_STEPS = 1.5, 0.01
"""A smoothed loss above so many times its lowest so far, for more than this share of the steps."""
EARLY = 0.1
"""What begins in this first part of a training calls for warm-up; later it calls for clipping."""
SPAN = 20
"""The loss is smoothed over one of so many parts of the curve, and over ten points at most."""
_FALL = 4.0  # a loss has declined that fell by so many times its noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Blowup:
    """A time in which the loss lay far above its lowest.

    Attributes:
        onset: The step at which it began.
        share: The share of all steps for which the loss lay there.
        worst: The highest loss, as a multiple of the lowest before it; infinite where it was not
            finite, or the lowest is not above 0.
        is_early: True where it began in the first tenth of the training.
    """

    onset: int
    share: float
    worst: float
    is_early: bool


def blowup_in(steps: Sequence[float], losses: Sequence[float]) -> Blowup | None:
    """Give whether a loss rose after a steady decline; None where it did not.

    The loss is smoothed by an exponential average. A loss that can be negative has risen by half
    where it has regained half of its fall. A loss that is not finite has risen.

    Args:
        steps: Rising.
        losses: The training loss at each.
    """
    at, values = np.asarray(steps, dtype=float), _within_reach(losses)
    if len(values) < FEWEST:
        return None
    smoothed = _smoothed(values)
    lowest = np.fmin.accumulate(smoothed)
    fall = smoothed[0] - lowest if np.isfinite(smoothed[0]) else np.zeros(len(values))
    limit = np.where(lowest > 0, RISEN * lowest, lowest + (RISEN - 1) * fall)
    noise = noise_of(values[np.isfinite(values)])
    declined = fall > _FALL * max(noise, 1e-12 * abs(float(smoothed[0])))
    risen = declined & ~(smoothed <= limit)
    lasts = np.diff(at, prepend=2 * at[0] - at[1])
    share = float(lasts[risen].sum() / lasts.sum())
    if share <= OF_STEPS:
        return None
    onset = int(np.argmax(risen))
    return Blowup(
        onset=int(at[onset]),
        share=share,
        worst=_worst(smoothed[risen], lowest[risen]),
        is_early=bool(at[onset] <= EARLY * at[-1]),
    )


def trains_stably(curve: TrialCurve) -> bool:
    """Tell whether a training loss stayed finite, did not end above its start, nor blow up."""
    if curve.loss is None:
        return all(np.isfinite(curve.val.values))
    values = np.asarray(curve.loss.values, dtype=float)
    if len(values) == 0 or not np.all(np.isfinite(values)):
        return False
    is_below = len(values) < 2 or bool(values[-1] <= values[0])
    return is_below and blowup_in(curve.steps, curve.loss.values) is None


def instability_of(curve: TrialCurve) -> Check:
    """Give what the training loss of a curve says about stability."""
    about = about_curve(curve)
    if curve.loss is None:
        return replace(about, level=Level.UNDECIDED)
    train = CurveShape.of(curve.steps, curve.loss)
    if train.n < FEWEST:
        return replace(about, level=Level.UNDECIDED, n=train.n)
    found = blowup_in(train.steps.tolist(), train.values.tolist())
    if found is None:
        return replace(about, n=train.n)
    remedy = (
        "a longer warm-up first, then clipping of gradient norms"
        if found.is_early
        else "clipping of gradient norms first, then warm-up"
    )
    return replace(
        about, level=Level.INSTABILITY, n=train.n,
        numbers={"onset": found.onset, "share": found.share, "worst": found.worst},
        sentence=f"{curve.loss.metric} rises again after a steady decline, from step "
        f"{found.onset:,} on, for {100 * found.share:.0f} % of the steps.",
        suggestion=f"{remedy}; another optimizer or normalization inside the residual branches "
        "next; a lower learning rate last",
        change=Change(kind="tame_instability", variant=curve.variant),
    )  # fmt: skip


def _within_reach(losses: Sequence[float]) -> np.ndarray:
    values = np.asarray(losses, dtype=float)
    return np.where(np.abs(values) >= HUGE, np.inf, values)


def _worst(losses: np.ndarray, lowest: np.ndarray) -> float:
    if lowest.min() <= 0 or not np.all(np.isfinite(losses)):
        return float("inf")
    with np.errstate(over="ignore"):
        return float(np.max(losses / lowest))


def _smoothed(values: np.ndarray) -> np.ndarray:
    """Give the exponential average, corrected for its start."""
    span = min(max(len(values) / SPAN, 1.0), 10.0)
    kept = 1 - 1 / span
    total, weight = 0.0, 0.0
    result = np.empty(len(values))
    for k, value in enumerate(values.tolist()):  # Python's floats become infinite in silence
        total = kept * total + value
        weight = kept * weight + 1
        result[k] = total / weight
    return result
