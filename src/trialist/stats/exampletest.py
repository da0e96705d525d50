"""Two models on the same examples, each value a number: a t test over examples or clusters."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from trialist.stats.examplemean import Clusters, mean_noise
from trialist.stats.spread import NO_SPREAD, check_finite
from trialist.stats.ttest import TTest, t_test_of
from trialist.values.errors import InsufficientDataError

_ROUNDING = 1e-10  # as a share of the largest value: what lies below is the arithmetic's own


def example_t(
    a: NDArray[np.float64], b: NDArray[np.float64], *, clusters: Clusters | None = None
) -> TTest:
    """Give the t test of `mean(b - a)` over examples, or over clusters that are drawn as a whole.

    Assumes independent examples (or clusters) and says nothing about another training run.
    Smallest n: 2 examples; 5 clusters. `sd` is that of the differences of single
    examples.

    Args:
        a: The baseline's value of each example.
        b: The variant's value of each example, in the same order.
        clusters: Number of the cluster of each example, from 0 without gaps.

    Raises:
        InsufficientDataError: If there are too few examples or clusters, or the differences are
            all equal.
        MetricError: If a value is NaN or infinite.

    References:
        Student (1908), "The probable error of a mean"; for clusters see `mean_noise`.

    Example:
        >>> import numpy as np
        >>> test = example_t(np.array([0.5, 1.0, 0.2, 0.9]), np.array([0.4, 0.7, 0.2, 0.5]))
        >>> f"{test.estimate:.2f} {test.p:.3f}"
        '-0.20 0.116'
    """
    check_finite((float(a.sum()), float(b.sum())))
    n = len(a)
    scale = float(np.abs(np.concatenate((a, b))).max(initial=0.0)) or 1.0
    differences = b / scale - a / scale
    noise = mean_noise(differences, clusters)
    sd = float(differences.std(ddof=1))
    if min(sd, noise.se * math.sqrt(n)) <= _ROUNDING:
        raise InsufficientDataError(
            f"{n} differences without spread ({NO_SPREAD})",
            todo="check that the variants differ in their predictions",
        )
    estimate = scale * float(differences.mean())
    return t_test_of(estimate=estimate, se=scale * noise.se, df=noise.df, sd=scale * sd)
