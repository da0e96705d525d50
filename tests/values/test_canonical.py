"""Canonical JSON: the same value, the same bytes."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.canonical import canonical_bytes, canonical_json, digest_of

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


def test_keys_are_sorted_and_there_are_no_spaces():
    assert canonical_json({"b": [1, 2.5], "a": "ä"}) == '{"a":"ä","b":[1,2.5]}'


def test_the_digest_is_sha256_of_the_text():
    text = '{"a":1}'
    assert digest_of({"a": 1}) == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@given(PLAIN)
def test_what_is_read_back_is_written_the_same(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(value):
    turned = dict(reversed(list(value.items())))
    assert digest_of(turned) == digest_of(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"a": [float("-inf")]}])
def test_nan_and_infinity_are_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(value)


def test_a_file_name_that_is_no_text_reads_back_as_it_was():
    value = {"path": "run-\udcff.py"}
    assert json.loads(canonical_bytes(value)) == value
    assert digest_of(value) != digest_of({"path": "run-?.py"})
