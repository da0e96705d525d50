import math

import numpy as np
import pytest

from trialist.stats.profiles import profile, thresholds_for
from trialist.stats.stratified import Stratum
from trialist.values.errors import InsufficientDataError


def made(rng, n_tasks=8, n=5, shift=0.0):
    return [Stratum(values=tuple(shift + rng.standard_normal(n))) for _ in range(n_tasks)]


def profiled(strata, thresholds):
    return profile(strata, thresholds=thresholds, rng=np.random.default_rng(1), n_resamples=300)


def test_a_share_is_that_of_the_runs_above_the_threshold():
    strata = [Stratum(values=(0.0, 1.0, 2.0, 3.0)) for _ in range(8)]
    found = profiled(strata, (-1.0, 0.0, 1.5, 3.0))
    assert found.shares == (1.0, 0.75, 0.5, 0.0)


def test_shares_fall_and_lie_within_their_band():
    found = profiled(made(np.random.default_rng(0)), tuple(np.linspace(-3, 3, 25)))
    assert list(found.shares) == sorted(found.shares, reverse=True)
    for low, share, high in zip(found.low, found.shares, found.high, strict=True):
        assert 0 <= low <= share <= high <= 1


def test_a_band_never_has_a_width_of_zero():
    apart = [Stratum(values=(k + 0.0, k + 0.1, k + 0.2, k + 0.3, k + 0.4)) for k in range(6)]
    found = profiled(apart, (-1.0, 2.7, 9.0))
    assert found.shares == (1.0, 0.5, 0.0)
    assert all(high - low > 0.05 for low, high in zip(found.low, found.high, strict=True))


def test_thresholds_span_all_groups_but_their_outliers():
    rng = np.random.default_rng(2)
    low, high = made(rng), made(rng, shift=10.0)
    marks = thresholds_for([low, high])
    assert marks[0] < 0 < 10 < marks[-1]
    assert list(marks) == sorted(marks)


def test_thresholds_never_fall_together():
    same = [Stratum(values=(2.0,) * 5) for _ in range(8)]
    assert len(set(thresholds_for([same]))) == len(thresholds_for([same]))


def test_refuses_few_runs():
    with pytest.raises(InsufficientDataError):
        profiled(made(np.random.default_rng(0), n_tasks=3), (0.0,))


def test_the_band_covers_at_least_what_it_says():
    rng = np.random.default_rng(6)
    hits, repetitions = 0, 200
    shifts = np.linspace(-2, 2, 8)
    truth = np.mean([0.5 * math.erfc((0.5 - shift) / math.sqrt(2)) for shift in shifts])
    for _ in range(repetitions):
        strata = [Stratum(values=tuple(shift + rng.standard_normal(5))) for shift in shifts]
        found = profile(strata, thresholds=(0.5,), rng=rng, n_resamples=200)
        hits += found.low[0] <= truth <= found.high[0]
    assert hits / repetitions >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / repetitions)
