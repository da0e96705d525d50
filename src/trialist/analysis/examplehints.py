"""What is noticed about the examples of two variants, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trialist.analysis.predictions import Arm, Predictions
from trialist.values.numbers import counted

_MOST_NAMED = 5


def hint_on(predictions: Predictions, baseline: Arm, variant: Arm) -> str | None:
    """Give what is to be known of these two, or None: what is NaN, left out, or suspiciously equal.

    Args:
        predictions: Holds the ids.
        baseline: The baseline's predictions.
        variant: The candidate's predictions.
    """
    return " ".join(_said(predictions, baseline, variant)) or None


def _said(predictions: Predictions, baseline: Arm, variant: Arm) -> Iterator[str]:
    for arm in (variant, baseline):
        broken = np.asarray((~np.isfinite(arm.values) & arm.present).any(axis=0))
        if broken.any():
            n = counted(int(broken.sum()), "example")
            yield f"{arm.variant} has NaN or infinity on {n}: {_ids(predictions, broken)}."
    common = baseline.complete & variant.complete
    for arm, other in ((variant, baseline), (baseline, variant)):
        gone = ~arm.complete & other.present.any(axis=0)
        if gone.any():
            n, where = counted(int(gone.sum()), "example"), _ids(predictions, gone)
            run = "" if arm.n == 1 else " in every run"
            yield f"Left out: {n} that {arm.variant} has no value for{run}: {where}."
    for arm in (variant, baseline):
        values = arm.values[:, common]
        if arm.n > 1 and common.any() and (values == values[0]).all():
            yield (
                f"All {arm.n} runs of {arm.variant} gave the same value on every example: check "
                "that the seed changes the run."
            )
    if _are_same(baseline, variant, common):
        yield (
            f"{variant.variant} and {baseline.variant} gave the same value on every example: "
            f"check that what {variant.variant} changes reaches the model."
        )


def _are_same(baseline: Arm, variant: Arm, common: NDArray[np.bool_]) -> bool:
    a, b = baseline.values[:, common], variant.values[:, common]
    return a.shape == b.shape and a.size > 0 and bool((a == b).all())


def _ids(predictions: Predictions, which: NDArray[np.bool_]) -> str:
    places = np.flatnonzero(which)
    named = ", ".join(f"'{predictions.examples[place]}'" for place in places[:_MOST_NAMED])
    more = len(places) - _MOST_NAMED
    return f"{named} and {more:,} more" if more > 0 else named
