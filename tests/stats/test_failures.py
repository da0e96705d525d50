import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from trialist.stats.failures import clopper_pearson, fisher_exact, not_ruled_out
from trialist.values.errors import ConfigError, InsufficientDataError


@st.composite
def counts(draw, most=60):
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@given(counts(), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_is_the_interval_of_statsmodels(count, level):
    found = clopper_pearson(*count, level=level)
    low, high = proportion_confint(*count, alpha=1 - level, method="beta")
    assert found.low == pytest.approx(low, rel=1e-9, abs=1e-12)
    assert found.high == pytest.approx(high, rel=1e-9)


@given(counts(10_000))
def test_the_interval_holds_the_share_and_has_a_width(count):
    k, n = count
    found = clopper_pearson(k, n)
    assert 0 <= found.low <= k / n <= found.high <= 1
    assert found.low < found.high


@given(counts())
def test_counting_the_others_mirrors_the_interval(count):
    k, n = count
    ours, theirs = clopper_pearson(k, n), clopper_pearson(n - k, n)
    assert ours.low == pytest.approx(1 - theirs.high, abs=1e-12)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("n", [3, 10, 20])
def test_covers_any_rate_at_any_size(rate, n):
    covered = 0.0
    for k in range(n + 1):
        found = clopper_pearson(k, n)
        if found.low <= rate <= found.high:
            covered += stats.binom.pmf(k, n, rate)
    assert covered >= 0.95


@given(counts(), counts())
def test_is_fishers_test_of_scipy(a, b):
    table = [[a[0], a[1] - a[0]], [b[0], b[1] - b[0]]]
    reference = stats.fisher_exact(table).pvalue
    assert fisher_exact(*a, *b) == pytest.approx(reference, rel=1e-10)


@given(counts(), counts())
def test_sides_and_outcomes_may_be_swapped(a, b):
    p = fisher_exact(*a, *b)
    assert fisher_exact(*b, *a) == p
    assert fisher_exact(a[1] - a[0], a[1], b[1] - b[0], b[1]) == p
    assert 0 < p <= 1


def test_ten_thousand_runs_a_side_are_no_matter():
    reference = stats.fisher_exact([[4_000, 6_000], [4_100, 5_900]]).pvalue
    assert fisher_exact(4_000, 10_000, 4_100, 10_000) == pytest.approx(reference, rel=1e-9)


def test_three_runs_a_side_cannot_tell_failures_apart():
    assert fisher_exact(0, 3, 3, 3) == pytest.approx(0.1)
    assert fisher_exact(0, 4, 4, 4) == pytest.approx(1 / 35)


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_equal_rates_differ_no_more_often_than_the_nominal_rate(rate):
    chance = {k: stats.binom.pmf(k, 10, rate) for k in range(11)}
    rejected = math.fsum(
        chance[a] * chance[b]
        for a in range(11)
        for b in range(11)
        if fisher_exact(a, 10, b, 10) <= 0.05
    )
    assert rejected <= 0.05


def test_no_failure_still_allows_the_shares_of_the_specification():
    shares = [round(100 * not_ruled_out(n)) for n in (3, 5, 10, 20)]
    assert shares == [63, 45, 26, 14]


@given(st.integers(1, 10_000), st.sampled_from([0.8, 0.95]))
def test_at_that_share_no_failure_is_just_no_surprise(n, level):
    share = not_ruled_out(n, level=level)
    assert n * math.log1p(-share) == pytest.approx(math.log(1 - level))
    # one-sided, so it is the end of the two-sided interval with twice the tail
    assert share == pytest.approx(clopper_pearson(0, n, level=2 * level - 1).high, rel=1e-9)


def test_refuses_rates_of_no_runs():
    for refused in (
        lambda: clopper_pearson(0, 0),
        lambda: not_ruled_out(0),
        lambda: fisher_exact(0, 0, 1, 3),
        lambda: fisher_exact(1, 3, 0, 0),
    ):
        with pytest.raises(InsufficientDataError):
            refused()


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_refuses_counts_that_cannot_be(k, n):
    with pytest.raises(ConfigError):
        clopper_pearson(k, n)
    with pytest.raises(ConfigError):
        fisher_exact(1, 3, k, n)
    with pytest.raises(ConfigError):
        clopper_pearson(1, 3, level=1.0)
    with pytest.raises(ConfigError):
        not_ruled_out(3, level=0.0)
