"""A number that is not there."""

from trialist.values.missing import Missing, present


def test_a_missing_number_is_none_and_zero_is_zero():
    assert present(Missing("one run")) is None
    assert present(0.0) == 0.0
