"""From points to configurations and back."""

from hypothesis import given
from hypothesis import strategies as st

from trialist.design.trialconfig import params_at, point_of, trial_config, units_of
from trialist.values.space import Arm, Parameter, Scale

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
DECAY = Parameter(name="decay", low=1e-6, high=1e-2, scale=Scale.LOG, switch=True)
MIXUP = Parameter(name="mixup", choices=(True, False))
BETA = Parameter(name="beta", low=0.0, high=1.0, when={"mixup": True})
DEPTH = Parameter(name="depth", low=1, high=6, integer=True)
ARM = Arm(variant="a", parameters=(LR, DECAY, MIXUP, BETA, DEPTH))


def test_what_does_not_exist_is_left_out():
    assert params_at(ARM, (0.5, 0.1, 0.9, 0.5, 0.0)) == {
        "lr": 0.01,
        "decay": 0.0,
        "mixup": False,
        "depth": 1,
    }
    assert params_at(ARM, (0.5, 0.6, 0.1, 0.25, 0.99))["beta"] == 0.25


@given(st.tuples(*[st.floats(0, 1)] * 5))
def test_a_point_of_the_values_gives_the_values_again(units):
    params = params_at(ARM, units)
    found = units_of(ARM, params)
    again = params_at(ARM, found)
    assert again.keys() == params.keys()
    assert all(abs(again[key] - params[key]) <= 1e-9 * abs(params[key]) for key in params)


def test_values_outside_of_the_space_have_no_point():
    params = {"lr": 0.01, "decay": 0.0, "mixup": False, "depth": 1}
    assert units_of(ARM, params) is not None
    assert units_of(ARM, {**params, "lr": 2.0}) is None
    assert units_of(ARM, {**params, "depth": "deep"}) is None
    assert units_of(ARM, {**params, "mixup": True}) is None  # beta is missing


def test_a_switch_takes_its_share():
    assert point_of(DECAY, 0.0) == 0.1
    assert point_of(DECAY, 1e-6) == 0.2
    assert point_of(DECAY, "often") is None


def test_the_configuration_of_a_trial_has_the_values_in_place():
    base = {"model": {"width": 8, "depth": 2}, "lr": 0.1}
    assert trial_config(base, {"model.depth": 3, "lr": 1.0}) == {
        "model": {"width": 8, "depth": 3},
        "lr": 1.0,
    }
