import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.resampling import permutation_p, sign_flip_p
from trialist.stats.spread import has_spread
from trialist.values.errors import InsufficientDataError, MetricError

# thirds, so that equal sums differ by rounding
numbers = st.integers(-30, 30).map(lambda x: x / 3)


def rng(seed=0):
    return np.random.default_rng(seed)


def mean_difference(x, y, axis):
    return np.round(np.mean(x, axis=axis) - np.mean(y, axis=axis), 9)


@st.composite
def two_sides(draw):
    a = draw(st.lists(numbers, min_size=4, max_size=6))
    b = draw(st.lists(numbers, min_size=4, max_size=6))
    return (a, b) if has_spread([*a, *b]) else ([*a, 99.0], b)


@settings(max_examples=15)
@given(two_sides())
def test_is_the_exact_permutation_test_of_scipy(sides):
    reference = stats.permutation_test(
        sides, lambda x, y, axis: abs(mean_difference(x, y, axis)), vectorized=True,
        alternative="greater", n_resamples=np.inf,
    ).pvalue  # fmt: skip
    assert permutation_p(*sides, rng=rng()) == pytest.approx(reference, abs=1e-12)


@settings(max_examples=15)
@given(st.lists(numbers, min_size=6, max_size=9).filter(has_spread))
def test_is_the_exact_sign_flip_test_of_scipy(differences):
    reference = stats.permutation_test(
        (differences,), lambda x, axis: abs(np.round(np.mean(x, axis=axis), 9)), vectorized=True,
        permutation_type="samples", alternative="greater", n_resamples=np.inf,
    ).pvalue  # fmt: skip
    assert sign_flip_p(differences, rng=rng()) == pytest.approx(reference, abs=1e-12)


def test_the_smallest_sizes_can_just_speak():
    assert permutation_p([1, 2, 3, 4], [5, 6, 7, 8], rng=rng()) == pytest.approx(2 / 70)
    assert sign_flip_p([1, 2, 3, 4, 5, 6], rng=rng()) == pytest.approx(2 / 64)


@pytest.mark.parametrize("n", [8, 200])
def test_random_splits_are_close_to_the_t_test(n):
    data = rng(n).standard_normal((2, n))
    a, b = data[0].tolist(), (data[1] + 2 / math.sqrt(n)).tolist()
    p = permutation_p(a, b, rng=rng(1))
    assert p == pytest.approx(stats.ttest_ind(a, b).pvalue, abs=0.03)
    assert (p * 10_000) == pytest.approx(round(p * 10_000))  # (hits + 1) / (9,999 + 1)


@pytest.mark.parametrize("n", [14, 200])
def test_random_flips_are_close_to_the_t_test(n):
    differences = (rng(n).standard_normal(n) + 2 / math.sqrt(n)).tolist()
    p = sign_flip_p(differences, rng=rng(1))
    assert p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.03)
    assert (p * 10_000) == pytest.approx(round(p * 10_000))


def test_exact_and_random_agree_at_the_border():
    differences = (rng(3).standard_normal(14) + 0.3).tolist()
    flips = np.array([[1 - 2 * (k >> j & 1) for j in range(14)] for k in range(2**14)])
    exact = np.mean(np.abs(flips @ differences) >= abs(sum(differences)) - 1e-9)
    assert sign_flip_p(differences, rng=rng(1)) == pytest.approx(exact, abs=0.02)


@settings(max_examples=10)
@given(st.integers(0, 99), st.sampled_from([(5, 5), (9, 8), (8, 8)]))
def test_order_sides_sign_and_unit_do_not_matter(seed, sizes):
    a, b = (rng(seed + n).standard_normal(size).tolist() for n, size in enumerate(sizes))
    p = permutation_p(a, b, rng=rng(7))
    for other in (
        (b, a),
        (a[::-1], b),
        ([-x for x in a], [-x for x in b]),
        ([1e9 * x for x in a], [1e9 * x for x in b]),
    ):
        assert permutation_p(*other, rng=rng(7)) == pytest.approx(p, abs=1e-12)


@settings(max_examples=10)
@given(st.integers(0, 99), st.sampled_from([6, 13, 20]))
def test_order_sign_and_unit_of_differences_do_not_matter(seed, n):
    differences = rng(seed).standard_normal(n).tolist()
    p = sign_flip_p(differences, rng=rng(7))
    for other in (differences[::-1], [-x for x in differences], [1e-9 * x for x in differences]):
        assert sign_flip_p(other, rng=rng(7)) == pytest.approx(p, abs=1e-12)


def test_ten_thousand_runs_are_drawn_less_often():
    a, b = rng(1).standard_normal((2, 10_000)).tolist()
    p = permutation_p(a, b, rng=rng(2))
    assert (p * 1_001) == pytest.approx(round(p * 1_001)) or (p * 1_000) == pytest.approx(
        round(p * 1_000)
    )
    assert p == pytest.approx(stats.ttest_ind(a, b).pvalue, abs=0.07)


@pytest.mark.parametrize(
    "sides",
    [([1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]), ([1.0] * 4, [1.0] * 4), ([], [1.0, 2.0])],
)
def test_refuses_fewer_than_four_runs_a_side_and_no_spread(sides):
    with pytest.raises(InsufficientDataError):
        permutation_p(*sides, rng=rng())


@pytest.mark.parametrize("differences", [[1.0, 2.0, 3.0, 4.0, 5.0], [0.5] * 8])
def test_refuses_fewer_than_six_pairs_and_no_spread(differences):
    with pytest.raises(InsufficientDataError):
        sign_flip_p(differences, rng=rng())


def test_refuses_a_diverged_run():
    with pytest.raises(MetricError):
        permutation_p([1.0, 2.0, 3.0, math.nan], [1.0, 2.0, 3.0, 4.0], rng=rng())
    with pytest.raises(MetricError):
        sign_flip_p([1.0, 2.0, 3.0, 4.0, 5.0, math.inf], rng=rng())


@pytest.mark.parametrize(("n", "low", "high"), [(5, 0.035, 0.065), (8, 0.03, 0.07)])
def test_equal_variants_differ_as_often_as_they_may(n, low, high):
    data = rng(n).standard_normal((1_500 if n == 5 else 700, 2, n)).tolist()
    draws = rng(1)
    rejected = sum(permutation_p(a, b, rng=draws) <= 0.05 for a, b in data)
    assert low <= rejected / len(data) <= high


def test_equal_pairs_differ_as_often_as_they_may():
    data = rng(9).standard_normal((2_000, 8)).tolist()
    rejected = sum(sign_flip_p(differences, rng=rng()) <= 0.05 for differences in data)
    assert 0.03 <= rejected / len(data) <= 0.062
