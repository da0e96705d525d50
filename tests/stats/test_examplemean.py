import numpy as np
import pytest

from trialist.stats.examplemean import mean_noise
from trialist.values.errors import InsufficientDataError


def test_without_clusters_it_is_the_standard_error_of_a_mean():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    found = mean_noise(values)
    assert found.se == pytest.approx(np.std(values, ddof=1) / 2)
    assert found.df == 3


def test_clusters_of_one_example_change_nothing():
    values = np.random.default_rng(0).normal(size=30)
    alone, clustered = mean_noise(values), mean_noise(values, np.arange(30))
    assert clustered.se == pytest.approx(alone.se)
    assert clustered.df == pytest.approx(29)


def test_equal_clusters_count_by_their_means():
    values = np.random.default_rng(1).normal(size=40)
    means = values.reshape(8, 5).mean(axis=1)
    found = mean_noise(values, np.repeat(np.arange(8), 5))
    assert found.se == pytest.approx(np.std(means, ddof=1) / 8**0.5)
    assert found.df == pytest.approx(7)


def test_uneven_clusters_weigh_as_fewer():
    clusters = np.repeat(np.arange(6), [50, 2, 2, 2, 2, 2])
    with pytest.raises(InsufficientDataError, match="one of which holds most"):
        mean_noise(np.random.default_rng(2).normal(size=60), clusters)
    clusters = np.repeat(np.arange(6), [20, 10, 10, 10, 5, 5])
    assert 2 < mean_noise(np.random.default_rng(2).normal(size=60), clusters).df < 5


@pytest.mark.parametrize(("n", "words"), [(0, "0 examples"), (1, "1 example cannot")])
def test_refuses_too_few_examples(n, words):
    with pytest.raises(InsufficientDataError, match=words):
        mean_noise(np.ones(n))


@pytest.mark.parametrize(("n", "words"), [(1, "1 cluster cannot"), (4, "4 clusters cannot")])
def test_refuses_few_clusters(n, words):
    with pytest.raises(InsufficientDataError, match=words):
        mean_noise(np.arange(20.0), np.arange(20) % n)


def test_squares_of_large_values_do_not_overflow():
    values = np.random.default_rng(3).normal(size=40)
    for clusters in (None, np.arange(40) % 8):
        one = mean_noise(values, clusters).se
        for scale in (1e-200, 1e200):
            assert mean_noise(scale * values, clusters).se == pytest.approx(scale * one)


def test_equal_values_have_no_noise():
    assert mean_noise(np.zeros(5)).se == 0
