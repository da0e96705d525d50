import pytest
from scipy import stats

from trialist.stats.ttest import t_test_of


@pytest.mark.parametrize("df", [1, 2.7, 4, 38, 1e6])
@pytest.mark.parametrize("t", [0.0, -0.4, 2.1, -60.0, 1e9])
def test_p_is_that_of_the_t_distribution(t, df):
    test = t_test_of(estimate=t * 0.25, se=0.25, df=df, sd=1.0)
    assert test.t == pytest.approx(t)
    assert test.p == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9, abs=1e-300)
