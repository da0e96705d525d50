"""Rows, and the words for where two of them differ."""

import math
import struct

from hypothesis import given
from hypothesis import strategies as st

from trialist.values.rows import RowDifference, same_bits


def difference(one, other):
    return RowDifference(name="val/loss", step=3, one=one, other=other)


def test_two_numbers_are_shown_with_the_digits_that_tell_them_apart():
    assert difference(0.5, 0.75).words == "0.5 and 0.75"
    assert difference(0.123456, 0.123457).words == "0.123456 and 0.123457"
    assert difference(0.1, math.nextafter(0.1, 1)).words == "0.1 and 0.10000000000000002"


def test_a_missing_value_and_no_number_have_words():
    assert difference(None, 0.5).words == "nothing and 0.5"
    assert difference(0.5, None).words == "0.5 and nothing"
    assert difference(math.nan, 0.5).words == "nan and 0.5"


def test_a_difference_is_plain_data():
    assert difference(None, math.inf).to_dict() == {
        "name": "val/loss",
        "step": 3,
        "one": None,
        "other": "Infinity",
    }


@given(st.floats(), st.floats())
def test_the_same_number_has_the_same_bits(one, other):
    same = struct.pack("<d", one) == struct.pack("<d", other)
    assert same_bits(one, other) is (same or (math.isnan(one) and math.isnan(other)))
    assert same_bits(one, one)


def test_zero_has_two_signs():
    assert not same_bits(0.0, -0.0)
