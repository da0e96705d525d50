import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.power import power_of_t
from trialist.stats.typesm import type_s_m
from trialist.values.errors import ConfigError, InsufficientDataError

BOTH = pytest.mark.parametrize("paired", [True, False])


@pytest.mark.parametrize(
    ("effect", "se", "power", "wrong_sign", "exaggeration"),
    [
        # Gelman & Carlin (2014), the two examples: true effect, standard error, and what follows
        (0.1, 3.28, 0.05, 0.46, 77),
        (0.3, 3.28, 0.05, 0.39, 25),
        (1.0, 3.28, 0.06, 0.19, 7.7),
        (2.0, 8.1, 0.06, 0.24, 9.7),
    ],
)
def test_is_what_gelman_and_carlin_published(effect, se, power, wrong_sign, exaggeration):
    n = 1_000_000  # the noise is as good as known
    risk = type_s_m(effect / se / math.sqrt(n), n, paired=True, alpha=0.05)
    assert risk.power == pytest.approx(power, abs=0.006)
    assert risk.wrong_sign == pytest.approx(wrong_sign, abs=0.006)
    assert risk.exaggeration == pytest.approx(exaggeration, rel=0.03)


@BOTH
@pytest.mark.parametrize(("effect", "n"), [(0.3, 2), (0.5, 3), (1.0, 5), (0.2, 20)])
@pytest.mark.parametrize("alpha", [0.05, 0.4])
def test_is_what_a_simulation_gives(effect, n, paired, alpha):
    rng = np.random.default_rng(n)
    draws = 100_000
    df, shift = (n - 1, effect * n**0.5) if paired else (2 * n - 2, effect * (n / 2) ** 0.5)
    z = rng.standard_normal(draws) + shift
    claimed = np.abs(z) > stats.t.isf(alpha / 2, df) * np.sqrt(rng.chisquare(df, draws) / df)
    risk = type_s_m(effect, n, paired=paired, alpha=alpha)
    sizes, wrong = np.abs(z[claimed]) / shift, z[claimed] < 0
    error = 4 / math.sqrt(claimed.sum())
    assert abs(risk.power - claimed.mean()) < 4 * math.sqrt(0.25 / draws)
    assert abs(risk.wrong_sign - wrong.mean()) < error * max(wrong.std(), 0.01)
    assert abs(risk.exaggeration - sizes.mean()) < error * sizes.std()


@given(
    st.floats(1e-6, 1e4),
    st.integers(2, 10_000),
    st.booleans(),
    st.sampled_from([0.5, 0.05, 0.003, 1e-8]),
)
def test_the_power_is_that_of_the_t_test(effect, n, paired, alpha):
    risk = type_s_m(effect, n, paired=paired, alpha=alpha)
    assert risk.power == pytest.approx(power_of_t(effect, n, paired=paired, alpha=alpha), abs=1e-9)
    assert 0 <= risk.wrong_sign <= 0.5 + 1e-9
    assert risk.exaggeration > 1 - 1e-9
    assert type_s_m(-effect, n, paired=paired, alpha=alpha) == risk


@BOTH
def test_more_seeds_lower_both_risks(paired):
    risks = [type_s_m(0.5, n, paired=paired, alpha=0.05) for n in (3, 5, 10, 50, 500)]
    for values in ([r.wrong_sign for r in risks], [r.exaggeration for r in risks]):
        assert values == sorted(values, reverse=True)
    assert risks[-1].exaggeration == pytest.approx(1, abs=1e-6)
    assert risks[-1].wrong_sign < 1e-12


@pytest.mark.parametrize("effect", [0.0, math.nan, math.inf, 1.7e308])
def test_refuses_an_effect_without_sign_or_size(effect):
    with pytest.raises(ConfigError):
        type_s_m(effect, 40, paired=True, alpha=0.05)


def test_refuses_one_seed():
    with pytest.raises(InsufficientDataError):
        type_s_m(1.0, 1, paired=True, alpha=0.05)
    with pytest.raises(ConfigError):
        type_s_m(1.0, 3, paired=True, alpha=0.0)
