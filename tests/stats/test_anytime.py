import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from trialist.stats.anytime import anytime_threshold, critical_t, e_value, log_e_value
from trialist.values.errors import ConfigError, InsufficientDataError, MetricError

sizes = st.one_of(
    st.tuples(st.integers(2, 300), st.none()),
    st.tuples(st.integers(1, 300), st.integers(2, 300)),
)


@pytest.mark.parametrize(("t", "n"), [(0.0, 3), (1.5, 4), (-3.0, 8), (6.0, 5)])
def test_is_the_average_over_effects_of_the_specification(t, n):
    """Effects are normal with variance g: the average of noncentral t densities over the null."""
    g, nu = 4.0, n - 1
    above, _ = integrate.quad(
        lambda d: stats.nct.pdf(abs(t), nu, d * math.sqrt(n)) * stats.norm.pdf(d, 0, 2), -20, 20
    )
    assert e_value(t, n, g=g) == pytest.approx(above / stats.t.pdf(t, nu), rel=1e-6)


@given(st.floats(-50, 50), sizes)
def test_is_the_formula_of_the_specification(t, size):
    n_a, n_b = size
    n, nu = (n_a, n_a - 1) if n_b is None else (n_a * n_b / (n_a + n_b), n_a + n_b - 2)
    gain = 1 + n * 4
    log = -0.5 * math.log(gain) - (nu + 1) / 2 * (
        math.log1p(t * t / (gain * nu)) - math.log1p(t * t / nu)
    )
    assert log_e_value(t, n_a, n_b) == pytest.approx(log, rel=1e-9, abs=1e-9)
    assert log_e_value(-t, n_a, n_b) == log_e_value(t, n_a, n_b)


def test_critical_t_is_that_of_the_specification():
    assert [round(critical_t(0.05, n), 2) for n in (4, 5, 8, 10, 20)] == [
        7.21,
        5.36,
        4.20,
        3.97,
        3.63,
    ]
    assert critical_t(0.05, 2) == critical_t(0.05, 3) == math.inf


@given(sizes, st.sampled_from([0.2, 0.05, 0.05 / 12]), st.sampled_from([0.5, 4.0]))
def test_at_the_critical_t_the_evidence_is_just_enough(size, alpha, g):
    critical = critical_t(alpha, *size, g=g)
    if math.isinf(critical):
        assert log_e_value(math.inf, *size, g=g) <= -math.log(alpha) + 1e-9
    else:
        assert log_e_value(critical, *size, g=g) == pytest.approx(-math.log(alpha), rel=1e-7)


@given(sizes)
def test_the_threshold_is_the_p_of_the_critical_t(size):
    n_a, n_b = size
    nu = n_a - 1 if n_b is None else n_a + n_b - 2
    threshold, critical = anytime_threshold(0.05, *size), critical_t(0.05, *size)
    assert 0 <= threshold < 0.05
    assert (threshold == 0) is math.isinf(critical)
    assert threshold == pytest.approx(2 * stats.t.sf(critical, nu), abs=1e-14)


def test_evidence_grows_with_t_and_never_overflows():
    values = [e_value(t, 500) for t in (0.0, 3.0, 10.0, 1e3, 1e200, math.inf)]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(1e300)


@pytest.mark.parametrize("size", [(1, None), (1, 1), (0, 5)])
def test_refuses_data_without_degrees_of_freedom(size):
    for asked in (lambda: e_value(2.0, *size), lambda: critical_t(0.05, *size)):
        with pytest.raises(InsufficientDataError, match="no degrees of freedom"):
            asked()


def test_refuses_what_cannot_be_computed_with():
    with pytest.raises(MetricError):
        e_value(math.nan, 5)
    with pytest.raises(ConfigError):
        critical_t(0.0, 5)
    for g in (0.0, math.inf, math.nan):
        with pytest.raises(ConfigError):
            e_value(2.0, 5, g=g)


@pytest.mark.parametrize(
    ("paired", "low", "high"), [(True, 0.0205, 0.0345), (False, 0.0185, 0.0325)]
)
def test_looking_after_every_seed_errs_less_than_allowed(paired, low, high):
    """40,000 studies of up to 60 seeds: .0275 and .0254; of up to 20: .0232 and .0194."""
    rng = np.random.default_rng(60)
    studies, most = 8_000, 60
    a, b = (np.zeros((studies, most)), rng.standard_normal((studies, most)))
    if not paired:
        a = rng.standard_normal((studies, most))
    rejected = np.zeros(studies, dtype=bool)
    for n in range(2, most + 1):
        difference = b[:, :n].mean(axis=1) - a[:, :n].mean(axis=1)
        squares = a[:, :n].var(axis=1) * n + b[:, :n].var(axis=1) * n
        df = n - 1 if paired else 2 * n - 2
        t = difference / np.sqrt(squares / df * (1 if paired else 2) / n)
        rejected |= np.abs(t) >= critical_t(0.05, n, None if paired else n)
    assert low <= rejected.mean() <= high
