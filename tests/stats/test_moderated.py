import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from trialist.stats.moderated import MAX_DF, SpreadPrior, fit_prior, moderated_sd, moderated_t
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError

sds = st.lists(st.floats(0.01, 100), min_size=10, max_size=20)
PRIOR = SpreadPrior(sd=1.0, df=16.0, n_groups=20)


def smyths_prior(sds, ns):
    """Solve Smyth's equations of section 6.2 with SciPy."""
    half = (np.array(ns) - 1) / 2
    e = np.log(np.square(sds)) - digamma(half) + np.log(half)
    v = e.var(ddof=1) - polygamma(1, half).mean()
    if v <= 0:
        return math.exp(e.mean() / 2), math.inf
    df = 2 * brentq(lambda x: polygamma(1, x) - v, 1e-9, 1e9, xtol=1e-13, rtol=1e-13)
    return math.exp((e.mean() + digamma(df / 2) - math.log(df / 2)) / 2), df


@given(sds, st.lists(st.integers(3, 30), min_size=20, max_size=20))
def test_is_the_solution_of_smyths_equations(sds, ns):
    found = fit_prior(sds, ns[: len(sds)])
    sd, df = smyths_prior(sds, ns[: len(sds)])
    assert found.sd == pytest.approx(sd, rel=1e-4)
    assert found.df == pytest.approx(min(df, MAX_DF), rel=1e-6)
    assert found.n_groups == len(sds)


def test_equal_spreads_weigh_as_much_as_a_history_may():
    prior = fit_prior([2.0] * 12, [4] * 12)
    assert prior.df == MAX_DF
    assert prior.sd == pytest.approx(smyths_prior([2.0] * 12, [4] * 12)[0])


def test_finds_the_prior_that_the_groups_were_drawn_from():
    rng = np.random.default_rng(4)
    true = 3.0 * np.sqrt(8 / rng.chisquare(8, 4_000))
    sds = true * np.sqrt(rng.chisquare(4, 4_000) / 4)
    prior = fit_prior(sds.tolist(), [5] * 4_000)
    assert prior.sd == pytest.approx(3.0, rel=0.03)
    assert prior.df == pytest.approx(8, rel=0.15)


@given(sds, st.floats(1e-9, 1e9))
def test_order_does_not_matter_and_the_unit_only_scales(sds, unit):
    ns = [3 + place % 4 for place in range(len(sds))]
    prior = fit_prior(sds, ns)
    assert fit_prior(sds[::-1], ns[::-1]) == prior
    scaled = fit_prior([unit * sd for sd in sds], ns)
    assert scaled.sd == pytest.approx(unit * prior.sd, rel=1e-5)


def test_small_groups_and_those_without_spread_are_left_out():
    sds = [0.9, 1.1, 1.0, 1.2, 0.8] * 2
    prior = fit_prior([*sds, 50.0, 0.0], [5] * 10 + [2, 5])
    assert prior == fit_prior(sds, [5] * 10)
    with pytest.raises(InsufficientDataError, match="9 of 11 earlier groups"):
        fit_prior([*sds[1:], 50.0, 0.0], [5] * 9 + [2, 5])


@pytest.mark.parametrize(("sds", "ns"), [([1.0] * 10, [5] * 9), ([-1.0] + [1.0] * 10, [5] * 11)])
def test_refuses_spreads_that_cannot_be(sds, ns):
    with pytest.raises(ConfigError):
        fit_prior(sds, ns)


def test_refuses_a_history_of_nothing():
    with pytest.raises(InsufficientDataError):
        fit_prior([], [])
    with pytest.raises(MetricError):
        fit_prior([math.nan] * 10, [5] * 10)


@given(st.floats(0.6, 1.5), st.integers(2, 30), st.floats(1, 60))
def test_the_moderated_sd_lies_between_and_knows_more(sd, df, prior_df):
    found = moderated_sd(sd, df, SpreadPrior(sd=1.0, df=prior_df, n_groups=30))
    if found.used:
        weight = min(prior_df, MAX_DF)
        assert found.sd**2 == pytest.approx((weight + df * sd**2) / (weight + df))
        assert found.df == df + weight
        assert found.why is None
    else:
        assert (found.sd, found.df) == (sd, df)


@pytest.mark.parametrize("df", [2, 4, 18])
def test_a_history_that_does_not_fit_is_not_used(df):
    low, high = (math.sqrt(stats.f.ppf(p, df, 16)) for p in (0.005, 0.995))
    for factor, used in ((1.001, True), (0.999, False)):
        assert moderated_sd(low * factor, df, PRIOR).used is used
        assert moderated_sd(high / factor, df, PRIOR).used is used
    refused = moderated_sd(2 * high, df, PRIOR)
    assert (refused.sd, refused.df) == (2 * high, df)
    assert "times the SD of the earlier ones" in refused.why


def test_an_endless_prior_weighs_as_much_as_a_history_may():
    endless = SpreadPrior(sd=1.0, df=math.inf, n_groups=30)
    assert moderated_sd(1.1, 4, endless).df == 4 + MAX_DF


@pytest.mark.parametrize(("sd", "df"), [(0.0, 4), (math.nan, 4), (math.inf, 4), (1.0, math.nan)])
def test_refuses_a_history_that_cannot_be(sd, df):
    with pytest.raises(ConfigError, match="a history with"):
        moderated_sd(1.0, 4, SpreadPrior(sd=sd, df=df, n_groups=10))


@pytest.mark.parametrize(("sd", "df"), [(0.0, 4), (1.0, 0)])
def test_refuses_to_moderate_nothing(sd, df):
    with pytest.raises(InsufficientDataError):
        moderated_sd(sd, df, PRIOR)


def test_the_test_is_judged_by_the_moderated_sd():
    factor = math.sqrt(2 / 3)
    test, spread = moderated_t(1.5, 0.9, 4, factor, PRIOR), moderated_sd(0.9, 4, PRIOR)
    assert test.se == pytest.approx(spread.sd * factor)
    assert (test.estimate, test.df, test.sd) == (1.5, 20, spread.sd)
    assert test.p == pytest.approx(2 * stats.t.sf(1.5 / test.se, 20))
    with pytest.raises(MetricError):
        moderated_t(math.nan, 0.9, 4, factor, PRIOR)


@pytest.mark.parametrize(("n", "power"), [(2, 0.44), (3, 0.61)])
def test_errs_and_finds_as_often_as_the_specification_says(n, power):
    rng = np.random.default_rng(n)
    studies, factor = 4_000, math.sqrt(2 / n)
    histories = rng.standard_normal((studies, 10, 5)).std(axis=2, ddof=1).tolist()
    runs = rng.standard_normal((studies, 2, n))
    sds = np.sqrt(runs.var(axis=2, ddof=1).mean(axis=1)).tolist()
    differences = (runs[:, 1].mean(axis=1) - runs[:, 0].mean(axis=1)).tolist()
    false = found = 0
    for history, sd, difference in zip(histories, sds, differences, strict=True):
        prior = fit_prior(history, [5] * 10)
        false += moderated_t(difference, sd, 2 * n - 2, factor, prior).p <= 0.05
        found += moderated_t(difference + 2, sd, 2 * n - 2, factor, prior).p <= 0.05
    assert 0.039 <= false / studies <= 0.064
    assert found / studies == pytest.approx(power, abs=0.035)
