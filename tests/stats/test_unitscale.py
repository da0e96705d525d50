"""Values of a parameter from points of the unit interval, and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialist.stats.unitscale import ends_of, unit_of, value_at
from trialist.values.space import OFF_SHARE, Law, Parameter, Scale

UNITS = st.floats(0, 1)
LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
MOMENTUM = Parameter(name="m", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)
WIDTH = Parameter(name="w", low=-1.0, high=3.0)
RANGES = (LR, MOMENTUM, WIDTH)


@pytest.mark.parametrize("parameter", RANGES, ids=lambda one: one.name)
@given(u=UNITS)
def test_a_value_has_its_point_again(parameter, u):
    value = value_at(parameter, u)
    assert parameter.low <= value <= parameter.high
    assert unit_of(parameter, value) == pytest.approx(u, abs=1e-9)


@pytest.mark.parametrize("parameter", RANGES, ids=lambda one: one.name)
def test_the_ends_are_the_ends(parameter):
    assert value_at(parameter, 0) == pytest.approx(parameter.low)
    assert value_at(parameter, 1) == pytest.approx(parameter.high)
    assert [unit_of(parameter, end) for end in (parameter.low, parameter.high)] == [0, 1]


@given(st.tuples(UNITS, UNITS))
def test_larger_points_are_larger_values(pair):
    low, high = sorted(pair)
    assert all(value_at(one, low) <= value_at(one, high) for one in RANGES)


def test_scales_are_searched_evenly():
    assert value_at(LR, 0.25) == pytest.approx(1e-3)
    assert value_at(MOMENTUM, 0.5) == pytest.approx(1 - math.sqrt(0.5 * 0.01))
    assert value_at(WIDTH, 0.25) == 0.0


def test_ends_are_given_in_the_scale():
    assert ends_of(LR) == (math.log(1e-4), 0.0)
    low, high = ends_of(MOMENTUM)
    assert (low, high) == (math.log1p(-0.99), math.log1p(-0.5))
    with pytest.raises(ValueError, match="c has no range"):
        ends_of(Parameter(name="c", choices=(1, 2)))


@pytest.mark.parametrize("u", [-0.1, 1.1, math.nan])
def test_refuses_a_point_outside(u):
    with pytest.raises(ValueError, match="outside of the unit interval"):
        value_at(LR, u)


def test_what_lies_outside_of_the_range_lies_outside_of_the_interval():
    assert unit_of(LR, 10.0) == 1.25
    assert unit_of(WIDTH, -2) == -0.25
    assert unit_of(MOMENTUM, 0.1) < 0


@pytest.mark.parametrize("value", ["fast", None, True, math.nan, math.inf])
def test_what_is_no_number_has_no_place(value):
    assert unit_of(WIDTH, value) is None


def test_what_the_scale_cannot_show_has_no_place():
    assert unit_of(LR, 0.0) is None
    assert unit_of(MOMENTUM, 1.0) is None


def test_whole_numbers_are_equally_likely():
    depth = Parameter(name="d", low=1, high=4, integer=True)
    values = [value_at(depth, (k + 0.5) / 100) for k in range(100)]
    assert [values.count(n) for n in (1, 2, 3, 4)] == [25, 25, 25, 25]
    assert value_at(depth, 1.0) == 4
    assert all(type(value) is int for value in values)


def test_whole_numbers_of_a_log_scale_are_rounded():
    batch = Parameter(name="b", low=8, high=512, scale=Scale.LOG, integer=True)
    assert [value_at(batch, u) for u in (0, 0.5, 1)] == [8, 64, 512]


def test_steps_are_multiples():
    dropout = Parameter(name="d", low=0.0, high=0.6, step=0.1)
    assert [value_at(dropout, u) for u in (0, 0.45, 0.5, 1)] == [0.0, 0.3, 0.3, 0.6]
    heads = Parameter(name="h", low=8, high=64, step=8, integer=True)
    assert value_at(heads, 0.3) == 24
    assert type(value_at(heads, 0.3)) is int


def test_choices_share_the_interval():
    act = Parameter(name="a", choices=("relu", True, 1))
    assert [value_at(act, u) for u in (0, 0.34, 1)] == ["relu", True, 1]
    assert [unit_of(act, one) for one in ("relu", True, 1)] == pytest.approx([1 / 6, 0.5, 5 / 6])
    assert unit_of(act, "gelu") is None


def test_choices_may_have_weights():
    act = Parameter(name="a", choices=("x", "y"), probabilities=(3.0, 1.0))
    values = [value_at(act, (k + 0.5) / 100) for k in range(100)]
    assert values.count("x") == 75
    assert value_at(act, 1.0) == "y"
    assert unit_of(act, "y") == 0.875


def test_a_switch_is_off_in_its_share():
    decay = Parameter(name="wd", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True)
    values = [value_at(decay, (k + 0.5) / 100) for k in range(100)]
    assert values.count(0.0) == 100 * OFF_SHARE
    assert value_at(decay, OFF_SHARE) == pytest.approx(1e-6)
    assert unit_of(decay, 0.0) is None
    assert unit_of(decay, 1e-4) == pytest.approx(0.5)


def test_a_range_of_one_value_has_it_in_the_middle():
    assert unit_of(Parameter(name="c", low=2.0, high=2.0), 2.0) == 0.5


@given(u=st.floats(0.001, 0.999))
def test_a_normal_law_is_that_of_scipy(u):
    plain = Parameter(name="x", law=Law.NORMAL, shape=(1.0, 2.0))
    assert value_at(plain, u) == pytest.approx(stats.norm(1, 2).ppf(u))
    assert unit_of(plain, value_at(plain, u)) == pytest.approx(u)
    logged = Parameter(name="x", law=Law.NORMAL, shape=(1.0, 2.0), scale=Scale.LOG)
    assert value_at(logged, u) == pytest.approx(stats.lognorm(2, scale=math.e).ppf(u))
    assert unit_of(logged, value_at(logged, u)) == pytest.approx(u)


def test_a_normal_law_has_a_value_everywhere():
    plain = Parameter(name="x", law=Law.NORMAL, shape=(0.0, 1.0))
    assert math.isfinite(value_at(plain, 0.0))
    assert math.isfinite(value_at(plain, 1.0))
    still = Parameter(name="x", law=Law.NORMAL, shape=(3.0, 0.0))
    assert value_at(still, 0.7) == 3.0
    assert unit_of(still, 3.0) == 0.5
    assert unit_of(Parameter(name="x", law=Law.NORMAL, scale=Scale.LOG), -1.0) is None


@given(u=st.floats(0.001, 0.999))
def test_a_beta_law_is_that_of_scipy(u):
    beta = Parameter(name="x", law=Law.BETA, shape=(2.0, 3.0))
    assert value_at(beta, u) == pytest.approx(stats.beta(2, 3).ppf(u))
    assert unit_of(beta, value_at(beta, u)) == pytest.approx(u)


def test_whole_numbers_of_other_laws_are_rounded():
    count = Parameter(name="x", law=Law.NORMAL, shape=(10.0, 3.0), integer=True)
    assert value_at(count, 0.5) == 10
    assert type(value_at(count, 0.9)) is int
