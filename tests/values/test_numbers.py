"""Numbers for a reader."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.metric import Goal, Metric
from trialist.values.numbers import (
    Unit,
    as_chosen,
    decimals_for,
    duration,
    fixed,
    p_value,
    plain,
    powers,
    signed,
)

POSITIVE = st.floats(min_value=0, exclude_min=True, allow_infinity=False, allow_nan=False)
FINITE = st.floats(min_value=-1e12, max_value=1e12)


@given(POSITIVE, st.integers(1, 5))
def test_the_decimals_show_as_many_significant_digits_as_asked(half_width, digits):
    mantissa, _, exponent = f"{half_width:.{digits - 1}e}".partition("e")
    decimals = decimals_for(half_width, digits=digits)
    assert len(mantissa.replace(".", "")) == digits
    assert decimals == digits - 1 - int(exponent)


@given(st.floats(1e-9, 1e9))
def test_the_shown_half_width_is_near_the_true_one(half_width):
    shown = float(fixed(half_width, decimals_for(half_width)).replace(",", ""))
    assert shown == pytest.approx(half_width, rel=0.051)


@pytest.mark.parametrize(
    ("half_width", "decimals"),
    [(0.59, 2), (0.0996, 2), (0.994, 2), (0.996, 1), (1.0, 1), (9.96, 0), (123.0, -1), (1e-5, 6)],
)
def test_rounding_up_to_the_next_power_counts(half_width, decimals):
    assert decimals_for(half_width) == decimals


@pytest.mark.parametrize("nothing", [0.0, -1.0, math.nan, math.inf])
def test_without_a_width_four_decimals_are_shown(nothing):
    assert decimals_for(nothing) == 4


@pytest.mark.parametrize("huge", [1.797e308, 5e-324])
def test_the_ends_of_the_floats_have_decimals_too(huge):
    assert isinstance(decimals_for(huge), int)


@given(FINITE, st.integers(-3, 8))
def test_there_is_never_a_negative_zero(value, decimals):
    text = fixed(value, decimals)
    assert not re.fullmatch(r"-[0.,]*", text)
    assert float(text.replace(",", "")) == pytest.approx(round(value, decimals), abs=1e-9)


@given(FINITE, st.integers(0, 6))
def test_a_number_and_its_negative_differ_by_the_sign_only(value, decimals):
    assert fixed(value, decimals).lstrip("-") == fixed(-value, decimals).lstrip("-")


@given(FINITE, st.integers(-2, 6))
def test_a_signed_number_always_has_its_sign(value, decimals):
    assert signed(value, decimals)[0] in "+-"
    assert signed(value, decimals)[1:].lstrip("+") == fixed(value, decimals).lstrip("-")


def test_thousands_are_separated():
    assert fixed(12345.678, 1) == "12,345.7"
    assert fixed(1234.0, -2) == "1,200"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (14.2, "14 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3599.4, "59 min 59 s"),
        (3599.6, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (360000, "100 h 00 min"),
    ],
)
def test_a_time_is_said_as_a_reader_says_it(seconds, text):
    assert duration(seconds) == text


@given(st.floats(0, 1e7))
def test_a_time_is_never_far_from_what_is_said(seconds):
    sizes = {"s": 1, "min": 60, "h": 3600}
    words = duration(seconds).split()
    said = sum(
        float(number) * sizes[unit] for number, unit in zip(words[::2], words[1::2], strict=True)
    )
    assert abs(said - seconds) <= (60.5 if seconds >= 3599 else 0.5)


def test_a_p_value_is_never_zero():
    assert [p_value(p) for p in (0.0, 1e-9, 1e-6, 0.00036, 0.0423, 1.0)] == [
        *("< 1e-06", "< 1e-06", "1e-06", "0.00036", "0.042", "1"),
    ]


def test_very_large_numbers_are_shown_by_powers_of_ten():
    loss = Unit.of(Metric(name="val/loss", goal=Goal.MINIMIZE))
    assert loss.show(2.98765e29, -27) == "2.99e+29"
    assert loss.show(-123456789.0, -5) == "-123,500,000"


def test_powers_of_ten_keep_the_place_that_the_interval_asks_for():
    loss = Unit.of(Metric(name="val/loss", goal=Goal.MINIMIZE))
    ends = [loss.show(value, -8) for value in (9.9962e11, 1.0003e12, 1.00098e12)]
    assert ends == ["9.996e+11", "1.0003e+12", "1.001e+12"]
    assert loss.show(4.391e-13, 14) == "4.4e-13"
    assert loss.show(4e-16, 14) == "0"
    assert powers(-4.391e-13, 14, sign=True) == "-4.4e-13"
    assert powers(1e-20, 14, sign=True) == "+0"


@pytest.mark.parametrize("typed", [0.1, 1e-8, 0.000123456, 3e5, math.inf])
def test_a_number_that_somebody_typed_is_said_as_typed(typed):
    assert float(as_chosen(typed)) == typed
    assert as_chosen(math.nan) == "NaN"


def test_a_number_that_was_drawn_is_said_in_four_digits():
    assert as_chosen(0.610984051725439) == "0.611"
    assert as_chosen(0.0146349104688) == "0.01463"


def test_a_plain_number_has_no_more_digits_than_it_needs():
    assert [plain(value) for value in (0.5, 600.0, 1e-05)] == ["0.5", "600", "1e-05"]


def test_fractions_are_shown_in_points_and_others_in_their_own_unit():
    points = Unit.of(Metric(name="val/accuracy", goal=Goal.MAXIMIZE))
    assert points.amount(0.0104, 1) == "1.0 points"
    loss = Unit.of(Metric(name="val/loss", goal=Goal.MINIMIZE))
    assert loss.amount(0.0104, 3) == "0.010"
    assert loss.show(1.5, 1) == "1.5"
