import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.spread import check_finite, has_spread, mean_of, sd_of
from trialist.values.errors import MetricError

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=12).filter(has_spread)


@given(samples)
def test_mean_and_sd_equal_numpy(values):
    assert mean_of(values) == pytest.approx(np.mean(values), rel=1e-12, abs=1e-9)
    assert sd_of(values) == pytest.approx(np.std(values, ddof=1), rel=1e-9)


@given(samples, st.randoms(use_true_random=False))
def test_order_changes_no_bit(values, random):
    shuffled = values.copy()
    random.shuffle(shuffled)
    assert (mean_of(shuffled), sd_of(shuffled)) == (mean_of(values), sd_of(values))


def test_rounding_is_not_spread():
    differences = [b - a for a, b in [(0.1, 0.2), (0.2, 0.3), (0.7, 0.8)]]
    assert len(set(differences)) > 1
    assert not has_spread(differences)
    assert has_spread([0.1, 0.1 + 1e-8])


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [0.0, 0.0, 0.0], [0.0, 5e-324]])
def test_sees_that_there_is_no_spread(values):
    assert not has_spread(values)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_refuses_what_is_not_finite(bad):
    with pytest.raises(MetricError):
        has_spread([1.0, bad])
    with pytest.raises(MetricError):
        check_finite([bad])


def test_squares_of_large_numbers_do_not_overflow():
    assert sd_of([1e200, 3e200]) == pytest.approx(math.sqrt(2) * 1e200)
