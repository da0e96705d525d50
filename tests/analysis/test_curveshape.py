"""The shape of a curve: turned so that lower is better, its noise, its line."""

import math

import numpy as np
import pytest
from scipy.stats import theilslopes

from trialist.analysis.curveshape import CurveShape, line_of, noise_around_trend, noise_of
from trialist.values.metric import Goal
from trialist.values.trialcurve import Track


def shape(*values, goal=Goal.MINIMIZE, name="val/loss"):
    track = Track(metric=name, goal=goal, values=values)
    return CurveShape.of(tuple(range(1, len(values) + 1)), track)


def test_what_is_not_finite_is_left_out():
    one = shape(3.0, math.nan, 1.0, math.inf, 2.0)
    assert one.values.tolist() == [3.0, 1.0, 2.0]
    assert one.steps.tolist() == [1, 3, 5]
    assert one.places.tolist() == [0, 2, 4]
    assert (one.n, one.best, one.end) == (3, 1, 2.0)


def test_what_is_huge_counts_as_infinite():
    assert shape(1.0, 1e200, -1e300, 2.0).values.tolist() == [1.0, 2.0]


def test_a_share_that_is_better_higher_becomes_an_error():
    assert shape(0.25, 0.75, goal=Goal.MAXIMIZE).values.tolist() == [0.75, 0.25]
    assert shape(20.0, 30.0, goal=Goal.MAXIMIZE).values.tolist() == [-20.0, -30.0]
    assert shape(goal=Goal.MAXIMIZE).n == 0


def test_the_noise_is_that_of_independent_evaluations():
    rng = np.random.default_rng(0)
    values = rng.normal(scale=0.1, size=20_000)
    assert noise_of(values) == pytest.approx(0.1, rel=0.03)
    trend = values + np.arange(len(values))
    assert noise_around_trend(trend) == pytest.approx(0.1, rel=0.03)
    assert noise_of(trend) > 0.5


def test_too_few_values_have_no_noise():
    assert noise_of(np.array([1.0])) == 0.0
    assert noise_around_trend(np.array([1.0, 2.0])) == 0.0


def test_the_noise_of_a_curve_is_that_of_its_second_half():
    assert shape(9.0, 1.0, 9.0, 1.0, 2.0, 2.0, 2.0, 2.0).noise == 0.0


def test_the_line_is_that_of_scipy():
    rng = np.random.default_rng(1)
    steps = np.cumsum(rng.uniform(1, 5, size=60))
    values = 3 - 0.2 * steps + rng.standard_cauchy(60)
    assert line_of(steps, values) == pytest.approx(theilslopes(values, steps)[0], rel=1e-12)


def test_of_very_many_points_some_are_taken():
    steps = np.arange(100_000.0)
    assert line_of(steps, 5 - 2 * steps) == pytest.approx(-2)


def test_the_last_part_has_three_evaluations_at_least():
    one = shape(*range(10))
    assert one.since(0.8, 10).tolist() == [False] * 7 + [True] * 3
    assert one.since(0.5, 10).sum() == 6
