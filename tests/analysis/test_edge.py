import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.edge import cliff_of, edge_of
from trialist.values.playbook import Level

EVEN = (np.arange(16) + 0.5) / 16


def said(units, scores):
    return edge_of(np.array(units, dtype=float), np.array(scores, dtype=float))


def test_the_best_at_the_end_with_others_beside_it_is_an_edge():
    edge = said(EVEN, 1 - EVEN)
    assert (edge.level, edge.side, edge.k) == (Level.EDGE, "high", 4)
    assert edge.near
    assert edge.half
    assert edge.share == 0.75


def test_the_best_in_the_middle_is_no_edge():
    edge = said(EVEN, (EVEN - 0.5) ** 2)
    assert (edge.level, edge.side) == (Level.OK, "")


def test_a_lonely_best_at_the_end_is_suspect():
    scores = (EVEN - 0.5) ** 2
    scores[0] = -1
    edge = said(EVEN, scores)
    assert (edge.level, edge.side, edge.near, edge.half) == (Level.SUSPECT, "low", True, False)
    assert edge.share == 0.25


def test_good_trials_at_the_end_without_the_best_are_suspect():
    scores = (EVEN - 0.03) ** 2
    scores[8] = -1
    edge = said(EVEN, scores)
    assert (edge.level, edge.side, edge.near, edge.half) == (Level.SUSPECT, "low", False, True)


def test_good_trials_at_both_ends_name_no_side():
    scores = -((EVEN - 0.5) ** 2)
    scores[8] = -1
    edge = said(EVEN, scores + np.where(EVEN[8] == EVEN, -1, 0))
    assert (edge.level, edge.side) == (Level.OK, "")


def test_fewer_than_twelve_trials_decide_nothing_but_an_edge():
    units = (np.arange(8) + 0.5) / 8
    assert said(units, (units - 0.5) ** 2).level is Level.UNDECIDED
    assert said(units, 1 - units).level is Level.EDGE


@pytest.mark.parametrize("n", [0, 1, 4])
def test_fewer_than_five_trials_decide_nothing_at_all(n):
    units = np.linspace(0, 1, n) if n > 1 else np.ones(n)
    edge = said(units, 1 - units)
    assert (edge.level, edge.side, edge.n, edge.k) == (Level.UNDECIDED, "", n, 0)


def test_a_best_that_is_tied_with_one_inside_is_not_near():
    scores = 1 - EVEN
    scores[8] = scores.min()
    edge = said(EVEN, scores)
    assert not edge.near
    assert edge.level is Level.SUSPECT
    assert edge.best == pytest.approx((EVEN[8] + EVEN[15]) / 2)


def test_trials_that_share_the_last_places_of_the_best_share_them_equally():
    scores = np.ones(20)
    scores[:2] = (0.0, 0.5)
    units = np.concatenate([[0.05, 0.15], np.linspace(0.01, 0.99, 18)])
    edge = said(units, scores)
    outer = (units[2:] < 0.2).mean()
    assert edge.k == 4
    assert edge.share == pytest.approx((2 + 2 * outer) / 4)


def test_equal_scores_everywhere_say_nothing():
    assert said(EVEN, np.zeros(16)).level is Level.OK


@given(st.integers(5, 40), st.integers(0, 10_000))
def test_the_mirrored_trials_get_the_same_verdict(n, seed):
    rng = np.random.default_rng(seed)
    units, scores = rng.random(n), rng.integers(0, 8, n).astype(float)
    one, other = edge_of(units, scores), edge_of(1 - units, scores)
    assert one.level is other.level
    assert {one.side, other.side} in ({"low", "high"}, {""})


@given(st.integers(5, 40), st.integers(0, 10_000))
def test_the_order_of_the_trials_does_not_matter(n, seed):
    rng = np.random.default_rng(seed)
    units, scores = rng.random(n), rng.integers(0, 8, n).astype(float)
    order = rng.permutation(n)
    one, other = edge_of(units, scores), edge_of(units[order], scores[order])
    assert (one.level, one.side, one.near) == (other.level, other.side, other.near)
    assert one.share == pytest.approx(other.share)


def cliff(units, scores, lost):
    return cliff_of(*(np.array(one, dtype=float) for one in (units, scores, lost)))


def test_the_best_right_below_those_that_diverge_stands_at_a_cliff():
    found = cliff([0.1, 0.3, 0.5, 0.6], [4, 3, 2, 1], [0.7, 0.8, 0.9])
    assert found.side == "high"
    assert found.at == pytest.approx(0.65)
    assert (found.n_beyond, found.n_infeasible) == (3, 3)


def test_a_cliff_at_the_lower_end_is_one_too():
    found = cliff([0.9, 0.7, 0.5, 0.4], [4, 3, 2, 1], [0.3, 0.2, 0.1])
    assert found.side == "low"
    assert found.at == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("best", "lost"),
    [
        pytest.param(0.3, [0.7, 0.8, 0.9], id="the best lies far from it"),
        pytest.param(0.6, [0.7, 0.8], id="two are too few"),
        pytest.param(0.6, [0.2, 0.7, 0.8, 0.05], id="they lie on both sides"),
    ],
)
def test_no_cliff(best, lost):
    others = [0.1, 0.15, 0.25, 0.45]
    assert cliff([best, *others], [0, 1, 2, 3, 4], lost) is None


def test_a_fifth_of_the_trials_beyond_a_cliff_may_be_feasible():
    lost = [0.7, 0.75, 0.8, 0.9]
    assert cliff([0.6, 0.1, 0.85], [0, 1, 2], lost).n_beyond == 5
    assert cliff([0.6, 0.1, 0.85, 0.86], [0, 1, 2, 3], lost) is None


def test_without_a_feasible_trial_there_is_no_cliff():
    assert cliff([], [], [0.7, 0.8, 0.9]) is None


def test_the_best_above_all_that_diverged_stands_at_no_upper_cliff():
    found = cliff([0.95], [0], [0.3, 0.5, 0.9])
    assert found.side == "low"
