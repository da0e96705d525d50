import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.nemenyi import critical_difference, groups_within, studentized_range
from trialist.stats.ranks import friedman
from trialist.values.errors import InsufficientDataError

DEMSAR = (1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164)


def test_the_table_of_demsar_is_reproduced():
    ours = [studentized_range(k, level=0.95) / math.sqrt(2) for k in range(2, 11)]
    assert ours == pytest.approx(DEMSAR, abs=1.01e-3)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("k", [2, 7, 36, 200])
def test_the_range_is_that_of_scipy(k, level):
    theirs = stats.studentized_range.ppf(level, k, np.inf)
    assert studentized_range(k, level=level) == pytest.approx(theirs, abs=1e-8)


def test_the_critical_difference_of_demsars_example():
    # section 3.2.2: 4 classifiers on 14 data sets, alpha .05: 1.25 (and 1.12 at .10)
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)
    assert critical_difference(4, 14, alpha=0.10) == pytest.approx(1.12, abs=0.005)


def test_refuses_one_variant_and_few_tasks():
    with pytest.raises(InsufficientDataError):
        critical_difference(1, 10)
    with pytest.raises(InsufficientDataError):
        critical_difference(3, 5)


def test_groups_are_maximal_and_singles_have_none():
    assert groups_within([1.0, 1.5, 2.0, 9.0], 1.0) == ((0, 1, 2),)
    assert groups_within([1.0, 5.0, 9.0], 1.0) == ()


RANKS = st.lists(st.floats(1, 40), min_size=2, max_size=20)


@given(RANKS, st.floats(0.0, 20.0))
def test_two_share_a_group_just_where_they_lie_within_the_difference(average, difference):
    groups = groups_within(average, difference)
    for one in range(len(average)):
        for other in range(one):
            near = abs(average[one] - average[other]) <= difference
            assert near == any(one in group and other in group for group in groups)
    assert not any(set(a) < set(b) for a in groups for b in groups)


def test_the_family_of_all_pairs_errs_as_seldom_as_it_says():
    rng = np.random.default_rng(4)
    n, k, wrong = 10, 6, 0
    limit = critical_difference(k, n)
    for _ in range(1500):
        ranks = rng.random((n, k)).argsort(axis=1).argsort(axis=1) + 1.0
        apart = float(np.ptp(ranks.mean(axis=0))) > limit
        wrong += apart and friedman(ranks.tolist()).p <= 0.05
    assert wrong / 1500 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1500)
    assert wrong  # the simulation can fail
