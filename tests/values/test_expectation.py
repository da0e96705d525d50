"""What may be expected of a variant, and what says no range."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.errors import ConfigError
from trialist.values.expectation import SAME, Expectation, expectation_of


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("> 0.005", ("> 0.005", 0.005, None, True)),
        (">0.005", ("> 0.005", 0.005, None, True)),
        ("  >= 5e-3 ", (">= 0.005", 0.005, None, False)),
        ("< -1", ("< -1", None, -1.0, True)),
        ("<=+.5", ("<= 0.5", None, 0.5, False)),
        ("> -0", ("> 0", 0.0, None, True)),
        ("-0.2 to 1", ("-0.2 to 1", -0.2, 1.0, False)),
        ("0.005 to 1e-2", ("0.005 to 0.01", 0.005, 0.01, False)),
    ],
)
def test_every_form_is_a_range(text, read):
    found = expectation_of("wide", text, relevant=None)
    assert (found.text, found.low, found.high, found.is_open) == read
    assert found.variant == "wide"
    assert not found.is_same


@pytest.mark.parametrize("text", ["~ 0", "~0", "~ 0.0", "equal", "none"])
def test_no_difference_that_matters_has_one_form(text):
    found = expectation_of("wide", text, relevant=0.005)
    assert found == Expectation(variant="wide", text=SAME, low=-0.005, high=0.005, is_open=True)
    assert found.is_same


def test_no_difference_that_matters_needs_one_that_does():
    with pytest.raises(ConfigError, match=r"expect\.wide") as caught:
        expectation_of("wide", "equal", relevant=None)
    assert "metric.relevant" in caught.value.mistakes[0].todo


@pytest.mark.parametrize(
    ("text", "todo"),
    [
        ("0.5 to 0.2", "write '0.2 to 0.5', the lower end first"),
        ("0.5 to 0.5", "give a range with some width, the lower end first"),
        ("> 1e999", "give the difference to the baseline, in the metric's unit"),
        ("better", "write '> X'"),
        ("~ 1", "write '> X'"),
        ("> nan", "write '> X'"),
        ("> 0.5 points", "0.005 where 0.5 points"),
        ("> 5%", "in the metric's unit"),
        ("", "put it into quotes"),
        (None, "put it into quotes"),
        (0.005, "'> 0.005' or '< 0.005'"),
        (float("nan"), "write '> X'"),
        (True, "write '> X'"),
        ([1], "write '> X'"),
    ],
)
def test_what_says_no_range_is_refused_with_a_cure(text, todo):
    with pytest.raises(ConfigError, match=r"expect\.wide") as caught:
        expectation_of("wide", text, relevant=0.005)
    assert todo in caught.value.mistakes[0].todo


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32).map(float)


@given(sign=st.sampled_from([">", "<", ">=", "<="]), end=NUMBERS)
def test_the_text_of_a_plan_reads_as_the_same_expectation(sign, end):
    found = expectation_of("a", f"{sign} {end!r}", relevant=None)
    assert expectation_of("a", found.text, relevant=None) == found
    assert end in (found.low, found.high)
    assert not any(math.copysign(1, one) < 0 for one in (found.low, found.high) if one == 0)
