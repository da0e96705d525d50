import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.signtest import sign_test
from trialist.values.errors import InsufficientDataError, MetricError

DIFFERENCES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40).filter(any)


@given(DIFFERENCES)
def test_p_is_that_of_the_binomial_test(differences):
    test = sign_test(differences)
    reference = stats.binomtest(test.n_above, test.n_above + test.n_below).pvalue
    assert test.p == pytest.approx(reference)


@given(DIFFERENCES)
def test_swapping_the_variants_swaps_the_counts(differences):
    test, swapped = sign_test(differences), sign_test([-value for value in differences])
    assert (swapped.n_above, swapped.n_below) == (test.n_below, test.n_above)
    assert swapped.p == test.p


def test_a_difference_within_its_tolerance_is_a_tie():
    test = sign_test([0.1, 1e-12, -0.3, 0.2], tolerances=[0.0, 1e-9, 0.5, 0.1])
    assert (test.n_above, test.n_below, test.n_tied) == (2, 0, 2)


def test_refuses_ties_only_and_what_is_no_number():
    with pytest.raises(InsufficientDataError):
        sign_test([0.0, 0.0])
    with pytest.raises(InsufficientDataError):
        sign_test([])
    with pytest.raises(MetricError):
        sign_test([math.inf])
