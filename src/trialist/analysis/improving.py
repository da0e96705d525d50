"""Whether a training was still improving at its end, or had nothing left to gain long before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trialist.analysis.curveshape import (
    FEWEST,
    CurveShape,
    about_curve,
    line_of,
    noise_around_trend,
)
from trialist.values.playbook import Change, Check, Level
from trialist.values.trialcurve import RateCourse, TrialCurve

LAST_PART, OVER_NOISE, LATE = 0.2, 2.0, 0.9
"""The slope over the last part of a training, times its length, against so many times the noise;
and the best value lies behind this share of it."""
_FEWEST_FOR_NOISE = 5
SATURATED_BEFORE = 0.5
"""A best value before this share of the training says that the rest gained nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a curve ends.

    Attributes:
        best_share: The best step as a share of the budget.
        gain: What the line through the last fifth falls over it, in errors.
        noise: The noise of an evaluation in that part.
        still_improving: True by the rule.
        is_saturated: True where the best value came before half of the budget.
    """

    best_share: float
    gain: float
    noise: float
    still_improving: bool
    is_saturated: bool


def ending_of(curve: TrialCurve) -> Ending | None:
    """Give how the goal metric ends; None for fewer than 8 evaluations.

    The noise is that of the same last fifth as the slope, around its trend: a learning rate that
    decays calms it, and differences of few evaluations are trend rather than noise.
    """
    shape = CurveShape.of(curve.steps, curve.val)
    if shape.n < FEWEST:
        return None
    budget = max(curve.budget, 1)
    inside = shape.since(1 - LAST_PART, budget)
    gain = -line_of(shape.steps[inside], shape.values[inside]) * LAST_PART * budget
    noise = late_noise(shape, int(inside.sum()))
    share = float(shape.steps[shape.best]) / budget
    return Ending(
        best_share=share,
        gain=gain,
        noise=noise,
        still_improving=gain > OVER_NOISE * noise and share >= LATE,
        is_saturated=share < SATURATED_BEFORE,
    )


def late_noise(shape: CurveShape, n: int) -> float:
    """Give the noise of the last `n` evaluations, or of the last five where these are fewer."""
    return noise_around_trend(shape.values[-max(n, _FEWEST_FOR_NOISE) :])


def improving_of(curve: TrialCurve) -> Check:
    """Give what the end of the curve says about the budget; the schedule decides what it means.

    With a learning rate that falls to its end every curve improves up to there by construction:
    that says nothing about a longer training. Only two budgets beside each other do.
    """
    about = about_curve(curve)
    n = CurveShape.of(curve.steps, curve.val).n
    found = ending_of(curve)
    if found is None:
        return replace(about, level=Level.UNDECIDED, n=n)
    numbers = {
        "best_share": found.best_share,
        "gain": found.gain,
        "noise": found.noise,
        "schedule": curve.schedule.value,
    }
    if found.still_improving:
        sentence, suggestion, change = _longer(curve)
        return replace(
            about, level=Level.STILL_IMPROVING, n=n, numbers=numbers,
            sentence=sentence, suggestion=suggestion, change=change,
        )  # fmt: skip
    if found.is_saturated:
        return replace(
            about, level=Level.SATURATED, n=n, numbers=numbers,
            sentence=f"{curve.metric} was best after {100 * found.best_share:.0f} % of the steps; "
            "the rest gained nothing.",
            suggestion="shorter trainings would do for this setting; see what the others need",
        )  # fmt: skip
    return replace(about, level=Level.OK, n=n, numbers=numbers)


def _longer(curve: TrialCurve) -> tuple[str, str, Change | None]:
    budget = curve.budget
    still = f"{curve.metric} still improved at the end of {budget:,} steps"
    if curve.schedule is RateCourse.CONSTANT:
        sentence = f"{still}, at a constant learning rate: the budget limits it."
        suggestion = f"train longer, for example {2 * budget:,} steps, in the next round"
        change = Change(kind="longer_runs", variant=curve.variant, amount=2 * budget)
        return sentence, suggestion, change
    why = (
        "the learning rate fell to the end, so that every curve improves up to there"
        if curve.schedule is RateCourse.DECAY
        else "the learning rate was not logged, and one that falls makes every curve improve"
    )
    sentence = f"{still}. Whether more steps would help, this cannot tell: {why}."
    both = f"{budget:,} and {2 * budget:,} steps"
    return sentence, f"compare two budgets: {both}, each with its whole schedule", None
