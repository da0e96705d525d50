import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.spread import has_spread
from trialist.stats.unpaired import pooled_t, prefers_pooled, welch_t
from trialist.values.errors import InsufficientDataError, MetricError

numbers = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=10).filter(has_spread)
TESTS = [(welch_t, False), (pooled_t, True)]


@pytest.mark.parametrize(("test", "equal"), TESTS)
@given(samples, samples)
def test_is_the_t_test_of_scipy(test, equal, a, b):
    found, reference = test(a, b), stats.ttest_ind(b, a, equal_var=equal)
    assert found.t == pytest.approx(reference.statistic, rel=1e-7, abs=1e-9)
    assert found.p == pytest.approx(reference.pvalue, rel=1e-6)
    assert found.df == pytest.approx(reference.df)
    assert found.estimate == pytest.approx(np.mean(b) - np.mean(a), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("test", "equal"), TESTS)
@given(samples, samples)
def test_swapping_the_sides_flips_the_sign_and_keeps_p(test, equal, a, b):
    one, other = test(a, b), test(b, a)
    assert one.estimate == -other.estimate
    assert one.p == pytest.approx(other.p)
    assert one.sd == pytest.approx(other.sd)


@given(samples, samples)
def test_both_tests_know_the_same_pooled_sd(a, b):
    pooled = math.sqrt(
        ((len(a) - 1) * np.var(a, ddof=1) + (len(b) - 1) * np.var(b, ddof=1))
        / (len(a) + len(b) - 2)
    )
    assert welch_t(a, b).sd == pytest.approx(pooled, rel=1e-9)
    assert pooled_t(a, b).sd == pytest.approx(pooled, rel=1e-9)


@given(samples)
def test_at_equal_sizes_both_have_the_same_t(a):
    b = [2 * value + 1 for value in a]
    assert welch_t(a, b).t == pytest.approx(pooled_t(a, b).t, rel=1e-9, abs=1e-12)
    assert welch_t(a, b).df <= pooled_t(a, b).df + 1e-9


@pytest.mark.parametrize(("test", "df"), [(welch_t, 2), (pooled_t, 4)])
def test_one_side_may_be_constant(test, df):
    found = test([0.5, 0.5, 0.5], [0.7, 0.8, 0.9])
    assert found.t == pytest.approx(0.3 / (0.1 / math.sqrt(3)))
    assert found.p == pytest.approx(2 * stats.t.sf(found.t, df))


@pytest.mark.parametrize(("test", "equal"), TESTS)
@pytest.mark.parametrize(
    ("a", "b"), [([1.0], [1.0, 2.0, 3.0]), ([], [1.0, 2.0]), ([1.0, 1.0], [2.0, 2.0])]
)
def test_refuses_one_run_and_no_spread(test, equal, a, b):
    with pytest.raises(InsufficientDataError):
        test(a, b)


@pytest.mark.parametrize(("test", "equal"), TESTS)
def test_refuses_a_diverged_run(test, equal):
    with pytest.raises(MetricError):
        test([1.0, math.nan], [1.0, 2.0])


@pytest.mark.parametrize(
    ("n_a", "n_b", "pooled"),
    [
        *[(2, 2, True), (2, 10, True), (10, 2, True), (3, 9, True), (9, 3, True), (30, 3, True)],
        *[(3, 8, False), (3, 3, False), (5, 5, False), (4, 40, False)],
    ],
)
def test_the_sizes_choose_the_test(n_a, n_b, pooled):
    assert prefers_pooled(n_a, n_b) is pooled


@pytest.mark.parametrize(
    ("test", "n_a", "n_b", "low", "high"),
    [
        (welch_t, 5, 5, 0.037, 0.055),
        (pooled_t, 5, 5, 0.0425, 0.0575),
        (pooled_t, 3, 10, 0.0425, 0.0575),
        (pooled_t, 2, 10, 0.0425, 0.0575),
        (welch_t, 2, 10, 0.085, 0.115),  # why `prefers_pooled` exists
    ],
)
def test_two_equal_variants_differ_as_often_as_the_specification_says(test, n_a, n_b, low, high):
    rng = np.random.default_rng(100 * n_a + n_b)
    rows = rng.standard_normal((6_000, n_a + n_b)).tolist()
    rejected = sum(test(row[:n_a], row[n_a:]).p <= 0.05 for row in rows)
    assert low <= rejected / 6_000 <= high
