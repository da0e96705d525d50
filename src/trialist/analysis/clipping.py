"""Where to clip gradient norms, and when clipping has become a lower learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialist.analysis.curveshape import about_curve
from trialist.values.errors import InsufficientDataError
from trialist.values.playbook import Change, Check, Level
from trialist.values.trialcurve import TrialCurve

CLIP_AT, TOO_MUCH = 0.9, 0.5
"""The quantile of the gradient norms to clip at, and a share of clipped steps that is too much."""
_FEWEST_NORMS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping:
    """Where to clip gradient norms.

    Attributes:
        norm: The norm to clip at.
        n: The steps that it was taken from.
    """

    norm: float
    n: int


def clipping_of(norms: Sequence[float], *, warmup: int = 0) -> Clipping:
    """Give the norm to clip at: the 90th percentile of those of stable steps, behind the warm-up.

    Args:
        norms: The global gradient norm of each step, before any clipping.
        warmup: So many first steps are left out.

    Raises:
        InsufficientDataError: For fewer than 50 norms that are finite.
    """
    values = np.asarray(norms[warmup:], dtype=float)
    finite = values[np.isfinite(values)]
    if len(finite) < _FEWEST_NORMS:
        raise InsufficientDataError(
            f"{len(finite)} gradient norms behind the warm-up are too few for a percentile",
            todo=f"log the norm of each step, {_FEWEST_NORMS} steps or more",
        )
    return Clipping(norm=float(np.quantile(finite, CLIP_AT)), n=len(finite))


def clipped_of(curve: TrialCurve) -> Check:
    """Give whether too many steps of a training had their gradient norms clipped."""
    about = about_curve(curve)
    if curve.clipped is None:
        return replace(about, level=Level.UNDECIDED)
    numbers = {"clipped": curve.clipped}
    if curve.clipped <= TOO_MUCH:
        return replace(about, n=len(curve.steps), numbers=numbers)
    return replace(
        about, level=Level.INSTABILITY, n=len(curve.steps), numbers=numbers,
        sentence=f"{100 * curve.clipped:.0f} % of the steps had their gradient norms clipped: that "
        "is no guard against outliers, it is a lower learning rate in disguise.",
        suggestion="lower the learning rate instead, and clip at the 90th percentile of the norms",
        change=Change(kind="tame_instability", variant=curve.variant),
    )  # fmt: skip
