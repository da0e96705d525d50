import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.bootstrap import (
    bootstrap_t_interval,
    bootstrap_t_interval_paired,
    percentile_bootstrap_interval,
)
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError


def rng(seed=0):
    return np.random.default_rng(seed)


def draw(seed, n):
    return rng(seed).standard_normal(n).tolist()


def two_sided(values, **options):
    """Ask for the interval of a difference between `values` and nothing but a little noise."""
    return bootstrap_t_interval([0.0, 1e-6] * 6, values, **options)


ONE_SIDED = [bootstrap_t_interval_paired, percentile_bootstrap_interval]
ALL = [*ONE_SIDED, two_sided]


def test_is_the_bootstrap_t_of_the_textbook():
    """The same resamples, studentized one by one."""
    values = rng(1).gamma(2.0, size=12)
    found = bootstrap_t_interval_paired(values.tolist(), rng=rng(3), draws=400_000)
    index = rng(4).integers(0, 12, (400_000, 12))
    drawn = values[index]
    se = drawn.std(axis=1, ddof=1) / math.sqrt(12)
    t = (drawn.mean(axis=1) - values.mean()) / se
    own = values.std(ddof=1) / math.sqrt(12)
    low, high = values.mean() - np.quantile(t, [0.975, 0.025]) * own
    assert found.low == pytest.approx(low, abs=0.08 * own)
    assert found.high == pytest.approx(high, abs=0.08 * own)


def test_is_the_percentile_interval_of_scipy():
    values = rng(1).gamma(2.0, size=15)
    found = percentile_bootstrap_interval(values.tolist(), rng=rng(3), draws=200_000)
    reference = stats.bootstrap(
        (values,), np.mean, n_resamples=200_000, method="percentile", rng=rng(4)
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx(tuple(reference), abs=0.01)


@pytest.mark.parametrize("n", [300, 400])
def test_many_runs_have_the_interval_of_welch(n):
    a, b = draw(1, n), [3 * x + 1 for x in draw(2, 200)]
    found = bootstrap_t_interval(a, b, rng=rng(3), draws=4_000)
    reference = stats.ttest_ind(b, a, equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high), abs=0.05)


@settings(max_examples=10)
@given(st.integers(0, 99), st.integers(8, 12), st.integers(8, 12))
def test_swapping_the_sides_and_the_sign_mirror_the_interval(seed, n_a, n_b):
    a, b = draw(seed, n_a), draw(seed + 100, n_b)
    found = bootstrap_t_interval(a, b, rng=rng(5), draws=500)
    assert bootstrap_t_interval(a[::-1], b, rng=rng(5), draws=500) == found
    for mirrored in (
        bootstrap_t_interval(b, a, rng=rng(5), draws=500),
        bootstrap_t_interval([-x for x in a], [-x for x in b], rng=rng(5), draws=500),
    ):
        assert (mirrored.low, mirrored.high) == (-found.high, -found.low)


@settings(max_examples=10)
@pytest.mark.parametrize("interval", ONE_SIDED)
@given(seed=st.integers(0, 99), n=st.integers(10, 14), unit=st.sampled_from([1e-12, 3.0, 1e12]))
def test_the_unit_only_scales_and_the_sign_mirrors(interval, seed, n, unit):
    values = draw(seed, n)
    found = interval(values, rng=rng(5), draws=500)
    scaled = interval([unit * x for x in values[::-1]], rng=rng(5), draws=500)
    assert (scaled.low, scaled.high) == pytest.approx((unit * found.low, unit * found.high))
    mirrored = interval([-x for x in values], rng=rng(5), draws=500)
    assert (mirrored.low, mirrored.high) == (-found.high, -found.low)
    assert found.low < found.high


@pytest.mark.parametrize("interval", ALL)
def test_a_higher_level_is_wider(interval):
    values = draw(3, 12)
    widths = [interval(values, rng=rng(5), level=level).half_width for level in (0.5, 0.9, 0.99)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_one_side_may_be_constant():
    values = draw(2, 9)
    found = bootstrap_t_interval([0.5] * 8, values, rng=rng(1))
    alone = bootstrap_t_interval_paired([x - 0.5 for x in values], rng=rng(1))
    assert found.low == pytest.approx(alone.low, abs=0.15)
    assert found.high == pytest.approx(alone.high, abs=0.15)


def test_ten_thousand_values_are_drawn_less_often_but_enough():
    values = draw(6, 10_000)
    found = percentile_bootstrap_interval(values, rng=rng(1), level=0.999)
    half = stats.norm.isf(0.0005) / 100
    assert found.half_width == pytest.approx(half, rel=0.15)


@pytest.mark.parametrize(
    ("interval", "smallest"),
    [(bootstrap_t_interval_paired, 8), (percentile_bootstrap_interval, 10)],
)
def test_refuses_few_values_and_no_spread(interval, smallest):
    assert interval(draw(1, smallest), rng=rng()).half_width > 0
    for values in ([], draw(1, smallest - 1), [0.5] * 20):
        with pytest.raises(InsufficientDataError):
            interval(values, rng=rng())


def test_refuses_few_runs_a_side_and_no_spread():
    for a, b in ((draw(1, 7), draw(2, 20)), ([1.0] * 8, [2.0] * 8)):
        with pytest.raises(InsufficientDataError):
            bootstrap_t_interval(a, b, rng=rng())


def test_refuses_so_many_equal_values_that_it_would_be_infinite():
    rounded = [0.5] * 9 + [0.6]
    with pytest.raises(InsufficientDataError, match="of the resamples have no spread"):
        bootstrap_t_interval_paired(rounded, rng=rng())
    with pytest.raises(InsufficientDataError, match="of the resamples have no spread"):
        bootstrap_t_interval(rounded, [0.7] * 10, rng=rng())


@pytest.mark.parametrize("interval", ALL)
def test_refuses_a_diverged_run_and_levels_that_cannot_be(interval):
    with pytest.raises(MetricError):
        interval([*draw(1, 12), math.inf], rng=rng())
    with pytest.raises(ConfigError):
        interval(draw(1, 12), rng=rng(), level=95)
    with pytest.raises(ConfigError, match="too few"):
        interval(draw(1, 12), rng=rng(), draws=30)


@pytest.mark.parametrize(
    ("interval", "n", "low", "high"),
    [
        (bootstrap_t_interval_paired, 8, 0.92, 0.965),
        (percentile_bootstrap_interval, 10, 0.86, 0.93),
    ],
)
def test_covers_what_the_specification_measured(interval, n, low, high):
    """Beta(30, 1.5) noise near a ceiling: bootstrap-t .944 at 8, percentile .886 at 10."""
    data = rng(11).beta(30, 1.5, (800, n)).tolist()
    draws, mean = rng(12), 30 / 31.5
    found = [interval(values, rng=draws, draws=1_000) for values in data]
    covered = sum(one.low <= mean <= one.high for one in found)
    assert low <= covered / len(data) <= high
