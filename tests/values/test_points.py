"""Numbers that two runs reported, compared bit by bit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.points import Likeness, PointDifference


def difference(recorded, again):
    return PointDifference(metric="val/loss", step=3, recorded=recorded, again=again)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 50))
def test_steps_between_float64_numbers_are_those_of_the_library(value, n):
    other = value
    for _ in range(n):
        other = math.nextafter(other, math.inf)
    found = difference(value, other)
    if math.isfinite(found.size) and found.ulps[1] == "float64":
        assert found.ulps == (n, "float64")


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(0, 50))
def test_steps_between_float32_numbers_are_counted_as_such(value, n):
    other = np.float32(value)
    with np.errstate(over="ignore"):
        for _ in range(n):
            other = np.nextafter(other, np.float32(np.inf))
    found = difference(value, float(other))
    if math.isfinite(found.size):
        assert found.ulps == (n, "float32")


@pytest.mark.parametrize(
    ("recorded", "again"), [(None, 1.0), (1.0, None), (math.nan, 1.0), (math.inf, 1.0)]
)
def test_a_missing_number_is_infinitely_far_away(recorded, again):
    found = difference(recorded, again)
    assert (found.size, found.ulps) == (math.inf, None)
    assert found.to_dict()["difference"] is None


def test_a_number_beyond_float32_is_a_float64():
    assert difference(1e300, 1e300).ulps == (0, "float64")


def test_a_difference_is_plain_data():
    assert difference(0.5, math.nan).to_dict() == {
        "metric": "val/loss",
        "step": 3,
        "recorded": 0.5,
        "again": "NaN",
        "difference": None,
        "ulps": None,
        "of": None,
    }
    assert difference(0.5, 0.25).to_dict()["difference"] == 0.25


def test_nothing_compared_is_not_equal():
    assert not Likeness(n=0, n_equal=0).is_equal
    assert Likeness(n=2, n_equal=2).is_equal
    assert not Likeness(n=2, n_equal=1).is_equal


def test_a_likeness_is_plain_data():
    one = difference(0.5, 0.25)
    found = Likeness(n=2, n_equal=1, first=one, largest=one, n_unlike=(("val/loss", 1),))
    assert found.to_dict()["first"] == one.to_dict()
    assert found.to_dict()["n_different"] == {"val/loss": 1}
