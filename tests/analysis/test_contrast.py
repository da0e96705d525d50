from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.analysis.contrast import contrast
from trialist.values.evidence import Problem, Sample
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol
from trialist.values.prior import SpreadPrior

BASELINE = (0.950, 0.958, 0.947, 0.953, 0.944)
DROPOUT = (0.958, 0.971, 0.956, 0.965, 0.954)

score = st.integers(0, 10_000).map(lambda hits: hits / 10_000)


def protocol(*, paired=False, goal=Goal.MAXIMIZE):
    return Protocol(
        metric=Metric(name="val/accuracy", goal=goal),
        variants=("baseline", "dropout"),
        baseline="baseline",
        looks=(Look(n=5, thresholds=(0.05,)),),
        paired=paired,
    )


def sample(values, *, variant="dropout", seeds=None, **lost):
    seeds = tuple(range(len(values))) if seeds is None else seeds
    return Sample(variant=variant, seeds=seeds, values=tuple(values), **lost)


def compare(a, b, *, paired=False, goal=Goal.MAXIMIZE, seeds_a=None, seeds_b=None):
    return contrast(
        sample(a, variant="baseline", seeds=seeds_a),
        sample(b, seeds=seeds_b),
        protocol=protocol(paired=paired, goal=goal),
    )


def test_paired_equals_scipy():
    found = compare(BASELINE, DROPOUT, paired=True)
    expected = stats.ttest_rel(DROPOUT, BASELINE)
    assert found.test == "paired t"
    assert found.estimate == pytest.approx(np.mean(DROPOUT) - np.mean(BASELINE))
    assert found.p == pytest.approx(expected.pvalue)
    assert found.df == 4
    assert found.correlation == pytest.approx(np.corrcoef(BASELINE, DROPOUT)[0, 1])
    assert found.sd == pytest.approx(np.std(np.subtract(DROPOUT, BASELINE), ddof=1))


def test_unpaired_equals_scipys_welch():
    found = compare(BASELINE, DROPOUT)
    expected = stats.ttest_ind(DROPOUT, BASELINE, equal_var=False)
    assert found.test == "Welch t"
    assert found.p == pytest.approx(expected.pvalue)
    assert found.df == pytest.approx(expected.df)
    assert isinstance(found.correlation, Missing)
    assert found.differences == {}


@pytest.mark.parametrize(("n_a", "n_b"), [(10, 3), (3, 9), (8, 2), (2, 6)])
def test_very_unequal_sizes_use_the_pooled_t_and_say_so(n_a, n_b):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=n_a), rng.normal(size=n_b)
    found = compare(a, b)
    assert found.test == "pooled t"
    assert found.problem is None
    assert found.p == pytest.approx(stats.ttest_ind(b, a).pvalue)
    assert "assumes equal noise in both variants" in found.assumptions


def test_pairs_are_matched_by_seed_and_the_rest_is_counted():
    found = compare(
        (0.1, 0.2, 0.4, 0.8), (0.9, 0.5, 0.3), paired=True, seeds_a=(0, 1, 2, 3), seeds_b=(9, 2, 0)
    )
    assert found.differences == {0: pytest.approx(0.2), 2: pytest.approx(0.1)}
    assert (found.n, found.n_variant, found.n_baseline, found.n_unpaired) == (2, 2, 2, 3)


def test_values_without_seeds_make_no_pairs():
    found = compare((0.1, 0.2), (0.3, 0.5), paired=True, seeds_a=(None, None), seeds_b=(0, 1))
    assert found.problem is Problem.NO_RUNS
    assert found.n_unpaired == 4


