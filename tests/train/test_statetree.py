"""What a checkpoint may hold, with torch and without it."""

import json
from collections import Counter, OrderedDict
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.statetree import TAG, JsonTree, for_torch, from_torch
from trialist.values.errors import CheckpointError


def through_json(value):
    tree = JsonTree()
    text = json.dumps(tree.pack(value))
    return JsonTree(tree.arrays).unpack(json.loads(text))


def through_torch(value):
    pytest.importorskip("torch")
    return from_torch(for_torch(value))


BOTH = pytest.mark.parametrize("through", [through_json, through_torch])

KEYS = st.one_of(st.text(max_size=5), st.integers(), st.booleans(), st.none())
PLAIN = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.binary(max_size=8)),
        st.floats(allow_nan=False),
        st.frozensets(st.integers()),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
        st.dictionaries(KEYS, inner, max_size=4).map(OrderedDict),
    ),
    max_leaves=12,
)


def same(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@BOTH
@given(value=PLAIN)
def test_plain_values_come_back_with_their_types(through, value):
    assert same(through(value), value)


@BOTH
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.int16).reshape(2, 3),
        np.array([1.5, np.nan, -np.inf]),
        np.array(["a", "größe"]),
        np.array(True),
        np.zeros((0, 3), dtype=np.uint32),
        np.array(["2024-01-01"], dtype="datetime64[D]"),
    ],
)
def test_arrays_come_back_with_dtype_and_shape(through, array):
    back = through({"a": [array]})["a"][0]
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(back, array)


@BOTH
def test_scalars_of_numpy_stay_scalars(through):
    back = through((np.float32(0.1), np.int64(7), np.bool_(True)))
    assert back == (np.float32(0.1), np.int64(7), np.bool_(True))
    assert [type(one) for one in back] == [np.float32, np.int64, np.bool_]


@BOTH
def test_numbers_that_json_lacks_come_back(through):
    back = through([float("nan"), float("inf"), 2**70])
    assert back[0] != back[0]
    assert back[1:] == [float("inf"), 2**70]


class Pair(NamedTuple):
    a: int
    b: int


class Color(Enum):
    RED = 1


@BOTH
@pytest.mark.parametrize(
    ("value", "path", "what"),
    [
        ({"a": [1, lambda: 0]}, "state.a[1]", "builtins.function"),
        ({"step": {3: object()}}, "state.step[3]", "builtins.object"),
        (Path("x"), "state", "Path"),
        ({"n": Counter("aab")}, "state.n", "collections.Counter"),
        ((Pair(1, 2),), "state[0]", "Pair"),
        ({"c": Color.RED}, "state.c", "Color"),
        ({"o": np.array([object()])}, "state.o", ""),
    ],
)
def test_what_cannot_be_saved_is_named_by_its_path(through, value, path, what):
    with pytest.raises(CheckpointError) as caught:
        through(value)
    assert caught.value.mistakes[0].message.startswith(f"{path} is ")
    assert what in caught.value.mistakes[0].message


@BOTH
@pytest.mark.parametrize("key", [TAG, object(), (1, frozenset())])
def test_a_key_that_cannot_be_kept_is_refused(through, key):
    with pytest.raises(CheckpointError, match=r"state\.a has the key"):
        through({"a": {key: 1}})


@BOTH
def test_keys_that_are_tuples_come_back(through):
    assert through({(1, "a"): 2}) == {(1, "a"): 2}


def test_what_hangs_on_a_state_dict_comes_back():
    torch = pytest.importorskip("torch")
    state = torch.nn.BatchNorm1d(2).state_dict()
    back = through_torch(state)
    assert back._metadata == state._metadata
    assert torch.equal(back["running_var"], state["running_var"])


def test_what_hangs_on_a_state_dict_is_checked_too():
    torch = pytest.importorskip("torch")
    state = torch.nn.Linear(1, 1).state_dict()
    state._metadata = {"": lambda: 0}
    with pytest.raises(CheckpointError, match=r"state\.__dict__\._metadata"):
        for_torch(state)
