import pytest

from trialist.analysis.widening import Widened, at_limit, new_trials, widened
from trialist.stats.unitscale import unit_of
from trialist.values.space import Law, Parameter, Scale


def test_a_log_range_grows_by_half_of_it():
    lr = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
    wider = widened(lr, "high")
    assert wider.high == pytest.approx(100)
    assert wider.low == 1e-4
    assert unit_of(lr, wider.high) == pytest.approx(1.5)


def test_a_short_log_range_grows_by_a_decade():
    assert widened(Parameter(name="lr", low=0.01, high=0.1, scale=Scale.LOG), "low") == Widened(
        low=0.001, high=0.1
    )


def test_a_linear_range_grows_by_half_of_it():
    x = Parameter(name="x", low=-1.0, high=1.0)
    assert widened(x, "high") == Widened(low=-1.0, high=2.0)
    assert widened(x, "low") == Widened(low=-2.0, high=1.0)


def test_momentum_goes_nearer_to_one():
    momentum = Parameter(name="m", low=0.9, high=0.99, scale=Scale.ONE_MINUS_LOG, hard_high=1.0)
    assert widened(momentum, "high").high == pytest.approx(0.999)


def test_momentum_does_not_fall_below_zero():
    momentum = Parameter(name="m", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG)
    assert widened(momentum, "low").low == 0


def test_a_hard_limit_is_not_crossed():
    dropout = Parameter(name="d", low=0.2, high=0.8, hard_low=0.0, hard_high=1.0)
    assert widened(dropout, "high") == Widened(low=0.2, high=1.0)
    assert widened(dropout, "low") == Widened(low=0.0, high=0.8)


def test_a_range_beside_zero_does_not_cross_it():
    assert widened(Parameter(name="x", low=0.1, high=2.1), "low") == Widened(low=0.0, high=2.1)


def test_a_range_that_begins_at_zero_may_be_extended_unless_it_says_so():
    assert widened(Parameter(name="x", low=0.0, high=1.0), "low").low == -0.5
    assert widened(Parameter(name="x", low=0.0, high=1.0, hard_low=0.0), "low") is None


def test_whole_numbers_stay_whole():
    layers = Parameter(name="n", low=2, high=9, integer=True)
    assert widened(layers, "high") == Widened(low=2, high=13)
    assert widened(layers, "low") == Widened(low=0, high=9)


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter(name="x", choices=(1, 2, 3)),
        Parameter(name="x", low=0.0, high=1.0, law=Law.NORMAL, shape=(0.0, 1.0)),
        Parameter(name="x", law=Law.NORMAL, shape=(0.0, 1.0)),
    ],
)
def test_what_has_no_ends_is_not_extended(parameter):
    assert widened(parameter, "low") is None
    assert widened(parameter, "high") is None


def test_an_end_on_its_limit_is_known():
    x = Parameter(name="x", low=0.0, high=0.5, hard_low=0.0, hard_high=1.0)
    assert at_limit(x, "low")
    assert not at_limit(x, "high")
    assert at_limit(Parameter(name="x", low=0.0, high=1.0, hard_high=1.0), "high")
    assert not at_limit(Parameter(name="x", choices=(1, 2)), "low")


def trials_of(parameter, side, n):
    return new_trials(parameter, widened(parameter, side), n)


def test_half_as_long_a_part_takes_half_as_many_trials():
    assert trials_of(Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG), "high", 64) == 32
    assert trials_of(Parameter(name="momentum", low=0.0, high=0.9), "high", 33) == 17


def test_a_part_that_a_limit_cuts_short_takes_fewer():
    assert trials_of(Parameter(name="dropout", low=0.0, high=0.5, hard_high=0.6), "high", 100) == 20


def test_one_new_whole_number_takes_few_trials():
    depth = Parameter(name="depth", low=1, high=60, integer=True)
    assert trials_of(depth, "low", 10_000) == 170
    assert trials_of(depth, "low", 64) == 8
    assert trials_of(depth, "low", 10) == 5


def test_a_short_range_that_grows_by_a_decade_takes_half_as_many():
    assert trials_of(Parameter(name="lr", low=0.01, high=0.02, scale=Scale.LOG), "low", 40) == 20
