import numpy as np
import pytest
from scipy.stats import qmc

from trialist.stats.interaction import interactions, least_n
from trialist.values.errors import InsufficientDataError


def points(n, inputs=3, seed=0):
    return np.asarray(qmc.Halton(inputs, rng=seed).random(n))


def found_in(units, scores, seed=0):
    return interactions(units, scores, rng=np.random.default_rng(seed))


def test_a_product_is_found_and_named():
    units = points(32)
    scores = ((units - 0.4) ** 2).sum(axis=1) + 2 * (units[:, 0] - 0.5) * (units[:, 2] - 0.5)
    noise = 0.02 * np.random.default_rng(1).normal(size=32)
    found = {(one.first, one.second): one for one in found_in(units, scores + noise)}
    assert list(found) == [(0, 1), (0, 2), (1, 2)]
    assert found[0, 2].share > 0.9
    assert found[0, 2].p == pytest.approx(0.001)
    assert found[0, 1].p > 0.05


def test_separate_curves_leave_nothing():
    units = points(32)
    assert all(one.share == 0 for one in found_in(units, ((units - 0.4) ** 2).sum(axis=1)))
    assert all(one.p == 1 for one in found_in(units, np.zeros(32)))


def test_an_input_that_never_varies_interacts_with_nothing():
    units = points(32)
    units[:, 1] = 0.5
    scores = np.random.default_rng(0).normal(size=32)
    found = {(one.first, one.second): one.share for one in found_in(units, scores)}
    assert found[0, 1] == 0
    assert found[0, 2] > 0


def test_one_score_that_blew_up_does_not_decide():
    units = points(32)
    scores = ((units - 0.4) ** 2).sum(axis=1) + 0.01 * np.random.default_rng(1).normal(size=32)
    scores[3] = 1e6
    assert all(one.p > 0.01 for one in found_in(units, scores))


def test_the_scale_of_the_scores_does_not_matter():
    units, scores = points(32), np.random.default_rng(2).normal(size=32)
    one, other = found_in(units, scores), found_in(units, 1e3 * scores + 5)
    assert [pair.p for pair in one] == [pair.p for pair in other]
    assert [pair.share for pair in one] == pytest.approx([pair.share for pair in other])


@pytest.mark.parametrize(("n", "inputs"), [(least_n(3) - 1, 3), (40, 1)])
def test_too_few_points_are_refused(n, inputs):
    with pytest.raises(InsufficientDataError):
        found_in(points(n, inputs), np.zeros(n))


@pytest.mark.slow
def test_separate_curves_with_noise_are_called_an_interaction_in_one_of_twenty():
    rng, told = np.random.default_rng(7), []
    for seed in range(100):
        units = points(24, seed=seed)
        scores = ((units - 0.4) ** 2).sum(axis=1) + 0.03 * rng.normal(size=24)
        told.append(min(one.p for one in found_in(units, scores, seed)) <= 0.05)
    assert 0.01 <= np.mean(told) <= 0.12
