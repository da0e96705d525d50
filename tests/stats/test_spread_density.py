import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.spread_density import spread_density


@given(st.floats(1, 1_000))
def test_is_the_density_of_chi_over_its_root_df(df):
    ratio = np.linspace(0.05, 3, 50)
    reference = stats.chi.pdf(ratio, df, scale=df**-0.5)
    assert spread_density(ratio, df) == pytest.approx(reference, rel=1e-8, abs=1e-200)


@pytest.mark.parametrize("df", [1, 2.5, 59, 60, 61, 1e4, 1e6])
def test_integrates_to_one_at_any_size(df):
    reach = 12 / (2 * df) ** 0.5
    x, weights = np.polynomial.legendre.leggauss(400)
    low = max(0.0, 1 - reach)
    half = (1 + reach - low) / 2
    total = half * weights @ spread_density(low + half * (x + 1), df)
    assert total == pytest.approx(1, abs=1e-9 if df != 2.5 else 1e-6)
