"""Variants from a space, and what each of them is tuned over."""

import pytest

from trialist.design.arms import arms_of
from trialist.design.spacefile import Setting, read_space
from trialist.design.spacerules import space_problems
from trialist.values.space import Parameter, Role, Scale

LR = {"low": 1e-4, "high": 1.0, "log": True}
OPTIMIZER = {"choices": ["sgd", "adam"], "role": "scientific"}


def arms(space, config=None, changes=None, baseline=None):
    setting = Setting(config=config or {}, changes=changes or {}, baseline=baseline)
    read = read_space(space)
    assert space_problems(read, setting) == ()
    return arms_of(read, setting)


def searched(made):
    return {arm.variant: [one.shown for one in arm.parameters] for arm in made.arms}


def test_each_value_of_a_scientific_parameter_is_a_variant():
    made = arms({"optimizer": OPTIMIZER, "lr": LR}, {"optimizer": "adam", "width": 8})
    assert searched(made) == {"sgd": ["lr"], "adam": ["lr"]}
    assert made.configs == {
        "sgd": {"optimizer": "sgd", "width": 8},
        "adam": {"optimizer": "adam", "width": 8},
    }
    assert [arm.given for arm in made.arms] == [{"optimizer": "sgd"}, {"optimizer": "adam"}]


def test_the_baseline_has_the_values_of_config():
    space = {"optimizer": OPTIMIZER, "lr": LR}
    assert arms(space, {"optimizer": "adam"}).baseline == "adam"
    assert arms(space, {"optimizer": "rmsprop"}).baseline == "sgd"
    assert arms(space).baseline == "sgd"
    assert arms(space, {"optimizer": "sgd"}, baseline="adam").baseline == "adam"


def test_several_scientific_parameters_make_their_product():
    norm = {"choices": [None, "batch"], "role": "scientific"}
    made = arms({"optimizer": OPTIMIZER, "norm": norm, "lr": LR})
    assert [arm.variant for arm in made.arms] == [
        *("sgd-norm-null", "sgd-batch", "adam-norm-null", "adam-batch"),
    ]


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        ([True, False], ["nesterov-true", "nesterov-false"]),
        ([0.1, 10], ["0.1", "10"]),
        ([-1, 1], ["minus-1", "1"]),
        (["a/b", "a b"], ["a-b", "a-b-2"]),
        (["SGD", "sgd"], ["SGD", "sgd-2"]),
        ([[64, 32], ["..."]], ["64-32", "nesterov-empty"]),
    ],
)
def test_variants_are_named_so_that_they_can_be_folders(choices, names):
    made = arms({"opt.nesterov": {"choices": choices, "role": "scientific"}, "lr": LR})
    assert [arm.variant for arm in made.arms] == names


def test_a_long_value_makes_a_short_name():
    long = ["x" * 200, "x" * 201]
    made = arms({"a": {"choices": long, "role": "scientific"}, "lr": LR})
    names = [arm.variant for arm in made.arms]
    assert len(set(names)) == 2
    assert all(len(name) < 100 for name in names)


def test_without_a_scientific_parameter_what_is_found_is_compared_with_config():
    made = arms({"lr": LR}, {"lr": 0.1})
    assert searched(made) == {"baseline": [], "tuned": ["lr"]}
    assert made.baseline == "baseline"
    assert made.configs["tuned"] == {"lr": 0.1}


def test_a_scientific_range_is_sampled_like_a_nuisance():
    made = arms({"width": {"low": 8, "high": 64, "role": "scientific"}, "lr": LR})
    assert searched(made) == {"baseline": [], "searched": ["width", "lr"]}
    assert made.arms[1].parameters[0].role is Role.SCIENTIFIC


def test_many_scientific_values_are_sampled_too():
    nine = {"choices": list(range(9)), "role": "scientific"}
    assert searched(arms({"depth": nine})) == {"baseline": [], "searched": ["depth"]}


def test_off_is_a_value_of_a_scientific_switch():
    decay = {"choices": [0.1, 0.2], "role": "scientific", "switch": True, "off": 0}
    made = arms({"decay": decay, "lr": LR})
    assert [arm.variant for arm in made.arms] == ["0", "0.1", "0.2"]


