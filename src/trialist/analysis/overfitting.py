"""Overfitting that matters: the validation error rises while the training goes on to improve."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trialist.analysis.curveshape import FEWEST, CurveShape, about_curve
from trialist.values.metric import Goal
from trialist.values.playbook import Check, Level
from trialist.values.trialcurve import Track, TrialCurve

OVER_NOISE, OVER_BEST = 4.0, 0.02
"""A rise counts that is more than so many times the noise, and than this share of the best."""
_AT_THE_END = 4  # a best value among so many last evaluations is no turning point
_TODO = (
    "tune regularization (dropout, weight decay, augmentation) as a nuisance, or take the best "
    "checkpoint; then compare again"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """How a track came up again from its best value.

    Attributes:
        step: Where it was best.
        rise: From there to the median of its last three evaluations, in its errors.
        noise: The noise of one evaluation.
        is_clear: True where it is a rise by the rule, whatever the training did.
        while_training: True where the training was better at the end than at the best step; None
            where the training was not measured.
    """

    step: int
    rise: float
    noise: float
    is_clear: bool
    while_training: bool | None


def rise_of(curve: TrialCurve, track: Track) -> Rise | None:
    """Give how a track of `curve` rose after its best value; None for fewer than 8 evaluations."""
    shape = CurveShape.of(curve.steps, track)
    if shape.n < FEWEST:
        return None
    best = shape.best
    lowest, noise = abs(float(shape.values[best])), shape.noise
    rise = shape.end - float(shape.values[best])
    is_clear = (
        rise > OVER_NOISE * noise and rise > OVER_BEST * lowest and best < shape.n - _AT_THE_END
    )
    return Rise(
        step=int(shape.steps[best]),
        rise=rise,
        noise=noise,
        is_clear=is_clear,
        while_training=_goes_on(curve, track, shape, best),
    )


def overfitting_of(curve: TrialCurve) -> Check:
    """Give what the curve says about overfitting.

    The goal metric decides, and where it is worse at the end of one of the best trials, variants
    cannot be compared. A validation loss that rises beside a goal metric that does not is a note:
    the network becomes sure of its mistakes, not worse by what is asked of it.
    """
    about = about_curve(curve)
    n = CurveShape.of(curve.steps, curve.val).n
    found = rise_of(curve, curve.val)
    if found is None:
        return replace(
            about, level=Level.UNDECIDED, n=n,
            sentence=f"{n} evaluations of {curve.metric} are too few to judge its course by.",
            suggestion=f"evaluate at least {FEWEST} times in a training",
        )  # fmt: skip
    loss = _loss_beside(curve)
    numbers = _numbers(found, loss)
    if found.is_clear and found.while_training is not False:
        known = found.while_training is True
        return replace(
            about, level=Level.OVERFITTING if known else Level.SUSPECT, n=n, numbers=numbers,
            sentence=_worse(curve, found) + _beside(curve, found), suggestion=_TODO,
            blocks=known and curve.is_best,
        )  # fmt: skip
    if loss is not None and loss[1].is_clear and loss[1].while_training is not False:
        return replace(
            about, level=Level.NOTE, n=n, numbers=numbers,
            sentence=f"{loss[0]} rises by {loss[1].rise:.3g} after step {loss[1].step:,}, but "
            f"{curve.metric}, which decides, does not become worse.",
            suggestion="if probabilities matter, take the checkpoint with the lowest loss, or "
            "regularize",
        )  # fmt: skip
    return replace(about, level=Level.OK, n=n, numbers=numbers)


def _goes_on(curve: TrialCurve, track: Track, shape: CurveShape, best: int) -> bool | None:
    of_loss = track is not curve.val or curve.train is None
    of_training = curve.loss if of_loss else curve.train
    if of_training is None:
        return None
    train = CurveShape.of(curve.steps, of_training)
    if shape.places[best] not in train.places:
        return None
    then = float(train.values[np.searchsorted(train.places, shape.places[best])])
    return train.end <= then


def _loss_beside(curve: TrialCurve) -> tuple[str, Rise] | None:
    for track in curve.beside:
        if track.goal is Goal.MINIMIZE and track.metric.endswith("loss"):
            found = rise_of(curve, track)
            if found is not None:
                return track.metric, found
    return None


def _numbers(found: Rise, loss: tuple[str, Rise] | None) -> dict[str, float | str | bool | None]:
    numbers: dict[str, float | str | bool | None] = {
        "best_step": found.step,
        "rise": found.rise,
        "noise": found.noise,
        "while_training": found.while_training,
    }
    if loss is not None:
        numbers |= {"loss": loss[0], "loss_best_step": loss[1].step, "loss_rise": loss[1].rise}
    return numbers


def _worse(curve: TrialCurve, found: Rise) -> str:
    size = f"{found.rise / found.noise:.0f} times its noise" if found.noise else "without noise"
    end = (
        "while the training went on to improve"
        if found.while_training
        else "what the training did meanwhile was not logged"
    )
    return (
        f"{curve.metric} is best at step {found.step:,} and then becomes worse by "
        f"{found.rise:.3g} ({size}), {end}."
    )


def _beside(curve: TrialCurve, found: Rise) -> str:
    better = [
        track.metric
        for track in curve.beside
        if track.goal is Goal.MAXIMIZE and _is_better_at_end(curve, track, found.step)
    ]
    if not better or curve.goal is Goal.MAXIMIZE:
        return ""
    return f" {better[0]} is better at the end than there; {curve.metric} is the goal and decides."


def _is_better_at_end(curve: TrialCurve, track: Track, step: int) -> bool:
    shape = CurveShape.of(curve.steps, track)
    then = shape.values[shape.steps <= step]
    return len(then) > 0 and shape.end < float(then[-1])
