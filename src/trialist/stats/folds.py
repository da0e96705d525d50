"""Folds of cross-validation as replicates: they share their training data."""

from __future__ import annotations

import math
from collections.abc import Sequence

from trialist.stats.spread import NO_SPREAD, has_spread, mean_of, sd_of
from trialist.stats.ttest import TTest, t_test_of
from trialist.values.errors import ConfigError, InsufficientDataError


def fold_t(differences: Sequence[float], *, n_test: int, n_train: int) -> TTest:
    """Give Nadeau and Bengio's corrected t test over folds or random splits of one data set.

    The standard error is sd sqrt(1 / J + n_test / n_train), not sd / sqrt(J): training sets that
    overlap make fold scores depend on each other. Assumes that two folds correlate by
    n_test / (n_test + n_train), a rule of thumb: no unbiased estimate of it exists. Smallest n: 2.

    Args:
        differences: One per fold, plus where the variant is better.
        n_test: Examples in a test fold.
        n_train: Examples in a training set.

    Raises:
        ConfigError: If a size is below 1.
        InsufficientDataError: If there are fewer than 2 folds, or all differences are equal.
        MetricError: If a difference is NaN or infinite.

    References:
        Nadeau & Bengio (2003), Machine Learning 52, 239-281.

    Example:
        >>> test = fold_t([0.01, 0.03, 0.02, 0.03, 0.01], n_test=20, n_train=80)
        >>> f"{test.t:.2f} {test.p:.3f}"
        '2.98 0.041'
    """
    if min(n_test, n_train) < 1:
        raise ConfigError(
            f"folds of {n_test} test and {n_train} training examples", todo="give both sizes"
        )
    n = len(differences)
    if n < 2:
        raise InsufficientDataError(f"a test over folds needs 2 folds, not {n}", todo="use 5 or 10")
    if not has_spread(differences):
        raise InsufficientDataError(
            f"{n} fold differences without spread ({NO_SPREAD})",
            todo="check that the folds differ",
        )
    sd = sd_of(differences)
    se = sd * math.sqrt(1 / n + n_test / n_train)
    return t_test_of(estimate=mean_of(differences), se=se, df=n - 1, sd=sd)
