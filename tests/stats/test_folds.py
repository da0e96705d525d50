import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.folds import fold_t
from trialist.stats.paired import paired_t
from trialist.stats.spread import has_spread
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError

samples = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=2, max_size=20).filter(
    has_spread
)


@given(samples, st.integers(1, 1_000), st.integers(1, 1_000))
def test_is_the_formula_of_nadeau_and_bengio(differences, n_test, n_train):
    test = fold_t(differences, n_test=n_test, n_train=n_train)
    n, variance = len(differences), np.var(differences, ddof=1)
    t = np.mean(differences) / math.sqrt((1 / n + n_test / n_train) * variance)
    assert test.t == pytest.approx(t, rel=1e-7, abs=1e-9)
    assert test.df == n - 1
    assert test.p == pytest.approx(2 * stats.t.sf(abs(t), n - 1), rel=1e-6)


@given(samples, st.integers(1, 1_000), st.integers(1, 1_000))
def test_claims_less_than_the_paired_t_test_of_the_folds(differences, n_test, n_train):
    ours = fold_t(differences, n_test=n_test, n_train=n_train)
    assert ours.p >= paired_t(differences).p
    mirrored = fold_t([-x for x in differences], n_test=n_test, n_train=n_train)
    assert (mirrored.t, mirrored.p) == (-ours.t, ours.p)


def test_ten_folds_widen_the_standard_error_by_their_overlap():
    differences = [0.1, 0.2, 0.4, 0.1, 0.3, 0.2, 0.5, 0.1, 0.2, 0.3]
    ratio = fold_t(differences, n_test=100, n_train=900).se / paired_t(differences).se
    assert ratio == pytest.approx(math.sqrt(1 + 10 / 9))


@pytest.mark.parametrize("differences", [[], [0.1], [0.2, 0.2, 0.2]])
def test_refuses_one_fold_and_no_spread(differences):
    with pytest.raises(InsufficientDataError):
        fold_t(differences, n_test=1, n_train=9)


def test_refuses_what_cannot_be():
    with pytest.raises(MetricError):
        fold_t([0.1, math.nan, 0.2], n_test=1, n_train=9)
    for n_test, n_train in ((0, 9), (1, 0)):
        with pytest.raises(ConfigError):
            fold_t([0.1, 0.2, 0.4], n_test=n_test, n_train=n_train)


def test_random_splits_of_one_data_set_do_not_find_what_is_not_there():
    """Two regressions, each on one of two equally good features: 10 random 80/20 splits."""
    rng = np.random.default_rng(8)
    studies, n, n_test, splits = 400, 60, 12, 10
    ours = plain = 0
    for _ in range(studies):
        features = rng.standard_normal((2, n))
        target = features.sum(axis=0) + rng.standard_normal(n)
        differences = []
        for _ in range(splits):
            order = rng.permutation(n)
            errors = [squared_errors(x, target, order[:n_test], order[n_test:]) for x in features]
            differences.append(float((errors[1] - errors[0]).mean()))
        plain += paired_t(differences).p <= 0.05
        ours += fold_t(differences, n_test=n_test, n_train=n - n_test).p <= 0.05
    assert plain / studies > 0.2
    assert ours / studies < 0.09


def squared_errors(x, target, test, train):
    slope = x[train] @ target[train] / (x[train] @ x[train])
    return (target[test] - slope * x[test]) ** 2
