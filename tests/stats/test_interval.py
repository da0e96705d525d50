import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import stdtrit

from trialist.stats.interval import mean_interval, prediction_interval, t_interval
from trialist.stats.spread import has_spread
from trialist.values.errors import InsufficientDataError, MetricError
from trialist.values.missing import Missing

numbers = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=12).filter(has_spread)


@given(samples, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_that_of_scipy(values, level):
    estimate = mean_interval(values, level=level)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(level)
    scale = 1e-9 * (abs(low) + abs(high))
    assert estimate.interval.low == pytest.approx(low, rel=1e-9, abs=scale)
    assert estimate.interval.high == pytest.approx(high, rel=1e-9, abs=scale)
    assert estimate.n == len(values)


def test_gives_the_interval_of_the_three_runs_in_the_specification():
    estimate = mean_interval([0.842, 0.838, 0.851])
    assert round(estimate.mean, 4) == 0.8437
    assert round(estimate.interval.low, 4) == 0.8271
    assert round(estimate.interval.high, 4) == 0.8602


def test_gives_the_variants_of_the_results_example():
    baseline = mean_interval([0.950, 0.958, 0.947, 0.953, 0.944])
    dropout = mean_interval([0.958, 0.971, 0.956, 0.965, 0.954])
    assert (round(baseline.mean, 4), round(baseline.sd, 4)) == (0.9504, 0.0054)
    assert (round(baseline.interval.low, 4), round(baseline.interval.high, 4)) == (0.9437, 0.9571)
    assert (round(dropout.mean, 4), round(dropout.sd, 4)) == (0.9608, 0.0070)
    assert (round(dropout.interval.low, 4), round(dropout.interval.high, 4)) == (0.9520, 0.9696)


def test_one_run_has_a_mean_and_no_spread():
    estimate = mean_interval([0.7])
    assert estimate.mean == 0.7
    assert estimate.sd == estimate.interval == Missing("one run has no spread")


def test_no_run_has_no_mean():
    with pytest.raises(InsufficientDataError):
        mean_interval([])


def test_equal_values_have_no_interval_of_width_zero():
    estimate = mean_interval([0.1, 0.1, 0.1])
    assert (estimate.mean, estimate.sd) == (0.1, 0.0)
    assert estimate.interval == Missing("all values are equal: deterministic or rounded metric")


def test_refuses_a_diverged_value():
    with pytest.raises(MetricError):
        mean_interval([0.1, math.nan])


@given(samples, st.floats(0.01, 100), st.integers(-1000, 1000))
def test_scaling_and_shifting_moves_the_interval_along(values, factor, shift):
    plain = mean_interval(values)
    moved = mean_interval([factor * value + shift for value in values])
    tolerance = 1e-9 * (factor * 1e4 + 1000)
    assert moved.interval.low == pytest.approx(factor * plain.interval.low + shift, abs=tolerance)
    assert moved.interval.high == pytest.approx(factor * plain.interval.high + shift, abs=tolerance)


def test_a_lower_threshold_widens_the_interval():
    widths = [t_interval(1.0, 0.1, 4, p_threshold=p).half_width for p in (0.05, 0.003125, 1e-9)]
    assert widths == sorted(widths)
    assert widths[0] == pytest.approx(0.1 * stats.t.isf(0.025, 4))
    assert widths[2] == pytest.approx(0.1 * stats.t.isf(5e-10, 4))


def test_a_threshold_of_zero_excludes_nothing():
    interval = t_interval(1.0, 0.1, 4, p_threshold=0.0)
    assert (interval.low, interval.high) == (-math.inf, math.inf)


def test_the_end_of_the_interval_has_the_p_of_the_threshold():
    interval = t_interval(1.0, 0.2, 6.5, p_threshold=0.01)
    assert 2 * stats.t.sf((interval.high - 1.0) / 0.2, 6.5) == pytest.approx(0.01)
    assert 1.0 - interval.low == pytest.approx(interval.high - 1.0)


def test_predicts_the_next_run():
    values = [1.0, 2.0, 4.0, 4.5, 6.0]
    interval = prediction_interval(values)
    half = stats.t.isf(0.025, 4) * np.std(values, ddof=1) * math.sqrt(1.2)
    assert interval.low == pytest.approx(3.5 - half)
    assert interval.high == pytest.approx(3.5 + half)


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0, 4.0], [1.0] * 6])
def test_refuses_to_predict_from_too_little(values):
    with pytest.raises(InsufficientDataError):
        prediction_interval(values)


@pytest.mark.parametrize("n", [2, 3, 5, 10])
def test_the_t_interval_covers_at_its_level(n):
    # vectorised with the same formula; the function itself is tied to SciPy above
    rng = np.random.default_rng(20_000 + n)
    x = rng.standard_normal((20_000, n))
    half = -stdtrit(n - 1, 0.025) * x.std(axis=1, ddof=1) / math.sqrt(n)
    covered = np.abs(x.mean(axis=1)) <= half
    sampled = [mean_interval(row.tolist()).interval for row in x[:500]]
    assert [i.low <= 0 <= i.high for i in sampled] == covered[:500].tolist()
    assert 0.945 <= covered.mean() <= 0.955


def test_the_prediction_interval_covers_the_next_run():
    rng = np.random.default_rng(7)
    x = rng.standard_normal((4_000, 6))
    inside = 0
    for row in x.tolist():
        interval = prediction_interval(row[:5])
        inside += interval.low <= row[5] <= interval.high
    assert 0.938 <= inside / 4_000 <= 0.962
