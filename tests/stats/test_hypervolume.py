import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.hypervolume import contributions, hypervolume


def test_one_point_dominates_a_box():
    assert hypervolume(np.array([[0.5, 0.25]]), np.array([1.0, 1.0])) == pytest.approx(0.375)


def test_points_beyond_the_reference_add_nothing():
    assert hypervolume(np.array([[2.0, 0.0]]), np.array([1.0, 1.0])) == 0


def test_three_objectives_are_exact():
    points = np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
    # each holds a box of 1/4; each two share 1/8, and so do all three
    assert hypervolume(points, np.ones(3)) == pytest.approx(3 / 4 - 3 / 8 + 1 / 8)


@given(st.integers(0, 1_000), st.integers(2, 3))
def test_it_is_the_share_of_random_points_that_are_dominated(seed, objectives):
    rng = np.random.default_rng(seed)
    points = rng.random((5, objectives))
    many = rng.random((4_000, objectives))
    dominated = (points[None] <= many[:, None]).all(axis=2).any(axis=1).mean()
    assert hypervolume(points, np.ones(objectives)) == pytest.approx(dominated, abs=0.04)


def test_equal_last_objectives_add_no_slice():
    points = np.array([[0.0, 0.5], [0.5, 0.5]])
    assert hypervolume(points, np.ones(2)) == pytest.approx(0.5)


def test_it_equals_optuna():
    optuna = pytest.importorskip("optuna")
    rng = np.random.default_rng(0)
    for objectives in (2, 3, 4):
        points = rng.random((12, objectives))
        theirs = optuna._hypervolume.compute_hypervolume(points, np.ones(objectives))
        assert hypervolume(points, np.ones(objectives)) == pytest.approx(theirs)


def test_a_dominated_point_adds_nothing_and_neither_do_equal_ones():
    added = contributions(np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.5], [0.5, 0.5]]))
    assert added[2] == 0
    assert added[3] == added[4] == 0
    assert added[0] > 0


def test_scaling_an_objective_changes_no_contribution():
    points = np.random.default_rng(1).random((8, 2))
    assert contributions(points * [1.0, 1e6]) == pytest.approx(contributions(points))


def test_an_objective_that_is_the_same_everywhere_is_borne():
    assert contributions(np.array([[1.0, 0.0], [1.0, 1.0]]))[0] > 0
