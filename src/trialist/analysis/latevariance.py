"""Step-to-step variance late in a training, which luck at the last evaluation comes from."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from trialist.analysis.curveshape import FEWEST, CurveShape, about_curve, line_of, median_of
from trialist.values.playbook import Check, Level
from trialist.values.trialcurve import TrialCurve

LAST_PART = 0.25
OF_DIFFERENCE = 0.5
"""Late variance of more than this share of the difference between variants can make it."""
REMEDIES = (
    "a larger batch, more validation data, a learning rate that decays to its end, or an average "
    "of the weights"
)
_FEWEST_LATE = 4


def late_spread(curve: TrialCurve) -> float | None:
    """Give the standard deviation over the last quarter around its line; None for too few points.

    The line is robust (Theil-Sen); what is left of it has two parameters less.
    """
    shape = CurveShape.of(curve.steps, curve.val)
    if shape.n < FEWEST:
        return None
    inside = shape.since(1 - LAST_PART, curve.budget)
    steps, values = shape.steps[inside], shape.values[inside]
    if len(values) < _FEWEST_LATE:
        return None
    rest = values - line_of(steps, values) * steps
    rest = rest - median_of(rest)
    return math.sqrt(float(np.sum(rest**2)) / (len(rest) - 2))


def latevariance_of(
    curve: TrialCurve, *, noise: float | None, difference: float | None = None
) -> Check:
    """Give what the curve says about its variance from one late evaluation to the next.

    Args:
        curve: A curve.
        noise: The standard deviation between runs with other seeds; None where it is unknown.
        difference: The difference between the variants that are compared; None: there is none.
    """
    about = about_curve(curve)
    n = CurveShape.of(curve.steps, curve.val).n
    late = late_spread(curve)
    if late is None or (noise is None and difference is None):
        return replace(about, level=Level.UNDECIDED, n=n)
    numbers = {"late_sd": late, "retrain_sd": noise, "difference": difference}
    reasons = []
    if difference is not None and late > OF_DIFFERENCE * abs(difference):
        reasons.append(f"more than half of the difference between the variants, {difference:.3g}")
    if noise is not None and late > noise:
        reasons.append(f"more than runs with other seeds differ, {noise:.3g}")
    if not reasons:
        return replace(about, level=Level.OK, n=n, numbers=numbers)
    return replace(
        about, level=Level.NOISY, n=n, numbers=numbers,
        sentence=f"Late in the training {curve.metric} varies by {late:.3g} from one evaluation to "
        f"the next, {' and '.join(reasons)}.",
        suggestion=f"calm it: {REMEDIES}",
    )  # fmt: skip
