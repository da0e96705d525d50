"""Performance profiles of ratios to the best: their steps, their area, against an integral."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.ratioprofile import ratio_profiles, ratios_of

RATIOS = st.lists(st.floats(1, 10) | st.just(math.inf), min_size=1, max_size=12)


def one(*ratios, upto=4.0):
    return ratio_profiles({"a": ratios}, upto=upto)["a"]


def test_a_profile_rises_where_a_problem_is_solved():
    found = one(1.0, 2.0, 2.0, 5.0, math.inf)
    assert found.taus == (1.0, 2.0)
    assert found.shares == (0.2, 0.6)
    assert found.score == pytest.approx((1 + 2 * 2 / 3) / 5)


def test_who_is_never_the_best_begins_at_none():
    found = one(3.0)
    assert (found.taus, found.shares) == ((1.0, 3.0), (0.0, 1.0))


def test_who_solves_nothing_scores_nothing():
    assert one(math.inf, math.inf).score == 0
    assert one(4.5).score == 0


@given(RATIOS)
def test_the_score_is_the_area_under_the_profile(ratios):
    found = one(*ratios)
    taus = np.linspace(1, 4, 20_001)
    shares = np.mean(np.array(ratios)[:, None] <= taus[None, :], axis=0)
    assert found.score == pytest.approx(np.trapezoid(shares, taus) / 3, abs=1e-3)
    assert 0 <= found.score <= 1


@given(RATIOS)
def test_the_order_of_problems_does_not_matter(ratios):
    assert one(*ratios) == one(*reversed(ratios))


@pytest.mark.parametrize("ratios", [(), (0.5,), (1.0, math.nan)])
def test_what_is_no_ratio_to_the_best_is_refused(ratios):
    with pytest.raises(ValueError, match="ratios to the best are 1 or more"):
        one(*ratios)


def test_ratios_are_taken_to_the_best_of_each_problem():
    costs = {"a": {"x": 2.0, "y": math.inf}, "b": {"x": 3.0}, "c": {"y": 8.0}}
    assert ratios_of(costs, ["x", "y", "z"]) == {
        "a": (1.0, math.inf, math.inf),
        "b": (1.5, math.inf, math.inf),
        "c": (math.inf, 1.0, math.inf),
    }
