"""How often a test with these sizes finds a difference of a given size."""

from __future__ import annotations

import math

from scipy.special import roots_jacobi, stdtrit

from trialist.stats.noncentral import noncentral_sf
from trialist.values.evidence import Contrast

_NODES = 24


def detection_power(contrast: Contrast, *, effect: float, alpha: float) -> float:
    """Give the power of the contrast's own test, with its own sizes, against `effect`.

    Assumes normal noise, equal in both variants.

    Args:
        contrast: Says the test and the sizes; at least two runs on each side, or two pairs.
        effect: The true difference in SDs: of the paired differences, or of the runs.
        alpha: The two-sided threshold that p has to meet.
    """
    if contrast.test == "paired t":
        df = contrast.n - 1
        return _beyond(_critical(df, alpha), df, effect * math.sqrt(contrast.n))
    if contrast.test == "pooled t":
        df = contrast.n_variant + contrast.n_baseline - 2
        variance = 1 / contrast.n_variant + 1 / contrast.n_baseline
        return _beyond(_critical(df, alpha), df, effect / math.sqrt(variance))
    return _welch(contrast.n_variant, contrast.n_baseline, effect=effect, alpha=alpha)


def _welch(n_a: int, n_b: int, *, effect: float, alpha: float) -> float:
    """Give the power of Welch's t exactly, by one integral.

    Of the squared deviations of both sides, the total and the share of one side are independent
    (Lukacs 1955). Given the share, which is Beta, Welch's statistic is a multiple of the pooled
    one and its degrees of freedom are fixed.
    """
    df_a, df_b = n_a - 1, n_b - 1
    df, variance = df_a + df_b, 1 / n_a + 1 / n_b
    nodes, weights = roots_jacobi(_NODES, df_b / 2 - 1, df_a / 2 - 1)
    total = 0.0
    for node, weight in zip(nodes, weights, strict=True):
        share = (float(node) + 1) / 2
        part_a, part_b = share / (df_a * n_a), (1 - share) / (df_b * n_b)
        welch_df = (part_a + part_b) ** 2 / (part_a**2 / df_a + part_b**2 / df_b)
        critical = _critical(welch_df, alpha) * math.sqrt(df * (part_a + part_b) / variance)
        total += float(weight) * _beyond(critical, df, effect / math.sqrt(variance))
    return total / math.fsum(float(weight) for weight in weights)


def _critical(df: float, alpha: float) -> float:
    return -float(stdtrit(df, alpha / 2))


def _beyond(critical: float, df: float, noncentrality: float) -> float:
    """Give P(|T| > critical) of the noncentral t."""
    return noncentral_sf(critical, df, noncentrality) + noncentral_sf(critical, df, -noncentrality)
