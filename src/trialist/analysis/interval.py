"""The interval of a comparison that belongs to its test and to the threshold of its look."""

from __future__ import annotations

import math

from trialist.analysis.choice import SAFE
from trialist.stats.anytime import critical_t
from trialist.stats.dunnett import dunnett_critical
from trialist.stats.ttest import critical_at
from trialist.values.evidence import Contrast, Examples, Interval
from trialist.values.missing import Missing

TOO_FEW_AT_ANY_TIME = "so few seeds give no interval that holds at any time"


def interval_at(contrast: Contrast, threshold: float) -> Interval | Missing:
    """Give all differences that the contrast's own test does not reject at `threshold`.

    Args:
        contrast: The estimate and its test.
        threshold: The p that the test has to meet: of this comparison, of the whole family where
            the noise is pooled, 1 / E for the test that holds at any time.
    """
    estimate, se, df = contrast.estimate, contrast.se, contrast.df
    if isinstance(estimate, Missing) or isinstance(se, Missing) or isinstance(df, Missing):
        return se if isinstance(se, Missing) else Missing("there is no estimate")
    if threshold <= 0:
        return Missing("the plan spends no error at this look")
    critical = critical_of(contrast, df, threshold)
    if math.isinf(critical):
        return Missing(TOO_FEW_AT_ANY_TIME)
    if contrast.examples is not None:
        return _of_examples(contrast.examples, estimate, critical * se)
    return Interval(low=estimate - critical * se, high=estimate + critical * se)


def _of_examples(examples: Examples, estimate: float, half: float) -> Interval:
    """Give the interval around the middle that its method has; shares differ by 1 at most."""
    center = estimate if examples.center is None else examples.center
    low, high = center - half, center + half
    if examples.is_share:
        low, high = max(-1.0, low), min(1.0, high)
    return Interval(low=low, high=high)


def critical_of(contrast: Contrast, df: float, threshold: float) -> float:
    """Give the t that the contrast's own test has to reach; infinite where it cannot reject.

    Args:
        contrast: Says the test and the sizes.
        df: Its degrees of freedom.
        threshold: The p that the test has to meet, above 0.
    """
    if contrast.test == SAFE:
        n_b = None if contrast.design == "paired" else contrast.n_variant
        return critical_t(threshold, contrast.n_baseline, n_b)
    noise = contrast.shared_noise
    if noise is None:
        return critical_at(df, threshold)
    return dunnett_critical(threshold, df=df, n_baseline=noise.n_baseline, n_others=noise.n_others)
