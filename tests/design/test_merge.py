import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.merge import changed_keys, merged, unknown_keys, value_at

leaves = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b"])
configs = st.recursive(
    st.dictionaries(st.sampled_from("abc"), leaves, max_size=3),
    lambda inner: st.dictionaries(
        st.sampled_from("abc"), leaves | inner | st.lists(leaves, max_size=2), max_size=3
    ),
    max_leaves=8,
)


def test_merges_mappings_and_replaces_the_rest():
    config = {"lr": 0.1, "opt": {"name": "sgd", "betas": [1, 2]}, "aug": {"flip": True}}
    change = {"opt": {"betas": [3]}, "aug": None}
    assert merged(config, change) == {
        "lr": 0.1,
        "opt": {"name": "sgd", "betas": [3]},
        "aug": None,
    }


@given(configs, configs)
def test_touches_neither_side_and_shares_nothing(config, change):
    before = copy.deepcopy((config, change))
    result = merged(config, change)
    for value in result.values():
        if isinstance(value, dict):
            value["new"] = 1
        elif isinstance(value, list):
            value.append(1)
    assert (config, change) == before


@given(configs)
def test_nothing_laid_over_changes_nothing(config):
    assert merged(config, {}) == config
    assert merged(config, config) == config
    assert list(changed_keys(config, config)) == []


@given(configs, configs)
def test_what_is_laid_over_wins(config, change):
    once = merged(config, change)
    assert merged(once, change) == once
    for way in changed_keys(config, once):
        assert value_at(once, way) == value_at(change, way)


def test_finds_keys_that_the_configuration_does_not_have():
    config = {"lr": 1, "opt": {"name": "sgd"}, "aug": None, "extra": {}}
    change = {
        "lrr": 2,
        "opt": {"nmae": "adam"},
        "aug": {"flip": True},
        "extra": {"free": 1},
        "lr": {"start": 1},
    }
    assert list(unknown_keys(config, change)) == [("lrr",), ("opt", "nmae")]


def test_tells_a_number_from_its_neighbours():
    assert list(changed_keys({"a": 1, "b": True}, {"a": 1.0, "b": 1})) == [("a",), ("b",)]
    assert list(changed_keys({"a": {"b": 1}}, {"a": {}, "c": 2})) == [("a", "b"), ("c",)]


def test_a_value_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError):
        value_at({"a": 1}, ("a", "b"))
    with pytest.raises(KeyError):
        value_at({"a": 1}, ("b",))
