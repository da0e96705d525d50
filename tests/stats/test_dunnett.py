import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.dunnett import blocked_many, dunnett_critical, dunnett_p, pooled_many
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError

ts = st.floats(-30, 30)
dfs = st.floats(1, 1e6)
sizes = st.lists(st.integers(1, 300), min_size=1, max_size=6)


@given(ts, dfs, st.integers(1, 300), st.integers(1, 300))
def test_one_comparison_is_the_plain_t_test(t, df, n_baseline, n):
    p = dunnett_p(t, df=df, n_baseline=n_baseline, n_others=(n,))
    assert p == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9, abs=1e-200)


@pytest.mark.parametrize(
    ("df", "alpha", "row"),
    [
        # Dunnett (1964), tables II: two-sided, k = 1, 2, ... comparisons, groups of equal size
        (6, 0.05, [2.45, 2.86, 3.10, 3.26, 3.39, 3.49, 3.57, 3.64, 3.71]),
        (10, 0.05, [2.23, 2.57, 2.76, 2.89, 2.99, 3.07, 3.14, 3.19, 3.24]),
        (20, 0.05, [2.09, 2.38, 2.54, 2.65, 2.73, 2.80, 2.86, 2.90, 2.95]),
        (60, 0.05, [2.00, 2.27, 2.41, 2.51, 2.58, 2.64, 2.69, 2.73, 2.77]),
        (20, 0.01, [2.85, 3.13, 3.29, 3.40, 3.48, 3.55, 3.60, 3.65, 3.69]),
    ],
)
def test_critical_values_are_dunnetts(df, alpha, row):
    found = [
        dunnett_critical(alpha, df=df, n_baseline=7, n_others=(7,) * k)
        for k in range(1, len(row) + 1)
    ]
    assert found == pytest.approx(row, abs=0.0101)


def test_critical_values_are_those_of_the_exercise():
    pooled = dunnett_critical(0.05, df=6, n_baseline=3, n_others=(3, 3))
    blocked = dunnett_critical(0.05, df=4, n_baseline=3, n_others=(3, 3))
    assert (round(pooled, 2), round(blocked, 2)) == (2.86, 3.31)


@pytest.mark.parametrize(
    ("n_baseline", "n_others"), [(5, (5, 5, 5)), (3, (8, 2, 5)), (40, (3, 3)), (2, (30, 30, 4))]
)
@pytest.mark.parametrize("shift", [0.0, 1.2])
def test_is_the_test_of_scipy(n_baseline, n_others, shift):
    rng = np.random.default_rng(n_baseline)
    baseline = rng.standard_normal(n_baseline)
    others = [rng.standard_normal(n) + shift for n in n_others]
    reference = stats.dunnett(*others, control=baseline, rng=np.random.default_rng(1))
    found = pooled_many([baseline.tolist(), *(other.tolist() for other in others)])
    assert found.t == pytest.approx(reference.statistic)
    p = [dunnett_p(t, df=found.df, n_baseline=n_baseline, n_others=n_others) for t in found.t]
    assert p == pytest.approx(reference.pvalue, abs=1e-3)


@pytest.mark.parametrize(
    ("df", "n_baseline", "n_others", "t"),
    [
        (4, 3, (3, 3), 2.0),
        (12, 2, (50,) * 20, 3.0),
        (3, 500, (2, 3, 400), 1.0),
        (1, 5, (5,) * 99, 9),
    ],
)
def test_is_the_chance_that_any_comparison_goes_that_far(df, n_baseline, n_others, t):
    rng = np.random.default_rng(7)
    draws = 100_000
    baseline = rng.standard_normal((draws, 1)) / math.sqrt(n_baseline)
    n = np.array(n_others)
    z = (rng.standard_normal((draws, len(n))) / np.sqrt(n) - baseline) / np.sqrt(
        1 / n + 1 / n_baseline
    )
    spread = np.sqrt(rng.chisquare(df, draws) / df)
    share = (np.abs(z).max(axis=1) >= t * spread).mean()
    p = dunnett_p(t, df=df, n_baseline=n_baseline, n_others=n_others)
    assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / draws)


