import math

import numpy as np
import pytest

from trialist.analysis.direct import records_of
from trialist.analysis.pilot import pilot_spread
from trialist.values.errors import InsufficientDataError

A = {0: 1.0, 1: 2.0, 2: 4.0, 3: 1.5}
B = {0: 5.0, 1: 5.5, 3: 7.0}


def test_the_sd_is_pooled_within_variants():
    found = pilot_spread(records_of({"a": A, "b": B}))
    variances = 3 * np.var(list(A.values()), ddof=1) + 2 * np.var(list(B.values()), ddof=1)
    assert found.sd == pytest.approx(math.sqrt(variances / 5))
    assert (found.df, found.n_groups, found.notes) == (5, 2, ())


def test_the_sd_of_pairs_is_that_of_their_differences():
    found = pilot_spread(records_of({"a": A, "b": B}), baseline="a")
    assert found.sd == pytest.approx(np.std([4.0, 3.5, 5.5], ddof=1))
    assert (found.df, found.n_groups) == (2, 1)


def test_differences_with_one_baseline_count_for_less_than_they_are():
    rng = np.random.default_rng(0)
    groups = {name: dict(enumerate(rng.standard_normal(5))) for name in "abcde"}
    assert pilot_spread(records_of(groups), baseline="a").df == pytest.approx(16 / 1.75)


def test_the_worth_of_shared_differences_is_the_measured_one():
    rng = np.random.default_rng(1)
    values = rng.standard_normal((8_000, 4, 5))
    differences = values[:, 1:] - values[:, :1]
    pooled = differences.var(axis=2, ddof=1).mean(axis=1) / 2
    measured = 2 / pooled.var()
    assert pytest.approx(measured, rel=0.06) == 12 / (1 + 2 / 4)


def test_runs_without_seeds_have_a_spread_too():
    assert pilot_spread(records_of({"a": [1.0, 3.0]})).sd == pytest.approx(math.sqrt(2))


def test_lost_runs_and_unequal_noise_are_told():
    groups = {"a": [1.0, 1.1, None, math.nan], "b": [1.0, 9.0], "c": [2.0, 2.0]}
    lost, apart = pilot_spread(records_of(groups)).notes
    assert lost.startswith("2 of 8 runs gave no value")
    assert "one has none" in apart
    (apart,) = pilot_spread(records_of({"a": [1.0, 1.1], "b": [1.0, 1.5]})).notes
    assert "the largest is 5.0 times the least" in apart


@pytest.mark.parametrize(
    ("groups", "baseline", "words"),
    [
        ({"a": [1.0], "b": [2.0]}, None, "no two runs of one variant"),
        ({"a": [1.0, 1.0], "b": [2.0, 2.0]}, None, "no spread"),
        ({"a": {0: 1.0, 1: 2.0}, "b": {2: 2.0, 3: 4.0}}, "a", "no two pairs with a"),
        ({"a": {0: 1.0, 1: 2.0}, "b": {0: 2.0, 1: 3.0}}, "a", "no two pairs with a"),
        ({"a": {0: 1.0, 1: 2.0}}, "z", "no two pairs with z"),
    ],
)
def test_what_shows_no_spread_is_told(groups, baseline, words):
    with pytest.raises(InsufficientDataError, match=words):
        pilot_spread(records_of(groups), baseline=baseline)
