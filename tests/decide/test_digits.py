from __future__ import annotations

import math
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from trialist.decide.digits import decimals_of
from trialist.values.evidence import Interval
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing


def decimals(estimate, low, high, *, relevant=None, name="val/loss", beside=()):
    metric = Metric(name=name, goal=Goal.MAXIMIZE, relevant=relevant)
    verdict = SimpleNamespace(estimate=estimate, interval=Interval(low=low, high=high))
    return decimals_of(verdict, metric, beside=beside)


def test_one_digit_of_the_half_width_is_enough():
    assert decimals(1.04, 0.449, 1.63) == 1
    assert decimals(1234.5, 900.0, 1569.0) == -2


def test_a_half_width_that_begins_with_1_or_2_needs_two():
    assert decimals(1.9, 0.7, 3.1) == 1
    assert decimals(-0.1, -2.0, 1.8) == 1
    assert decimals(1234.5, 1000.0, 1469.0) == -1


def test_points_are_hundredths():
    assert decimals(0.0104, 0.0045, 0.0163, name="val/accuracy") == 1


def test_an_end_that_rounds_to_zero_needs_more_digits():
    assert decimals(0.63, 0.04, 1.22) == 2


def test_an_end_that_rounds_onto_the_relevant_difference_needs_more_digits():
    assert decimals(1.04, 0.47, 1.61, relevant=0.5) == 2


def test_an_end_that_rounds_onto_a_number_it_is_held_against_needs_more_digits():
    assert decimals(1.04, 0.47, 1.61) == 1
    assert decimals(1.04, 0.47, 1.61, beside=(0.5,)) == 2
    assert decimals(0.0104, 0.0047, 0.0161, beside=(0.005,), name="val/accuracy") == 2


def test_an_estimate_that_rounds_onto_an_end_needs_more_digits():
    assert decimals(0.52, 0.47, 0.57) == 2
    assert decimals(5.0, 4.56, 5.44) == 1
    assert decimals(1.0, 0.96, 2.2) == 2  # an interval that is not symmetric


def test_three_digits_are_the_most():
    assert decimals(0.5, 1e-9, 1.0) == 3


def test_without_an_interval_there_is_nothing_to_go_by():
    metric = Metric(name="val/loss", goal=Goal.MAXIMIZE)
    assert decimals_of(SimpleNamespace(estimate=1.0, interval=Missing("none")), metric) == 4


@given(
    st.floats(-100, 100),
    st.floats(1e-6, 100),
    st.none() | st.floats(1e-6, 100),
)
def test_rounded_ends_stay_on_their_side_or_touch(estimate, half, relevant):
    low, high = estimate - half, estimate + half
    digits = decimals(estimate, low, high, relevant=relevant)
    marks = [0.0] if relevant is None else [0.0, relevant, -relevant]
    for end in (low, high):
        for mark in marks:
            shown = round(end, digits)
            unit = 10.0**-digits
            crossed = (shown - mark) * (end - mark) < 0
            assert not crossed or math.isclose(shown, mark, abs_tol=unit)
