import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.paired import TTest, pair_correlation, paired_t
from trialist.stats.spread import has_spread
from trialist.values.errors import InsufficientDataError, MetricError
from trialist.values.missing import Missing

BASELINE = [0.950, 0.958, 0.947, 0.953, 0.944]
DROPOUT = [0.958, 0.971, 0.956, 0.965, 0.954]
numbers = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=12).filter(has_spread)
pairs = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12).map(
    lambda rows: tuple(map(list, zip(*rows, strict=True)))
)


@given(samples)
def test_is_the_paired_t_test_of_scipy(differences):
    test = paired_t(differences)
    reference = stats.ttest_rel(differences, [0.0] * len(differences))
    assert test.t == pytest.approx(reference.statistic, rel=1e-8, abs=1e-10)
    assert test.p == pytest.approx(reference.pvalue, rel=1e-7)
    assert test.df == reference.df
    assert test.se == pytest.approx(test.sd / math.sqrt(len(differences)))


def test_gives_the_results_example():
    differences = [b - a for a, b in zip(BASELINE, DROPOUT, strict=True)]
    test = paired_t(differences)
    assert isinstance(test, TTest)
    assert round(test.estimate, 4) == 0.0104
    assert round(test.p, 5) == 0.00036
    assert round(pair_correlation(BASELINE, DROPOUT), 3) == 0.979


@given(samples)
def test_swapping_the_sides_flips_the_sign_and_keeps_p(differences):
    plus, minus = paired_t(differences), paired_t([-d for d in differences])
    assert (minus.estimate, minus.t) == (-plus.estimate, -plus.t)
    assert (minus.p, minus.se, minus.sd) == (plus.p, plus.se, plus.sd)


@given(samples, st.sampled_from([2.0, 0.125, 1024.0]))
def test_the_unit_does_not_matter(differences, factor):
    assert paired_t([factor * d for d in differences]).p == pytest.approx(paired_t(differences).p)


def test_refuses_a_single_pair():
    with pytest.raises(InsufficientDataError, match="2 pairs, not 1"):
        paired_t([0.1])


def test_refuses_constant_differences():
    with pytest.raises(InsufficientDataError, match="without spread"):
        paired_t([0.2 - 0.1, 0.3 - 0.2, 0.8 - 0.7])


def test_refuses_a_diverged_difference():
    with pytest.raises(MetricError):
        paired_t([0.1, math.inf, 0.2])


@given(pairs)
def test_the_correlation_is_that_of_numpy(both):
    a, b = both
    found = pair_correlation(a, b)
    if isinstance(found, Missing):
        assert not (has_spread(a) and has_spread(b))
    else:
        assert -1 <= found <= 1
        assert found == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-6)
        assert pair_correlation(b, a) == pytest.approx(found)


def test_two_pairs_have_no_correlation():
    assert isinstance(pair_correlation([1.0, 2.0], [2.0, 1.0]), Missing)


def test_a_constant_side_has_no_correlation():
    assert isinstance(pair_correlation([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]), Missing)


@pytest.mark.parametrize("n", [3, 5, 10])
def test_two_equal_variants_differ_in_five_percent_of_the_cases(n):
    rng = np.random.default_rng(n)
    rejected = sum(paired_t(row).p <= 0.05 for row in rng.standard_normal((6_000, n)).tolist())
    assert 0.0425 <= rejected / 6_000 <= 0.0575
