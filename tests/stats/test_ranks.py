import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.ranks import MIN_TASKS, friedman, ranks_of
from trialist.values.errors import InsufficientDataError, MetricError

VALUES = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=12)


def random_ranks(rng, n, k, *, ties=False):
    rows = rng.integers(0, 3, (n, k)) if ties else rng.random((n, k))
    return [ranks_of([float(value) for value in row]) for row in rows]


def test_the_highest_value_is_first_and_ties_share_a_rank():
    assert ranks_of([3.0, 5.0, 3.0, 1.0]) == (2.5, 1.0, 2.5, 4.0)


def test_floating_point_noise_splits_no_tie_where_a_tolerance_is_given():
    noisy = [0.1 + 0.2, 0.3, 0.2]
    assert ranks_of(noisy) == (1.0, 2.0, 3.0)
    assert ranks_of(noisy, tolerance=1e-9) == (1.5, 1.5, 3.0)


def test_a_group_of_ties_is_never_wider_than_the_tolerance():
    assert ranks_of([0.0, 0.5, 1.0, 1.5], tolerance=0.5) == (3.5, 3.5, 1.5, 1.5)


@given(VALUES)
def test_ranks_are_those_of_scipy(values):
    assert ranks_of(values) == tuple(stats.rankdata([-value for value in values]))


@given(VALUES, st.permutations(range(12)))
def test_the_order_of_variants_does_not_matter(values, order):
    order = [place for place in order if place < len(values)]
    moved = ranks_of([values[place] for place in order])
    assert moved == tuple(ranks_of(values)[place] for place in order)


def test_refuses_what_is_no_number():
    with pytest.raises(MetricError):
        ranks_of([1.0, math.nan])


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("shape", [(6, 3), (10, 5), (20, 36)])
def test_the_chi_square_is_that_of_scipy(shape, ties):
    rows = random_ranks(np.random.default_rng(3), *shape, ties=ties)
    ours = friedman(rows)
    theirs = stats.friedmanchisquare(*zip(*rows, strict=True))
    assert ours.chi2 == pytest.approx(theirs.statistic)
    assert ours.p_chi2 == pytest.approx(theirs.pvalue)


def test_demsars_example_of_four_classifiers_on_fourteen_data_sets():
    # Demsar (2006), section 3.2.2: average ranks 3.143, 2.000, 2.893, 1.964; F = 3.69
    average = (44 / 14, 28 / 14, 40.5 / 14, 27.5 / 14)
    chi2 = 12 * 14 / (4 * 5) * (sum(rank**2 for rank in average) - 4 * 25 / 4)
    assert chi2 == pytest.approx(9.28, abs=0.01)
    assert 13 * chi2 / (14 * 3 - chi2) == pytest.approx(3.69, abs=0.01)


def test_the_f_follows_from_the_chi_square():
    test = friedman(random_ranks(np.random.default_rng(1), 8, 4))
    f = 7 * test.chi2 / (8 * 3 - test.chi2)
    assert test.f == pytest.approx(f)
    assert test.p == pytest.approx(stats.f.sf(f, 3, 21))


def test_ranks_that_agree_wholly_have_their_exact_p_and_never_zero():
    test = friedman([(1.0, 2.0, 3.0)] * 6)
    assert math.isinf(test.f)
    assert test.p == pytest.approx(6.0**-5)
    tied = friedman([(1.0, 2.5, 2.5)] * 6)
    assert tied.p == pytest.approx(3.0**-5)


def test_two_variants_are_tested_by_the_sign_test():
    rows = [(1.0, 2.0)] * 8 + [(2.0, 1.0)] * 2
    assert friedman(rows).p == pytest.approx(stats.binomtest(2, 10).pvalue)


def test_refuses_few_tasks_and_few_variants_and_ties_only():
    with pytest.raises(InsufficientDataError):
        friedman([(1.0, 2.0)] * (MIN_TASKS - 1))
    with pytest.raises(InsufficientDataError):
        friedman([(1.0,)] * MIN_TASKS)
    with pytest.raises(InsufficientDataError):
        friedman([])
    with pytest.raises(InsufficientDataError, match="ties all"):
        friedman([(1.5, 1.5)] * MIN_TASKS)


@pytest.mark.parametrize(("n", "k"), [(6, 4), (10, 12)])
def test_the_error_rate_is_what_it_says(n, k):
    rng = np.random.default_rng(11)
    rejected = [friedman(random_ranks(rng, n, k)).p <= 0.05 for _ in range(1500)]
    # .06 is the largest rate measured with 10,000 repetitions; 3 standard errors above it
    assert 0.025 <= np.mean(rejected) <= 0.06 + 3 * math.sqrt(0.06 * 0.94 / 1500)
