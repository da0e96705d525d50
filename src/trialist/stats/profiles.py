"""Performance profiles: the share of runs that score above each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from trialist.stats.stratified import Stratum, check_strata, resampled

_POINTS = 41
_RESAMPLES = 500
_OUTER = 0.02  # the share of scores that may lie beyond either end of the thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The share of runs above each threshold, every task with the same weight.

    Attributes:
        thresholds: Scores, ascending.
        shares: The share of runs above each.
        low: The lower end of the band.
        high: Its upper end.
    """

    thresholds: tuple[float, ...]
    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def profile(
    strata: Sequence[Stratum],
    *,
    thresholds: Sequence[float],
    rng: np.random.Generator,
    level: float = 0.95,
    n_resamples: int = _RESAMPLES,
) -> Profile:
    """Give a performance profile with its band, which holds at each threshold by itself.

    The band is the percentile interval of the resamples of `pooled_scores`, widened to Clopper and
    Pearson's interval of as many independent runs: near 0 and 1, and where each task lies wholly on
    one side, resamples show no spread, and a band of width zero would be a lie. Smallest n: as for
    `pooled_scores`. Measured coverage at nominal .95: .95 or more.

    Raises:
        InsufficientDataError: If there are too few runs.
        MetricError: If a value is NaN or infinite.

    References:
        Dolan & More (2002), Mathematical Programming 91, 201-213; Agarwal et al. (2021), NeurIPS
        34; Clopper & Pearson (1934), Biometrika 26, 404-413.
    """
    check_strata(strata)
    marks = np.asarray(thresholds, dtype=float)
    per_task = np.stack([_shares(stratum.scores, marks) for stratum in strata])
    shares = per_task.mean(axis=0)
    drawn = resampled(strata, rng=rng, n_resamples=n_resamples)
    pairs = zip(drawn.scores, drawn.weights, strict=True)
    above = np.stack([_weight_above(scores, weights, marks) for scores, weights in pairs])
    tail = (1 - level) / 2
    low, high = np.quantile(above, [tail, 1 - tail], axis=0)
    n = sum(len(stratum.values) for stratum in strata)
    least, most = _clopper_pearson(shares, n, tail)
    return Profile(
        thresholds=_plain(marks),
        shares=_plain(shares),
        low=_plain(np.minimum(np.minimum(low, least), shares)),
        high=_plain(np.maximum(np.maximum(high, most), shares)),
    )


def thresholds_for(groups: Sequence[Sequence[Stratum]]) -> tuple[float, ...]:
    """Give the thresholds that show the profiles of all `groups`, outliers left aside."""
    scores = np.sort(np.concatenate([one.scores for strata in groups for one in strata]))
    low, high = np.quantile(scores, [_OUTER, 1 - _OUTER])
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # nearly all scores are the same number
        low, high = low - 1.0, high + 1.0
    return _plain(np.linspace(low, high, _POINTS))


def _shares(scores: np.ndarray, marks: np.ndarray) -> np.ndarray:
    result: np.ndarray = 1 - np.searchsorted(scores, marks, side="right") / len(scores)
    return result


def _weight_above(scores: np.ndarray, weights: np.ndarray, marks: np.ndarray) -> np.ndarray:
    below = np.concatenate([[0.0], np.cumsum(weights)])
    result: np.ndarray = np.clip(1 - below[np.searchsorted(scores, marks, side="right")], 0, 1)
    return result


def _clopper_pearson(shares: np.ndarray, n: int, tail: float) -> tuple[np.ndarray, np.ndarray]:
    k = shares * n
    low = np.where(k > 0, betaincinv(np.maximum(k, 1e-9), n - k + 1, tail), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1e-9), 1 - tail), 1.0)
    return low, high


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
