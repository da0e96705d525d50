import pytest
from scipy import stats

from trialist.search.regret import pooled_regret, regret_of
from trialist.values.metric import Goal
from trialist.values.missing import Missing


def test_counts_the_audited_that_ended_among_the_best() -> None:
    values = {trial: trial / 10 for trial in range(10)}
    found = regret_of(values, [9, 8, 1, 0], Goal.MAXIMIZE, k=2)
    assert (found.n_best, found.n_audited, found.rate) == (2, 4, 0.5)
    exact = stats.binomtest(2, 4).proportion_ci(method="exact")
    assert (found.interval.low, found.interval.high) == pytest.approx((exact.low, exact.high))
    assert regret_of(values, [9, 8, 1, 0], Goal.MINIMIZE, k=1).n_best == 1


def test_a_diverged_one_is_not_among_the_best() -> None:
    assert regret_of({0: None, 1: 0.5}, [0], Goal.MINIMIZE, k=3).n_best == 0


def test_those_that_still_run_are_left_out() -> None:
    assert regret_of({0: 0.1, 1: 0.2}, [1, 7], Goal.MINIMIZE).n_audited == 1
    assert isinstance(regret_of({0: 0.1}, [7], Goal.MINIMIZE), Missing)
    assert isinstance(regret_of({}, [], Goal.MINIMIZE), Missing)


def test_ties_with_the_last_of_the_best_count() -> None:
    assert regret_of({0: 0.1, 1: 0.1, 2: 0.1}, [2], Goal.MINIMIZE, k=1).n_best == 1


def test_searches_are_pooled_and_those_without_an_audited_trial_add_nothing() -> None:
    values = {trial: trial / 10 for trial in range(10)}
    searches = [regret_of(values, audited, Goal.MAXIMIZE, k=2) for audited in ([9, 0], [1], [])]
    found = pooled_regret(searches)
    assert (found.n_best, found.n_audited, found.k) == (1, 3, 2)
    exact = stats.binomtest(1, 3).proportion_ci(method="exact")
    assert (found.interval.low, found.interval.high) == pytest.approx((exact.low, exact.high))
    assert isinstance(pooled_regret(searches[2:]), Missing)
