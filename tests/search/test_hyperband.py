from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.hyperband import bracket_of, shares


@given(st.integers(1, 5), st.integers(2, 5))
def test_brackets_fill_up_in_their_shares(n_rungs, eta) -> None:
    weights = shares(n_rungs, eta)
    assert len(weights) == n_rungs + 1
    counts: Counter[int] = Counter()
    for trial in range(sum(weights)):
        counts[bracket_of(trial, n_rungs, eta)] += 1
        for bracket, weight in enumerate(weights):
            wanted = weight * (trial + 1) / sum(weights)
            assert abs(counts[bracket] - wanted) < len(weights)
    assert counts == dict(enumerate(weights))


def test_the_bracket_follows_from_the_number_alone() -> None:
    found = [bracket_of(trial, 2, 3) for trial in range(60)]
    assert [bracket_of(trial, 2, 3) for trial in reversed(range(60))] == found[::-1]


def test_the_shares_are_those_of_the_paper() -> None:
    # table 1 of Li et al.: R = 81, eta = 3 has brackets of 81, 34, 15, 8 and 5 trials
    assert shares(4, 3) == (81, 34, 15, 8, 5)


@pytest.mark.parametrize("n_rungs", [1, 4])
def test_some_trials_run_in_full(n_rungs) -> None:
    assert n_rungs in {bracket_of(trial, n_rungs, 3) for trial in range(200)}
