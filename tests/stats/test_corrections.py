import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtr
from statsmodels.stats.multitest import multipletests

from trialist.stats.corrections import benjamini_hochberg, holm

families = st.lists(st.floats(0, 1), min_size=1, max_size=12)
METHODS = [(holm, "holm"), (benjamini_hochberg, "fdr_bh")]


@pytest.mark.parametrize(("correct", "name"), METHODS)
@given(families)
def test_adjusts_as_statsmodels_does(correct, name, p):
    assert correct(p) == pytest.approx(multipletests(p, method=name)[1], rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("correct", "name"), METHODS)
@given(families)
def test_the_order_of_the_family_does_not_matter(correct, name, p):
    assert correct(p[::-1]) == correct(p)[::-1]


@given(families)
def test_never_below_p_and_holm_never_below_benjamini_hochberg(p):
    for raw, discovery, family in zip(p, benjamini_hochberg(p), holm(p), strict=True):
        assert raw <= discovery * (1 + 1e-12)
        assert discovery <= family * (1 + 1e-12)
        assert family <= 1


@pytest.mark.parametrize(("correct", "name"), METHODS)
def test_one_comparison_is_not_adjusted_and_none_is_none(correct, name):
    assert correct([0.03]) == (0.03,)
    assert correct([]) == ()


@pytest.mark.parametrize("k", [3, 6])
def test_holm_keeps_the_family_wise_error(k):
    # k variants against one baseline: the p depend on each other
    rng = np.random.default_rng(k)
    n, rounds = 5, 20_000
    x = rng.standard_normal((rounds, k + 1, n))
    mean, var = x.mean(axis=2), x.var(axis=2, ddof=1)
    t = (mean[:, 1:] - mean[:, :1]) / np.sqrt((var[:, 1:] + var[:, :1]) / n)
    p = 2 * stdtr(2 * n - 2, -np.abs(t))
    wrong = p.min(axis=1) <= 0.05 / k
    assert wrong[:2_000].tolist() == [min(holm(row)) <= 0.05 for row in p[:2_000].tolist()]
    assert 0.02 <= wrong.mean() <= 0.0535
