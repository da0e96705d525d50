import math

import pytest
from scipy import stats

from trialist.stats import noncentral
from trialist.stats.noncentral import noncentral_sf, noncentrality_at


@pytest.mark.parametrize("df", [1, 2, 3.3, 8, 38, 1000, 199_998])
@pytest.mark.parametrize("t", [0, 0.1, 1, 2.3, 5, 12.7, 60])
@pytest.mark.parametrize("ncp", [-30, -5, -1, 0, 0.5, 3, 8, 30, 70])
def test_is_the_noncentral_t_of_scipy(t, df, ncp):
    assert noncentral_sf(t, df, ncp) == pytest.approx(stats.nct.sf(t, df, ncp), abs=1e-10)


@pytest.mark.parametrize("df", [1, 2, 8, 38, 1e5])
@pytest.mark.parametrize("t", [0, 0.3, 2.3, 12.7, 600, 1e5])
@pytest.mark.parametrize("sf", [0.001, 0.025, 0.5, 0.975])
def test_the_noncentrality_gives_the_probability_back(t, df, sf):
    assert noncentral_sf(t, df, noncentrality_at(t, df, sf)) == pytest.approx(sf, rel=1e-6)


@pytest.mark.parametrize("t", [1e8, 1e15, 1e150])
def test_holds_where_scipy_does_not_return(t):
    # the noise of the mean is negligible there: only the spread of the SD is left
    low, high = (noncentrality_at(t, 8, sf) / t for sf in (0.025, 0.975))
    assert low == pytest.approx(math.sqrt(stats.chi2.ppf(0.025, 8) / 8), rel=1e-6)
    assert high == pytest.approx(math.sqrt(stats.chi2.ppf(0.975, 8) / 8), rel=1e-6)


@pytest.mark.parametrize("ncp", [0, 0.7, 6, 40])
def test_both_tails_are_the_sum_of_both(ncp):
    both = noncentral_sf(2.3, 4, ncp) + noncentral_sf(2.3, 4, -ncp)
    assert noncentral.noncentral_beyond(2.3, 4, ncp) == pytest.approx(both, rel=1e-12)


def test_a_search_that_is_never_close_enough_ends(monkeypatch):
    found = noncentrality_at(2.3, 4, 0.025)
    monkeypatch.setattr(noncentral, "_CLOSE", -1.0)
    assert noncentrality_at(2.3, 4, 0.025) == pytest.approx(found, abs=1e-9)
