"""The methods paragraph as a value."""

import json

import pytest

from trialist.values.methods import MethodsPart, MethodsText, field_of

TEXT = MethodsText(
    parts=(
        MethodsPart(text="dropout", field="comparisons[0].variant"),
        MethodsPart(text=" has "),
        MethodsPart(text="8", field="comparisons[0].n", is_number=True),
        MethodsPart(text=" pairs; "),
        MethodsPart(text="8", field="comparisons[0].n", is_number=True),
        MethodsPart(text="."),
    ),
    version="0.1.0",
)


def test_the_text_is_its_parts():
    assert TEXT.plain == "dropout has 8 pairs; 8."


def test_numbers_are_given_once():
    assert [part.field for part in TEXT.numbers] == ["comparisons[0].n"]


def test_it_is_plain_data():
    data = TEXT.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["software"], data["version"] == ("trialist", "0.1.0")
    assert data["fields"] == [
        {"text": "dropout", "field": "comparisons[0].variant"},
        {"text": "8", "field": "comparisons[0].n"},
    ]


def test_a_field_is_found_or_its_absence_is_an_error():
    data = {"a": [{"b": {"c": [1, 2]}}], "d": 3}
    assert field_of(data, "a[0].b.c[1]") == 2
    assert field_of(data, "d") == 3
    with pytest.raises(KeyError):
        field_of(data, "a[0].x")
    with pytest.raises(IndexError):
        field_of(data, "a[1]")
