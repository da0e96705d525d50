"""Where to clip gradient norms, and when clipping has become a lower learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialist.values.errors import InsufficientDataError
from trialist.values.playbook import Change, Check, Level

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


def clipped_of(share: float, *, norm: float, variant: str | None = None) -> Check:
    """Give whether too many steps are clipped.

    Args:
        share: The share of steps whose norm was clipped (`train/clipped`).
        norm: The norm that they were clipped at.
        variant: Whose training it is.
    """
    about = Check(
        check="clipping", level=Level.OK, subject="gradient norms", variant=variant,
        numbers={"clipped": share, "norm": norm},
    )  # fmt: skip
    if share <= TOO_MUCH:
        return about
    return replace(
        about, level=Level.INSTABILITY,
        sentence=f"{100 * share:.0f} % of the steps were clipped at {norm:.3g}: that is no "
        "guard against outliers, it is a lower learning rate in disguise.",
        suggestion="lower the learning rate instead, and clip at the 90th percentile of the norms",
        change=Change(kind="shrink_range", variant=variant),
    )  # fmt: skip
