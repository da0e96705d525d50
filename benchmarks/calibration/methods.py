"""What people use instead, vectorised over studies: each answers "is there a difference?".

Every function takes runs of shape (studies, 2, n) and gives one boolean per study.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from benchmarks.calibration import twin
from scipy.special import ndtr, ndtri, stdtr, stdtrit

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Method = Callable[[Array, np.random.Generator], Flags]

_RESAMPLES = 2_000
_CHUNK = 2_000


def differences(values: Array) -> Array:
    """Give the paired differences, (studies, n)."""
    return np.asarray(values[:, 1] - values[:, 0])


def percentile_ends(values: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Give the ends of the 95 % percentile bootstrap interval of each row's mean."""
    ends = []
    for start in range(0, len(values), _CHUNK):
        means = values[start : start + _CHUNK] @ _weights(values.shape[1], rng)
        ends.append(np.quantile(means, (0.025, 0.975), axis=1))
    low, high = np.concatenate(ends, axis=1)
    return low, high


def _weights(n: int, rng: np.random.Generator) -> Array:
    return np.asarray(rng.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES).T / n)


def bca_ends(values: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Give the ends of the 95 % BCa bootstrap interval of each row's mean (Efron 1987)."""
    lows, highs = [], []
    for start in range(0, len(values), _CHUNK):
        rows = values[start : start + _CHUNK]
        means = np.sort(rows @ _weights(rows.shape[1], rng), axis=1)
        low, high = _bca(rows, means)
        lows.append(low)
        highs.append(high)
    return np.concatenate(lows), np.concatenate(highs)


def _bca(rows: Array, means: Array) -> tuple[Array, Array]:
    size = means.shape[1]
    centre = rows.mean(axis=1, keepdims=True)
    # resamples that equal the estimate count half, whatever the rounding of their sums
    near = 1e-12 * np.abs(rows).max(axis=1, keepdims=True)
    below = ((means < centre - near).sum(axis=1) + (means <= centre + near).sum(axis=1)) / (
        2 * size
    )
    bias = ndtri(np.clip(below, 1 / size, 1 - 1 / size))
    deviation = centre - rows
    size2 = np.maximum((deviation**2).sum(axis=1), 1e-200)
    skew = (deviation**3).sum(axis=1) / (6 * size2**1.5)
    ends = []
    for z in (ndtri(0.025), ndtri(0.975)):
        level = np.nan_to_num(ndtr(bias + (bias + z) / (1 - skew * (bias + z))), nan=0.5)
        place = np.clip((level * (size - 1)).round().astype(int), 0, size - 1)
        ends.append(means[np.arange(len(means)), place])
    return ends[0], ends[1]


def _excludes_zero(ends: tuple[Array, Array]) -> Flags:
    return np.asarray((ends[0] > 0) | (ends[1] < 0))


def paired_percentile(values: Array, rng: np.random.Generator) -> Flags:
    """Percentile bootstrap of the paired differences."""
    return _excludes_zero(percentile_ends(differences(values), rng))


def paired_bca(values: Array, rng: np.random.Generator) -> Flags:
    """BCa bootstrap of the paired differences."""
    return _excludes_zero(bca_ends(differences(values), rng))


def unpaired_percentile(values: Array, rng: np.random.Generator) -> Flags:
    """Percentile bootstrap of the difference of two independent means."""
    found = []
    n = values.shape[2]
    for start in range(0, len(values), _CHUNK):
        rows = values[start : start + _CHUNK]
        apart = rows[:, 1] @ _weights(n, rng) - rows[:, 0] @ _weights(n, rng)
        found.append(_excludes_zero(tuple(np.quantile(apart, (0.025, 0.975), axis=1))))  # type: ignore[arg-type]
    return np.concatenate(found)


def percentile_disjoint(values: Array, rng: np.random.Generator) -> Flags:
    """The two percentile intervals do not overlap."""
    first, second = (percentile_ends(values[:, place], rng) for place in (0, 1))
    return _disjoint(first, second)


def t_disjoint(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The two 95 % t intervals do not overlap."""
    n = values.shape[2]
    half = -float(stdtrit(n - 1, 0.025)) * values.std(axis=2, ddof=1) / math.sqrt(n)
    return _bars_disjoint(values, half)


def bars_disjoint(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The two bars of +-1 SD do not overlap."""
    return _bars_disjoint(values, values.std(axis=2, ddof=1))


def outside_one_sd(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The variant's mean lies outside of the baseline's +-1 SD."""
    means, sd = values.mean(axis=2), values.std(axis=2, ddof=1)
    return np.asarray(np.abs(means[:, 1] - means[:, 0]) > sd[:, 0])


def _bars_disjoint(values: Array, half: Array) -> Flags:
    means = values.mean(axis=2)
    return np.asarray(np.abs(means[:, 1] - means[:, 0]) > half.sum(axis=1))


def _disjoint(first: tuple[Array, Array], second: tuple[Array, Array]) -> Flags:
    return np.asarray((first[0] > second[1]) | (second[0] > first[1]))


def two_sds(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The means lie more than 2 sqrt(s1^2 + s2^2) apart."""
    means, sd = values.mean(axis=2), values.std(axis=2, ddof=1)
    return np.asarray(np.abs(means[:, 1] - means[:, 0]) > 2 * np.hypot(sd[:, 0], sd[:, 1]))


def two_pooled_sds(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The means lie more than 2 pooled SDs apart."""
    means, variance = values.mean(axis=2), values.var(axis=2, ddof=1)
    return np.asarray(np.abs(means[:, 1] - means[:, 0]) > 2 * np.sqrt(variance.mean(axis=1)))


def smaller_p(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The smaller p of Welch's and the paired t test."""
    tests = [twin.tests_of(values, paired=paired).p[:, 0] for paired in (True, False)]
    return np.asarray(np.fmin(*tests) <= 0.05)


def one_seed(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """One run of each: the higher one is called better."""
    return np.asarray(values[:, 1, 0] != values[:, 0, 0])


def best_seed(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The best run of each: the higher one is called better."""
    return np.asarray(values[:, 1].max(axis=1) != values[:, 0].max(axis=1))


def welch(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """Welch's t test, as trialist does it."""
    plan = twin.protocol(1, (values.shape[2],), paired=False)
    return np.asarray(twin.judged(values, plan).differs[:, 0])


def paired(values: Array, rng: np.random.Generator) -> Flags:  # noqa: ARG001
    """The paired t test, as trialist does it."""
    plan = twin.protocol(1, (values.shape[2],), paired=True)
    return np.asarray(twin.judged(values, plan).differs[:, 0])


def rejects_at(values: Array, place: int) -> Flags:
    """Tell where an ordinary paired t test on the first `place` pairs gives p < 0.05."""
    apart = differences(values)[:, :place]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = apart.mean(axis=1) / apart.std(axis=1, ddof=1) * math.sqrt(place)
        return np.asarray(2 * stdtr(place - 1, -np.abs(t)) <= 0.05)


METHODS: Mapping[str, Method] = {
    "paired t (trialist)": paired,
    "Welch's t (trialist)": welch,
    "paired percentile bootstrap": paired_percentile,
    "paired BCa bootstrap": paired_bca,
    "unpaired percentile bootstrap": unpaired_percentile,
    "percentile intervals do not overlap": percentile_disjoint,
    "95 % t intervals do not overlap": t_disjoint,
    "bars of 1 SD do not overlap": bars_disjoint,
    "mean outside of the baseline's 1 SD": outside_one_sd,
    "means more than 2 sqrt(s1² + s2²) apart": two_sds,
    "means more than 2 pooled SDs apart": two_pooled_sds,
    "smaller p of Welch's and paired t": smaller_p,
    "one run of each": one_seed,
    "best run of each": best_seed,
}
