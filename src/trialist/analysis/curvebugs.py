"""What a curve shows that most often is a mistake in the training code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trialist.analysis.curveshape import FEWEST, CurveShape, about_curve, median_of, noise_of
from trialist.analysis.instability import blowup_in
from trialist.values.playbook import Change, Check, Level
from trialist.values.trialcurve import TrialCurve

OVER_NOISE, OVER_START = 4.0, 0.02
"""A training loss rises where its last quarter lies above the first by so many times the noise, and
by this share of it."""
EXPLODED = 4.0
"""A loss that ends above so many times its first quarter explodes: the rate is too high for it."""
PER_EPOCH, EPOCHS = 3, 4
"""Evaluations per epoch, and epochs, from which a period can be seen."""
_LEAST, _OVER_CHANCE = 0.3, 3.5
"""The least correlation of a period, and how many standard errors of white noise it exceeds."""


def rising_train_of(curve: TrialCurve) -> Check:
    """Give whether the training loss rises over the training; usually a bug.

    A loss that declined before it rose, or that explodes, is another thing: an instability.
    """
    about = about_curve(curve)
    if curve.loss is None:
        return replace(about, level=Level.UNDECIDED)
    train = CurveShape.of(curve.steps, curve.loss)
    if train.n < FEWEST:
        return replace(about, level=Level.UNDECIDED, n=train.n)
    part = train.n // 4
    first = median_of(train.values[:part])
    last = median_of(train.values[-part:])
    noise = noise_of(train.values)
    numbers = {"first": first, "last": last, "noise": noise}
    limit = max(OVER_NOISE * noise, OVER_START * abs(first))
    if last - first <= limit or blowup_in(train.steps.tolist(), train.values.tolist()) is not None:
        return replace(about, level=Level.OK, n=train.n, numbers=numbers)
    if last > EXPLODED * first > 0:
        return replace(
            about, level=Level.INSTABILITY, n=train.n, numbers=numbers,
            sentence=f"{curve.loss.metric} explodes, from {first:.3g} in its first quarter to "
            f"{last:.3g} in its last.",
            suggestion="a lower learning rate; where the low ones explode too, look for a mistake "
            "in the sign of the loss or of the update",
        )  # fmt: skip
    return replace(
        about, level=Level.BUG, n=train.n, numbers=numbers,
        sentence=f"{curve.loss.metric} rises over the training: from its first quarter to its "
        f"last by {last - first:.3g}, {_times(last - first, noise)}.",
        suggestion="look for a mistake: the sign of the loss or of the update, labels that do not "
        "belong to their inputs, a learning rate that grows",
        change=Change(kind="fix_code", variant=curve.variant),
        blocks=curve.is_best,
    )  # fmt: skip


def period_of(curve: TrialCurve) -> Check:
    """Give whether the goal metric goes up and down with the epoch.

    The curve is freed of its trend by the mean over one epoch around each evaluation. What is left
    is compared with itself one epoch later, and half of one: a slow wave is alike at both.
    Assumes evaluations at even distances. Smallest n: 3 evaluations per epoch over 4 epochs.
    """
    about = about_curve(curve)
    shape = CurveShape.of(curve.steps, curve.val)
    lag = _lag(curve, shape)
    if lag is None:
        return replace(about, level=Level.UNDECIDED, n=shape.n)
    rest = shape.values - _mean_around(shape.values, lag)
    rest = rest[lag:-lag]
    at_epoch, between = _alike(rest, lag), _alike(rest, max(lag // 2, 1))
    numbers = {"correlation": at_epoch, "half_epoch": between, "evaluations_per_epoch": lag}
    limit = max(_LEAST, _OVER_CHANCE / float(np.sqrt(len(rest))))
    if not (at_epoch > limit and at_epoch > 2 * between):
        return replace(about, level=Level.OK, n=shape.n, numbers=numbers)
    return replace(
        about, level=Level.BUG, n=shape.n, numbers=numbers,
        sentence=f"{curve.metric} goes up and down with the epoch (correlation {at_epoch:.2f} one "
        "epoch apart).",
        suggestion="see whether the training data is shuffled anew in every epoch, and whether "
        "validation examples are among it",
        change=Change(kind="fix_code", variant=curve.variant),
        blocks=False,
    )  # fmt: skip


def _times(rise: float, noise: float) -> str:
    return f"{rise / noise:.0f} times its noise" if noise else "without noise"


def _lag(curve: TrialCurve, shape: CurveShape) -> int | None:
    """Give the evaluations per epoch; None where a period could not be seen."""
    if curve.epoch is None or shape.n < FEWEST:
        return None
    gap = median_of(np.diff(shape.steps))
    lag = curve.epoch / gap
    is_whole = abs(lag - round(lag)) < 0.05 * lag
    if not is_whole or lag < PER_EPOCH - 0.5 or shape.n < (EPOCHS + 2) * lag:
        return None
    return round(lag)


def _mean_around(values: np.ndarray, lag: int) -> np.ndarray:
    """Give the mean over one period around each value; with an even period, half at each end."""
    weights = np.ones(lag) if lag % 2 else np.concatenate([[0.5], np.ones(lag - 1), [0.5]])
    mean: np.ndarray = np.convolve(values, weights / weights.sum(), mode="same")
    return mean


def _alike(values: np.ndarray, lag: int) -> float:
    centered = values - values.mean()
    total = float(np.sum(centered**2))
    return float(np.sum(centered[lag:] * centered[:-lag])) / total if total else 0.0
