"""How often a test with these sizes finds a difference of a given size."""

from __future__ import annotations

import math

from scipy.special import roots_jacobi

from trialist.analysis.choice import BLOCK_DUNNETT, DUNNETT, MODERATED, WELCH
from trialist.analysis.interval import critical_of
from trialist.stats.noncentral import noncentral_sf
from trialist.stats.ttest import critical_at
from trialist.values.evidence import Contrast
from trialist.values.missing import Missing

_NODES = 24


def detection_power(contrast: Contrast, *, effect: float, alpha: float) -> float:
    """Give the power of the contrast's own test, with its own sizes, against `effect`.

    Assumes normal noise, equal in both variants.

    Args:
        contrast: Says the test and the sizes; at least two runs on each side, or two pairs. A
            test with borrowed noise is taken as if that noise were its own.
        effect: The true difference in SDs: of the paired differences, or of the runs.
        alpha: The two-sided threshold that p has to meet.
    """
    if contrast.test == WELCH:
        return _welch(contrast.n_variant, contrast.n_baseline, effect=effect, alpha=alpha)
    df = _df(contrast)
    critical = critical_of(contrast, df, alpha)
    if math.isinf(critical) or isinstance(contrast.sd, Missing) or isinstance(contrast.se, Missing):
        return 0.0
    return _beyond(critical, df, effect * contrast.sd / contrast.se)


def _df(contrast: Contrast) -> float:
    if contrast.test in (DUNNETT, BLOCK_DUNNETT, MODERATED) and not isinstance(
        contrast.df, Missing
    ):
        return contrast.df  # the noise is borrowed from other runs
    if contrast.design == "paired":
        return contrast.n - 1
    return contrast.n_variant + contrast.n_baseline - 2


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
        critical = critical_at(welch_df, alpha) * math.sqrt(df * (part_a + part_b) / variance)
        total += float(weight) * _beyond(critical, df, effect / math.sqrt(variance))
    return total / math.fsum(float(weight) for weight in weights)


def _beyond(critical: float, df: float, noncentrality: float) -> float:
    """Give P(|T| > critical) of the noncentral t."""
    return noncentral_sf(critical, df, noncentrality) + noncentral_sf(critical, df, -noncentrality)
