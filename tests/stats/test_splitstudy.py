import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.splitstudy import split_study
from trialist.values.errors import InsufficientDataError


@pytest.mark.parametrize(
    ("n", "searches", "trials", "runs"), [(100, 4, 25, 104), (20, 4, 5, 24), (10, 4, 2, 12),
                                          (7, 3, 2, 9), (6, 3, 2, 9)]
)  # fmt: skip
def test_four_searches_share_the_trials_and_each_winner_runs_once_more(n, searches, trials, runs):
    plan = split_study(n)
    assert (plan.n_searches, plan.n_trials, plan.n_runs) == (searches, trials, runs)


@given(st.integers(6, 10_000), st.integers(3, 20), st.integers(1, 5))
def test_no_part_is_larger_than_the_whole(n, k, f):
    plan = split_study(n, n_searches=k, n_fresh=f)
    assert plan.n_searches * plan.n_trials <= n
    assert plan.n_trials >= 2
    assert plan.n_runs == plan.n_searches * plan.n_trials + plan.n_searches * f


def test_refuses_too_few_trials():
    with pytest.raises(InsufficientDataError, match="5 trials are too few for 3 searches of 2"):
        split_study(5)


@pytest.mark.parametrize(("k", "f"), [(2, 1), (4, 0)])
def test_refuses_a_plan_that_cannot_judge_a_recipe(k, f):
    with pytest.raises(InsufficientDataError, match="cannot judge a recipe"):
        split_study(100, n_searches=k, n_fresh=f)
