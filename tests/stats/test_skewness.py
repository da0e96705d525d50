import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.skewness import is_extreme, skewness
from trialist.values.errors import InsufficientDataError, MetricError

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=3, max_size=30).filter(
    lambda values: len(set(values)) > 1
)


@pytest.mark.parametrize("n", [3, 5, 8, 20, 200])
def test_it_is_the_skewness_of_scipy(n):
    values = np.random.default_rng(n).gamma(2, size=n)
    assert skewness(values.tolist()) == pytest.approx(float(stats.skew(values)), rel=1e-12)


@given(NUMBERS, st.sampled_from([1e-12, 0.1, 1e12]))
def test_scale_and_place_do_not_matter_and_turning_flips_the_sign(values, scale):
    found = skewness(values)
    assert skewness([scale * value + 3 * scale for value in values]) == pytest.approx(
        found, abs=1e-9
    )
    assert skewness([-value for value in values]) == pytest.approx(-found, abs=1e-12)


@given(NUMBERS, st.randoms())
def test_order_does_not_matter(values, shuffler):
    mixed = list(values)
    shuffler.shuffle(mixed)
    assert skewness(mixed) == skewness(values)


def test_too_few_or_equal_values_are_refused():
    with pytest.raises(InsufficientDataError, match="needs 3 values, not 2"):
        skewness([1.0, 2.0])
    with pytest.raises(InsufficientDataError, match="without spread"):
        skewness([0.5] * 6)
    with pytest.raises(MetricError):
        skewness([1.0, 2.0, float("nan")])


def test_four_values_and_equal_values_are_never_extreme():
    assert not is_extreme([0.0, 0.0, 0.0, 1.0])
    assert not is_extreme([0.5] * 8)
    assert is_extreme([0.0, 0.0, 0.0, 0.0, 1.0])


@pytest.mark.parametrize(("n", "least"), [(5, 0.06), (8, 0.13), (10, 0.17), (20, 0.40)])
def test_normal_noise_is_rarely_called_extreme_and_a_long_tail_often(n, least):
    rng = np.random.default_rng(n)
    draws = 2000

    def rate(samples):
        return np.mean([is_extreme(row) for row in samples.tolist()])

    assert rate(rng.normal(size=(draws, n))) <= 0.05 + 2 * (0.05 * 0.95 / draws) ** 0.5
    assert rate(rng.gamma(2, size=(draws, n))) >= least
