"""Which values a condition may name."""

from trialist.design.conditions import condition_problems, known_values
from trialist.design.spacefile import Setting, read_space

SPACE = {
    "optimizer": {"choices": ["sgd", "adam"], "switch": True, "off": "none"},
    "depth": {"low": 1, "high": 3, "integer": True},
    "wide": {"low": 1, "high": 10_000, "integer": True},
    "lr": {"low": 0.1, "high": 1.0},
    "batch": {"fixed": 8},
    "x": {"law": "normal", "shape": [0, 1], "integer": True},
}


def known(name, **setting):
    return known_values(read_space(SPACE), Setting(**setting), name)


def test_choices_whole_numbers_and_held_values_are_known():
    assert known("optimizer") == ("none", "sgd", "adam")
    assert known("depth") == (1, 2, 3)
    assert known("batch") == (8,)


def test_ranges_have_no_values_to_name():
    assert known("lr") == known("wide") == known("x") == ()


def test_what_variants_set_is_known():
    changes = {"a": {"model": {"norm": "batch"}}, "b": {}}
    assert known("model.norm", config={"model": {"norm": "layer"}}, changes=changes) == (
        *("batch", "layer"),
    )
    assert known("model.norm", config={}, changes=changes) == ("batch",)
    assert known("model.act", config={}, changes=changes) is None


def problems(space):
    read = read_space(space)
    return [one.message for one in condition_problems(read, Setting())]


def test_a_longer_circle_is_told_once():
    choices = {"choices": [1, 2]}
    space = {
        "a": {**choices, "when": {"b": 1}},
        "b": {**choices, "when": {"c": 1, "free": 1}},
        "c": {**choices, "when": {"a": 1, "free": 2}},
        "free": choices,
    }
    assert problems(space) == [
        (
            "the conditions go round in a circle: a depends on b, which depends on c, "
            "which depends on a"
        )
    ]


def test_conditions_that_narrow_each_other_may_hold():
    choices = {"choices": [1, 2, 3]}
    space = {
        "a": choices,
        "b": {**choices, "when": {"a": [1, 2]}},
        "c": {**choices, "when": {"b": 1, "a": [2, 3]}},
    }
    assert problems(space) == []
    assert problems({**space, "c": {**choices, "when": {"b": 1, "a": 3}}}) == [
        "c never exists: its conditions contradict each other over a"
    ]


def test_what_is_wrong_itself_is_not_told_twice():
    space = {"a": {"choices": []}, "b": {"choices": [1, 2], "when": {"a": 1}, "per": "a"}}
    assert problems(space) == []