def test_a_parameter_per_value_has_a_label_and_a_range_of_its_own():
    lr = {**LR, "per": "optimizer", "ranges": {"adam": {"low": 1e-5, "high": 0.1}}}
    sgd, adam = (arm.parameters[0] for arm in arms({"optimizer": OPTIMIZER, "lr": lr}).arms)
    assert sgd == Parameter(name="lr", label="sgd.lr", low=1e-4, high=1.0, scale=Scale.LOG)
    assert adam == Parameter(name="lr", label="adam.lr", low=1e-5, high=0.1, scale=Scale.LOG)


def test_a_conditional_parameter_is_searched_where_it_exists():
    space = {
        "momentum": {"low": 0.5, "high": 0.9, "when": {"optimizer": "sgd"}},
        "optimizer": OPTIMIZER,
        "lr": LR,
        "clip": {"low": 0.1, "high": 1.0, "when": {"optimizer": ["sgd", "adam"]}},
    }
    made = arms(space)
    assert searched(made) == {"sgd": ["lr", "clip", "momentum"], "adam": ["lr", "clip"]}
    assert all(not one.when for arm in made.arms for one in arm.parameters)


def test_what_depends_on_a_nuisance_parameter_comes_after_it():
    space = {
        "beta": {"low": 0.1, "high": 0.9, "when": {"mixup": True, "optimizer": "sgd"}},
        "mixup": {"choices": [True, False], "when": {"deep": [2, 3]}},
        "deep": {"low": 1, "high": 3, "integer": True},
        "optimizer": {"fixed": "sgd"},
    }
    arm = arms(space).arms[1]
    assert [one.name for one in arm.parameters] == ["deep", "mixup", "beta"]
    assert [dict(one.when) for one in arm.parameters] == [{}, {"deep": (2, 3)}, {"mixup": True}]


def test_what_depends_on_a_missing_parameter_is_missing_too():
    space = {
        "optimizer": OPTIMIZER,
        "lr": LR,
        "nesterov": {"choices": [True, False], "when": {"optimizer": "sgd"}},
        "damping": {"low": 0.0, "high": 0.5, "when": {"nesterov": False}},
    }
    assert searched(arms(space))["adam"] == ["lr"]


def test_named_variants_are_each_tuned():
    changes = {"baseline": {}, "dropout": {"dropout": 0.3}}
    made = arms({"lr": LR}, {"dropout": 0.0}, changes)
    assert searched(made) == {"baseline": ["lr"], "dropout": ["lr"]}
    assert [arm.given for arm in made.arms] == [{"dropout": 0.0}, {"dropout": 0.3}]
    assert made.baseline == "baseline"


def test_the_first_named_variant_is_the_baseline_where_none_is_called_so():
    changes = {"narrow": {"width": 8}, "wide": {"width": 16}}
    assert arms({"lr": LR}, {"width": 16}, changes).baseline == "narrow"


def test_what_a_variant_sets_is_not_searched_in_it():
    changes = {"a": {"momentum": 0.9}, "b": {}}
    space = {"momentum": {"low": 0.5, "high": 0.9}, "lr": LR}
    made = arms(space, {}, changes)
    assert searched(made) == {"a": ["lr"], "b": ["lr", "momentum"]}
    assert [arm.given for arm in made.arms] == [{"momentum": 0.9}, {}]


def test_conditions_may_speak_of_what_variants_set():
    changes = {"sgd": {}, "adam": {"optimizer": "adam"}}
    space = {
        "lr": {**LR, "per": "optimizer"},
        "momentum": {"low": 0.5, "high": 0.9, "when": {"optimizer": "sgd"}},
    }
    made = arms(space, {"optimizer": "sgd"}, changes)
    assert searched(made) == {"sgd": ["sgd.lr", "momentum"], "adam": ["adam.lr"]}


def test_variants_with_the_same_parameters_share_their_points():
    space = {
        "optimizer": {"choices": ["sgd", "adam", "lion"], "role": "scientific"},
        "lr": {**LR, "per": "optimizer"},
        "momentum": {"low": 0.5, "high": 0.9, "when": {"optimizer": "sgd"}},
    }
    assert [arm.shares for arm in arms(space).arms] == ["sgd", "adam", "adam"]


def test_what_is_held_is_in_every_configuration():
    space = {"optimizer": OPTIMIZER, "lr": LR, "data.batch": {"fixed": 128}}
    made = arms(space, {"data": {"name": "digits"}})
    assert made.configs["adam"] == {"data": {"name": "digits", "batch": 128}, "optimizer": "adam"}
