"""The space: which parameters exist together, and that it is read back as it was."""

import json

import pytest

from trialist.values.space import Arm, Law, Parameter, Role, Scale

FULL = Parameter(
    name="opt.lr",
    label="sgd.lr",
    low=1e-4,
    high=1.0,
    scale=Scale.LOG,
    step=0.1,
    integer=True,
    switch=True,
    off=None,
    when={"optimizer": "sgd", "depth": (1, 2)},
    hard_low=0.0,
    hard_high=2.0,
    law=Law.BETA,
    shape=(1.0, 2.0),
    role=Role.SCIENTIFIC,
)
CHOICES = Parameter(
    name="c", choices=("a", [1, 2], None), probabilities=(1.0, 2.0, 3.0), ordered=True
)


@pytest.mark.parametrize("parameter", [FULL, CHOICES, Parameter(name="x")])
def test_a_parameter_is_read_back_as_it_was(parameter):
    plain = json.loads(json.dumps(parameter.to_dict()))
    assert Parameter.from_dict(plain) == parameter


def test_only_what_differs_from_the_defaults_is_written():
    assert Parameter(name="lr", low=0.1, high=1.0).to_dict() == {
        "name": "lr",
        "low": 0.1,
        "high": 1.0,
    }


def test_choices_of_mappings_are_written_as_they_are():
    choices = ({"w": (1, 2)}, {"w": (3,)})
    assert Parameter(name="m", choices=choices).to_dict()["choices"] == [{"w": [1, 2]}, {"w": [3]}]


def test_an_arm_is_read_back_as_it_was():
    arm = Arm(variant="sgd", given={"optimizer": "sgd"}, parameters=(FULL, CHOICES), shares="adam")
    assert Arm.from_dict(json.loads(json.dumps(arm.to_dict()))) == arm
    assert Arm(variant="sgd").to_dict()["shares"] == "sgd"


@pytest.mark.parametrize(
    ("params", "exists"),
    [
        ({"optimizer": "sgd", "depth": 1}, True),
        ({"optimizer": "sgd", "depth": 2}, True),
        ({"optimizer": "sgd", "depth": 3}, False),
        ({"optimizer": "adam", "depth": 1}, False),
        ({"optimizer": "sgd"}, False),
    ],
)
def test_a_parameter_exists_where_all_its_conditions_hold(params, exists):
    assert FULL.exists_with(params) is exists
    assert CHOICES.exists_with(params)


def test_it_is_shown_by_its_label():
    assert (FULL.shown, CHOICES.shown) == ("sgd.lr", "c")
    assert FULL.is_numeric
    assert not CHOICES.is_numeric
