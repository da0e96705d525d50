"""Something useful that can be said although, or because, the values are what they are."""

from __future__ import annotations

from trialist.analysis.spread import is_flat, rounding_of
from trialist.stats.interval import prediction_interval
from trialist.values.evidence import Problem, Sample
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, decimals_for

_MIN_RUNS = 5
_MIN_SHARED = 3  # two equal pairs happen by chance with a coarse metric


def hint_of(
    baseline: Sample, variant: Sample, *, metric: Metric, problem: Problem | None
) -> str | None:
    """Give a hint on two samples, or None: identical values, or one run against many."""
    if problem is Problem.ONE_RUN:
        return _screening(baseline, variant, metric)
    if _identical(baseline, variant):
        return (
            f"Every seed gave exactly the same value in {variant.variant} and "
            f"{baseline.variant}: check that what {variant.variant} changes reaches the training."
        )
    return None


def _identical(baseline: Sample, variant: Sample) -> bool:
    ours = dict(zip(baseline.seeds, baseline.values, strict=True))
    theirs = dict(zip(variant.seeds, variant.values, strict=True))
    shared = [seed for seed in ours if seed in theirs and seed is not None]
    varied = len(shared) >= _MIN_SHARED and len({ours[seed] for seed in shared}) > 1
    return varied and all(ours[seed] == theirs[seed] for seed in shared)


def _screening(baseline: Sample, variant: Sample, metric: Metric) -> str | None:
    """Place one run in the baseline's prediction interval (statistics.md 3.5)."""
    if variant.n != 1 or baseline.n < _MIN_RUNS:
        return None
    if is_flat(baseline.values, rounding=rounding_of(baseline.values)):
        return None
    expected = prediction_interval(baseline.values)
    unit = Unit.of(metric)
    decimals = decimals_for(expected.half_width * unit.factor)
    side = "inside" if expected.low <= variant.values[0] <= expected.high else "outside"
    return (
        f"A screening hint, not a verdict: the one run of {variant.variant} "
        f"({unit.amount(variant.values[0], decimals)}) lies {side} the 95 % prediction interval "
        f"of the {baseline.n} {baseline.variant} runs ({unit.show(expected.low, decimals)} to "
        f"{unit.show(expected.high, decimals)}), assuming equal noise."
    )