@pytest.mark.parametrize(
    ("a", "b", "paired", "problem"),
    [
        ((), (0.1, 0.2), False, Problem.NO_RUNS),
        ((0.1,), (0.2,), False, Problem.ONE_RUN),
        ((0.1,), (0.2,), True, Problem.ONE_RUN),
        ((0.1, 0.2, 0.4), (0.3,), False, Problem.ONE_RUN),
        ((0.1, 0.2), (0.3, 0.5), False, Problem.TWO_RUNS),
        ((0.1, 0.2), (0.3, 0.5), True, Problem.TWO_RUNS),
        ((0.1, 0.2, 0.4, 0.3, 0.6), (0.3, 0.5), False, Problem.TWO_RUNS),
        ((0.1, 0.2, 0.4, 0.3, 0.6, 0.2), (0.3, 0.5), False, None),
        ((0.5,) * 5, (0.5,) * 5, False, Problem.NO_SPREAD),
        ((0.5,) * 5, (0.5,) * 5, True, Problem.NO_SPREAD),
        (BASELINE, BASELINE, True, Problem.NO_SPREAD),
        ((0.5,) * 5, (0.6,) * 5, False, Problem.CONSTANT),
        (BASELINE, tuple(x + 0.01 for x in BASELINE), True, Problem.CONSTANT),
        (BASELINE, tuple(x + 0.01 for x in BASELINE), False, None),
        ((0.5,) * 5, BASELINE, False, None),
    ],
)
def test_names_what_keeps_two_samples_from_being_tested(a, b, paired, problem):
    found = compare(a, b, paired=paired)
    assert found.problem is problem
    tested = problem in (None, Problem.TWO_RUNS)
    assert isinstance(found.p, float) is tested
    assert bool(found.assumptions) is tested


def test_goes_by_the_runs_that_are_left_not_by_those_that_were_planned():
    lost = sample((0.95, 0.96), n_failed=3)
    whole = sample(BASELINE, variant="baseline")
    assert contrast(whole, lost, protocol=protocol()).problem is Problem.TWO_RUNS


def test_one_run_gets_no_estimate():
    assert isinstance(compare((0.1,), (0.2,)).estimate, Missing)


def test_a_constant_difference_keeps_its_estimate_but_gets_no_test():
    found = compare(BASELINE, tuple(x + 0.01 for x in BASELINE), paired=True)
    assert found.estimate == pytest.approx(0.01)
    assert isinstance(found.se, Missing)
    assert isinstance(found.effect_size, Missing)


@given(st.lists(score, min_size=3, max_size=9), st.lists(score, min_size=3, max_size=9))
def test_minimizing_is_maximizing_the_opposite(a, b):
    up = compare(a, b)
    down = compare([-x for x in a], [-x for x in b], goal=Goal.MINIMIZE)
    assert up == down


@given(st.lists(st.tuples(score, score), min_size=3, max_size=9), st.booleans())
def test_swapping_the_sides_flips_the_sign_and_nothing_else(pairs, paired):
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    there, back = compare(a, b, paired=paired), compare(b, a, paired=paired)
    assert there.problem is back.problem
    if isinstance(there.estimate, float):
        assert there.estimate == pytest.approx(-back.estimate)
    if isinstance(there.p, float):
        assert there.p == pytest.approx(back.p)
        assert there.sd == pytest.approx(back.sd)


@given(st.lists(st.tuples(score, score), min_size=2, max_size=9), st.booleans())
def test_never_gives_a_number_that_is_not_finite(pairs, paired):
    found = compare([x for x, _ in pairs], [y for _, y in pairs], paired=paired)
    for number in (found.estimate, found.se, found.df, found.p, found.sd):
        assert isinstance(number, Missing) or math.isfinite(number)


@pytest.mark.parametrize(
    ("values", "problem"), [([1.5, 2.5], None), ([1.5, 1.5001], Problem.TWO_RUNS)]
)
def test_two_runs_count_only_where_the_history_lends_its_noise(values, problem):
    prior = SpreadPrior(sd=1.0, df=20.0, n_groups=20)
    plan = replace(protocol(), variance=Variance.HISTORY, prior=prior)
    found = contrast(sample([values[0] - 1, values[1] - 1], variant="baseline"), sample(values),
                     protocol=plan)  # fmt: skip
    assert found.problem is problem