@given(ts, dfs, st.integers(1, 300), sizes)
def test_lies_between_the_single_p_and_bonferronis(t, df, n_baseline, n_others):
    single = 2 * float(stats.t.sf(abs(t), df))
    p = dunnett_p(t, df=df, n_baseline=n_baseline, n_others=n_others)
    assert (
        single * (1 - 1e-6) - 1e-300 <= p <= min(1.0, len(n_others) * single * (1 + 1e-6) + 1e-300)
    )


@given(ts, dfs, st.integers(1, 300), sizes)
def test_order_of_the_groups_and_sign_do_not_matter(t, df, n_baseline, n_others):
    p = dunnett_p(t, df=df, n_baseline=n_baseline, n_others=n_others)
    assert dunnett_p(-t, df=df, n_baseline=n_baseline, n_others=n_others[::-1]) == p


@given(st.lists(st.floats(0, 40), min_size=2, max_size=4), dfs, st.integers(1, 300), sizes)
def test_a_larger_t_has_a_smaller_p(t, df, n_baseline, n_others):
    p = [dunnett_p(one, df=df, n_baseline=n_baseline, n_others=n_others) for one in sorted(t)]
    assert all(later <= earlier * (1 + 1e-7) for earlier, later in pairwise(p))


@given(st.floats(1e-6, 0.5), st.sampled_from([1, 4, 57, 1e5]), st.integers(1, 50), sizes)
@settings(max_examples=15)
def test_the_critical_value_is_where_p_is_alpha(alpha, df, n_baseline, n_others):
    critical = dunnett_critical(alpha, df=df, n_baseline=n_baseline, n_others=n_others)
    p = dunnett_p(critical, df=df, n_baseline=n_baseline, n_others=n_others)
    assert p == pytest.approx(alpha, rel=1e-6)


def test_ends_are_certain():
    ask = {"df": 5, "n_baseline": 3, "n_others": (3, 4)}
    assert dunnett_p(0.0, **ask) == 1.0
    assert dunnett_p(math.inf, **ask) == 0.0
    assert 0 < dunnett_p(1e9, **ask) < 1e-30


def test_refuses_what_cannot_be():
    with pytest.raises(MetricError):
        dunnett_p(math.nan, df=4, n_baseline=3, n_others=(3,))
    with pytest.raises(InsufficientDataError):
        dunnett_p(1.0, df=4, n_baseline=3, n_others=())
    for wrong in (
        {"df": 0.5, "n_baseline": 3, "n_others": (3,)},
        {"df": math.inf, "n_baseline": 3, "n_others": (3,)},
        {"df": 4, "n_baseline": 0, "n_others": (3,)},
        {"df": 4, "n_baseline": 3, "n_others": (3, 0)},
    ):
        with pytest.raises(ConfigError):
            dunnett_p(1.0, **wrong)
        with pytest.raises(ConfigError):
            dunnett_critical(0.05, **wrong)
    with pytest.raises(ConfigError):
        dunnett_critical(0.0, df=4, n_baseline=3, n_others=(3,))


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize(("k", "n"), [(2, 3), (6, 5)])
def test_the_family_errs_as_often_as_it_may(k, n, paired):
    rng = np.random.default_rng(10 * k + n)
    studies = 5_000
    many = blocked_many if paired else pooled_many
    data = rng.standard_normal((studies, k + 1, n))
    if paired:
        data += rng.standard_normal((studies, 1, n))
    df = (k if paired else k + 1) * (n - 1)
    critical = dunnett_critical(0.05, df=df, n_baseline=n, n_others=(n,) * k)
    rejected = sum(max(map(abs, many(rows).t)) >= critical for rows in data.tolist())
    assert 0.0415 <= rejected / studies <= 0.0585
