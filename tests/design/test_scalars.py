import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.scalars import LONGEST_NUMBER, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[("0", 0), ("-0", 0), ("+12", 12), ("-19", -19), ("007", 7), ("0o17", 15), ("0x1F", 31)],
        *[("1e-4", 1e-4), ("1E3", 1000.0), ("12e03", 12e3), (".5", 0.5), ("1.", 1.0)],
        *[("-2.5e+2", -250.0), ("+.5", 0.5), (".inf", math.inf), ("-.Inf", -math.inf)],
    ],
)
def test_follows_the_core_schema(text, value):
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("on", "off", "yes", "no", "y", "n", "On", "tRUE", "nULL", "None", "none", "nan", "inf"),
        *("1_000", "2001-01-01", "12:30:45", "0b11", "0o8", "0xG", "1e", "e5", ".", "-", "+"),
        *("1.2.3", "0X1F", "-0x1F", "+0o7", ".INf", "1 000", "٣", "--1", "1e5.0", "="),
    ],
)
def test_everything_else_is_text(text):
    assert resolve(text) == text


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_reads_not_a_number(text):
    found = resolve(text)
    assert isinstance(found, float)
    assert math.isnan(found)


def test_refuses_a_number_that_python_cannot_print():
    with pytest.raises(ValueError, match="301 digits"):
        resolve("1" * (LONGEST_NUMBER + 1))
    with pytest.raises(ValueError, match="a number of"):
        resolve("0x" + "f" * LONGEST_NUMBER)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.booleans())
def test_reads_every_number_of_json_as_json_does(number):
    found = resolve(json.dumps(number))
    assert found == number
    assert type(found) is type(number)


@given(st.text(max_size=30))
def test_text_comes_back_as_it_is_or_as_a_scalar(text):
    found = resolve(text)
    assert found == text if isinstance(found, str) else isinstance(found, int | float | None)
