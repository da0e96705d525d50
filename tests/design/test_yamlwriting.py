"""YAML that the reader of study files gives back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trialist.design.yamlnodes import parse_leniently
from trialist.design.yamlwriting import yaml_of

TEXTS = some.text(some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
LEAVES = (
    some.none()
    | some.booleans()
    | some.integers(-(10**6), 10**6)
    | some.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = some.recursive(
    LEAVES,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def read(text):
    document = parse_leniently(text, "made.yaml")
    assert document.mistakes in ((), [])
    return document.data


@given(some.dictionaries(TEXTS.filter(bool), VALUES, max_size=5))
def test_what_is_written_is_read_back_as_it_was(data):
    if data:
        assert read(yaml_of(data)) == data


@pytest.mark.parametrize(
    "text", ["true", "null", "1e-4", "0x1", "yes", ".inf", "NaN", "a: b", "- a", "#", "", " a", "~"]
)
def test_text_that_looks_like_something_else_stays_text(text):
    assert read(yaml_of({"key": text})) == {"key": text}


def test_a_number_keeps_its_bits():
    assert read(yaml_of({"lr": 0.1 + 0.2, "n": 3})) == {"lr": 0.30000000000000004, "n": 3}


def test_a_wide_mapping_takes_a_line_per_key():
    wide = {"config": {f"a_long_parameter_name_{k}": k for k in range(5)}}
    assert yaml_of(wide).splitlines()[:2] == ["config:", "  a_long_parameter_name_0: 0"]
    assert read(yaml_of(wide)) == wide


def test_nothing_is_an_empty_mapping():
    assert yaml_of({}) == "{}\n"


def test_what_json_cannot_carry_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        yaml_of({"lr": float("nan")})
