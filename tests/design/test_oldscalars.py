"""Scalars as PyYAML reads them."""

import pytest

from trialist.design.oldscalars import is_text_to_pyyaml, resolve_old

AS_PYYAML = {
    "yes": True,
    "No": False,
    "on": True,
    "OFF": False,
    "true": True,
    "FALSE": False,
    "y": "y",
    "~": None,
    "null": None,
    "": None,
    "0": 0,
    "00": 0,
    "010": 8,
    "-010": -8,
    "1_000": 1000,
    "-5": -5,
    "+7": 7,
    "0x1F": 31,
    "0b101": 5,
    "-0b1": -1,
    "1__0": 10,
    "1.0e-4": 1e-4,
    ".5": 0.5,
    "5.": 5.0,
    "1_0.5": 10.5,
    "abc": "abc",
    "1.2.3": "1.2.3",
    "_1": "_1",
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    "1:30": "1:30",
}


@pytest.mark.parametrize(("text", "value"), AS_PYYAML.items())
def test_a_scalar_means_what_pyyaml_takes_it_for(text, value):
    found = resolve_old(text)
    assert (found, type(found)) == (value, type(value))
    assert not is_text_to_pyyaml(text)


@pytest.mark.parametrize("text", AS_PYYAML)
def test_pyyaml_itself_says_so(text):
    yaml = pytest.importorskip("yaml")
    if text != "1:30":  # ninety to PyYAML, and to nobody who writes it
        assert yaml.safe_load(text) == AS_PYYAML[text]


@pytest.mark.parametrize(
    ("text", "value"), [("1e-4", 1e-4), ("1.0e4", 1e4), ("3E5", 3e5), ("1.e3", 1e3)]
)
def test_numbers_that_pyyaml_takes_for_text_are_numbers_and_told(text, value):
    assert resolve_old(text) == value
    assert is_text_to_pyyaml(text)


def test_a_number_of_hundreds_of_digits_is_refused():
    with pytest.raises(ValueError, match="digits"):
        resolve_old("1" * 301)
    assert not is_text_to_pyyaml("1" * 301)
