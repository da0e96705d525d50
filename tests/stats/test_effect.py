import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.effect import hedges_g
from trialist.stats.spread import has_spread
from trialist.values.errors import MetricError
from trialist.values.missing import Missing

numbers = st.floats(-1e3, 1e3).map(lambda x: round(x, 2))
samples = st.lists(numbers, min_size=2, max_size=8).filter(has_spread)


def test_gives_the_results_example():
    g = hedges_g([0.950, 0.958, 0.947, 0.953, 0.944], [0.958, 0.971, 0.956, 0.965, 0.954])
    assert g.name == "hedges g"
    assert round(g.value, 2) == 1.49
    assert (round(g.interval.low, 2), round(g.interval.high, 2)) == (0.13, 2.79)


@given(samples, samples)
def test_the_interval_inverts_the_noncentral_t(a, b):
    g = hedges_g(a, b)
    df = len(a) + len(b) - 2
    t = stats.ttest_ind(b, a).statistic
    root = math.sqrt(1 / len(a) + 1 / len(b))
    shrink = 1 - 3 / (4 * df - 1)
    assert g.value == pytest.approx(shrink * t * root, rel=1e-6, abs=1e-9)
    assert g.interval.low <= g.interval.high
    if abs(t) < 30:
        low, high = g.interval.low / shrink / root, g.interval.high / shrink / root
        assert stats.nct.sf(t, df, low) == pytest.approx(0.025, abs=1e-6)
        assert stats.nct.sf(t, df, high) == pytest.approx(0.975, abs=1e-6)


@given(samples, samples)
def test_swapping_the_sides_mirrors_it(a, b):
    one, other = hedges_g(a, b), hedges_g(b, a)
    assert one.value == pytest.approx(-other.value)
    assert one.interval.low == pytest.approx(-other.interval.high, abs=1e-9)


def test_extreme_differences_keep_a_finite_interval():
    g = hedges_g([0.0, 1e-9, 2e-9], [1e6, 1e6 + 1, 1e6 + 2])
    assert 0 < g.interval.low < g.value < g.interval.high < math.inf
    narrow = hedges_g([0.0, 1e-6, 2e-6], [1.0, 1.0 + 1e-6, 1.0 + 2e-6])
    assert 1e5 < narrow.interval.low < narrow.value < narrow.interval.high < 1e7


@pytest.mark.parametrize(("a", "b"), [([1.0], [1.0, 2.0]), ([], []), ([1.0, 1.0], [2.0, 2.0])])
def test_says_why_there_is_none(a, b):
    g = hedges_g(a, b)
    assert isinstance(g, Missing)
    assert g.reason


def test_refuses_a_diverged_run():
    with pytest.raises(MetricError):
        hedges_g([1.0, math.nan], [1.0, 2.0])


@pytest.mark.slow
def test_the_interval_covers():
    rng = np.random.default_rng(11)
    rows = rng.standard_normal((1_200, 10))
    rows[:, 5:] += 1.0
    covered = 0
    for row in rows.tolist():
        interval = hedges_g(row[:5], row[5:]).interval
        covered += interval.low <= 1.0 <= interval.high
    assert 0.93 <= covered / 1_200 <= 0.97
