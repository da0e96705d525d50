"""How many steps to begin with: those of the fastest perfect fit of the training data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.batchcurves import first_step_at
from trialist.values.missing import Missing
from trialist.values.trialcurve import RateCourse, TrialCurve


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialSteps:
    """How many steps to begin with.

    Attributes:
        steps: Those of the trial that fitted the training data first.
        trial: That trial.
        rate: Its learning rate.
        n: Trials.
        n_fitted: Those of them that fitted it.
        caveats: What limits the answer, as sentences.
    """

    steps: int
    trial: str
    rate: float
    n: int
    n_fitted: int
    caveats: tuple[str, ...]


def initial_steps(
    curves: Sequence[TrialCurve], rates: Mapping[str, float], *, perfect: float
) -> InitialSteps | Missing:
    """Give the budget to begin with: the steps of the fastest trial that fits the training data.

    For a grid of constant learning rates without augmentation or regularization.

    Args:
        curves: Trials whose training metric was logged.
        rates: The learning rate of each trial, by its name.
        perfect: The value of the training metric that is a perfect fit.
    """
    fitted = [
        (step, curve.name)
        for curve in curves
        if (step := _first(curve, perfect)) is not None and curve.name in rates
    ]
    if not fitted:
        return Missing("no trial fitted the training data: train longer, or a larger model")
    steps, trial = min(fitted)
    rate, tried = rates[trial], sorted(set(rates.values()))
    caveats = []
    if rate in (tried[0], tried[-1]):
        side = "lowest" if rate == tried[0] else "highest"
        caveats.append(
            f"The fastest trial has the {side} learning rate that was tried, {rate:.3g}: a better "
            "one may lie beyond."
        )
    if any(curve.schedule is RateCourse.DECAY for curve in curves):
        caveats.append(
            "The learning rate decayed: fits then come at the end of any budget; hold it constant."
        )
    return InitialSteps(
        steps=steps, trial=trial, rate=rate, n=len(curves), n_fitted=len(fitted),
        caveats=tuple(caveats),
    )  # fmt: skip


def _first(curve: TrialCurve, perfect: float) -> int | None:
    track = curve.train
    if track is None:
        return None
    points = zip(curve.steps, track.values, strict=True)
    return first_step_at(points, target=perfect, goal=track.goal)
