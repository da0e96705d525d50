import numpy as np
import pytest
from scipy.stats import qmc

from trialist.stats.bestdifference import best_difference_interval
from trialist.stats.draws import SharedDraws
from trialist.values.missing import Missing


def interval(a, b, *, shared=True, seed=0):
    rng = np.random.default_rng(seed)
    return best_difference_interval(np.array(a), np.array(b), shared=shared, rng=rng)


def test_a_shift_of_all_shared_points_is_sure():
    a = np.linspace(0, 1, 16)
    found = interval(a + 0.5, a + np.where(np.arange(16) % 2, 1e-6, 0))
    assert found.low == pytest.approx(0.5, abs=1e-5)
    assert found.high == pytest.approx(0.5, abs=1e-5)


def test_own_points_are_less_sure_than_shared_ones():
    rng = np.random.default_rng(1)
    a = rng.random(16)
    b = a + 0.01 * rng.random(16)
    alone, shared = interval(a, b, shared=False), interval(a, b)
    assert alone.half_width > 5 * shared.half_width


def test_the_order_of_the_points_does_not_matter():
    rng = np.random.default_rng(2)
    a, b, order = rng.random(20), rng.random(20), rng.permutation(20)
    for shared in (True, False):
        assert interval(a, b, shared=shared) == interval(a[order], b[order], shared=shared)


def test_points_that_have_no_value_on_both_sides_change_nothing_beside_their_number():
    rng = np.random.default_rng(3)
    a, b = rng.random(10), rng.random(10)
    a[0], b[1] = np.inf, np.inf
    assert np.isfinite(interval(a, b).low)


def test_few_trials_have_no_interval():
    found = interval([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 5.0])
    assert found == Missing("4 trials with a value are too few to resample: 5 are needed")


def test_points_without_a_value_are_no_trials():
    found = interval([1.0, 2.0, 3.0, 4.0, np.inf], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert isinstance(found, Missing)


def test_subsets_without_a_value_on_one_side_are_left_out():
    a = [1.0, 2.0, 3.0, 4.0, 5.0, *[np.inf] * 40]
    found = interval(a, [0.1 * number for number in range(45)], shared=False)
    assert np.isfinite([found.low, found.high]).all()


def test_equal_sides_have_no_width():
    found = interval([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert found == Missing("all subsets give the same difference")


def test_many_points_are_as_good_as_their_best():
    rng = np.random.default_rng(4)
    a, b = rng.random(20_000), rng.random(20_000)
    a[:600] -= 1
    b[:600] -= 1
    all_points, best = interval(a, b), interval(a[:600], b[:600])
    assert all_points.half_width == pytest.approx(best.half_width, rel=0.2)


def test_shared_draws_give_the_same_interval_every_time():
    rng = np.random.default_rng(5)
    a, b = rng.random(12), rng.random(12)
    one, other = (best_difference_interval(a, b, shared=True, rng=SharedDraws()) for _ in range(2))
    assert one == other


@pytest.mark.slow
def test_equal_sides_that_share_a_design_are_rarely_told_apart():
    rng = np.random.default_rng(6)
    told = []
    for _ in range(200):
        quality = ((qmc.Halton(3, rng=rng).random(16) - 0.5) ** 2).sum(axis=1)
        a, b = (quality + 0.03 * rng.normal(size=16) for _ in range(2))
        found = best_difference_interval(a, b, shared=True, rng=rng)
        told.append(not found.low <= 0 <= found.high)
    assert np.mean(told) <= 0.1
