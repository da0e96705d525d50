import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.mcnemar import bonett_price, discordant_odds, mcnemar
from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

counts = st.integers(0, 400)


def test_gives_the_known_answers_of_two_judges():
    found = mcnemar(only_baseline=145, only_variant=115, n=999)
    assert found.p == pytest.approx(0.0631, abs=5e-5)
    assert found.p_exact == pytest.approx(0.0719, abs=5e-5)
    assert found.estimate == pytest.approx(-30 / 999)


@given(counts, counts, st.integers(0, 1000))
def test_the_exact_p_is_the_binomial_test_of_scipy(b, c, rest):
    if b + c == 0:
        return
    found = mcnemar(only_baseline=b, only_variant=c, n=b + c + rest)
    assert found.p_exact == pytest.approx(stats.binomtest(b, b + c).pvalue, rel=1e-9)
    half = stats.binom.pmf(min(b, c), b + c, 0.5)
    assert found.p == pytest.approx(1.0 if b == c else found.p_exact - half, rel=1e-7)
    assert 0 < found.p <= 1


def test_the_exact_p_is_that_of_statsmodels():
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    reference = tables.mcnemar([[10, 7], [19, 3]], exact=True).pvalue
    assert mcnemar(only_baseline=7, only_variant=19, n=39).p_exact == pytest.approx(reference)


@given(counts.filter(bool), st.integers(0, 100))
def test_as_many_on_either_side_say_nothing(b, rest):
    found = mcnemar(only_baseline=b, only_variant=b, n=2 * b + rest)
    assert found.p == found.p_exact == 1.0
    assert found.estimate == 0


@given(counts, counts.filter(bool))
def test_swapping_the_models_flips_the_sign_and_keeps_p(b, c):
    one = mcnemar(only_baseline=b, only_variant=c, n=1000)
    other = mcnemar(only_baseline=c, only_variant=b, n=1000)
    assert one.estimate == -other.estimate
    assert one.p == other.p
    ours, theirs = bonett_price(one), bonett_price(other)
    assert ours.low == pytest.approx(-theirs.high)


def test_without_a_discordant_example_there_is_no_p():
    with pytest.raises(InsufficientDataError, match="no discordant example"):
        mcnemar(only_baseline=0, only_variant=0, n=100)


@pytest.mark.parametrize(("b", "c", "n"), [(-1, 3, 10), (6, 5, 10)])
def test_refuses_counts_that_cannot_be(b, c, n):
    with pytest.raises(InsufficientDataError, match="cannot be discordant"):
        mcnemar(only_baseline=b, only_variant=c, n=n)


def test_millions_of_examples_need_no_patience():
    found = mcnemar(only_baseline=2_000_000, only_variant=2_003_000, n=10_000_000)
    assert found.p == pytest.approx(2 * stats.norm.sf(3000 / 4_003_000**0.5), rel=1e-2)


def test_the_interval_adds_one_example_to_either_side():
    # Bonett & Price 2012: (c - b) / (n + 2), with one added to b and c
    found = bonett_price(mcnemar(only_baseline=4, only_variant=12, n=50))
    p12, p21 = 13 / 52, 5 / 52
    half = stats.norm.isf(0.025) * ((p12 + p21 - (p12 - p21) ** 2) / 52) ** 0.5
    assert (found.low, found.high) == pytest.approx((p12 - p21 - half, p12 - p21 + half))


def test_a_difference_of_shares_is_at_most_one():
    found = bonett_price(mcnemar(only_baseline=0, only_variant=4, n=4), level=0.999)
    assert found.high == 1.0
    assert -1 <= found.low < found.high


def test_the_odds_among_discordant_examples_are_exact():
    found = discordant_odds(mcnemar(only_baseline=10, only_variant=20, n=100))
    share = stats.binomtest(20, 30).proportion_ci(0.95)
    assert found.value == 2.0
    assert found.interval.low == pytest.approx(share.low / (1 - share.low))
    assert found.interval.high == pytest.approx(share.high / (1 - share.high))


def test_odds_without_a_bound_are_missing():
    assert isinstance(discordant_odds(mcnemar(only_baseline=0, only_variant=5, n=9)), Missing)


@pytest.mark.parametrize("n", [50, 1000])
def test_errs_as_often_as_it_says(n):
    rng = np.random.default_rng(11)
    counts = rng.multinomial(n, [0.06, 0.06, 0.88], size=4000)
    rejected = covered = 0
    for b, c, _ in counts:
        if b + c == 0:
            covered += 1
            continue
        found = mcnemar(only_baseline=int(b), only_variant=int(c), n=n)
        rejected += found.p <= 0.05
        interval = bonett_price(found)
        covered += interval.low <= 0 <= interval.high
    assert 0.02 <= rejected / 4000 <= 0.06  # statistics.md 2.7: .043-.050 with many examples
    assert 0.94 <= covered / 4000 <= 0.985
