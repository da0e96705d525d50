import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.stats.resample_data import (
    FEWEST_DRAWS,
    affordable,
    canonical_side,
    canonical_sides,
    check_size,
    check_spread,
    chunks,
)
from trialist.values.errors import InsufficientDataError, MetricError

numbers = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=6)


@given(numbers, numbers)
def test_order_sides_and_sign_lead_to_one_form(a, b):
    _, *form = canonical_sides(a, b)
    for other in (
        (b, a),
        (a[::-1], b),
        ([-x for x in a], [-x for x in b]),
        ([-x for x in b], [-x for x in a]),
    ):
        assert canonical_sides(*other)[1:] == tuple(form)


@given(numbers, numbers)
def test_the_sign_leads_back_to_the_difference(a, b):
    sign, first, second = canonical_sides(a, b)
    there = sum(second) / len(second) - sum(first) / len(first)
    back = sum(b) / len(b) - sum(a) / len(a)
    assert sign * there == pytest.approx(back, abs=1e-12)
    assert len(first) <= len(second)


@given(numbers)
def test_one_side_has_one_form(values):
    sign, form = canonical_side(values)
    assert canonical_side([-x for x in reversed(values)])[1] == form
    assert sorted(sign * x for x in form) == sorted(values)


@given(st.integers(1, 20_000), st.integers(1, 5_000_000))
def test_the_parts_are_all_of_it_and_fit(draws, n):
    parts = list(chunks(draws, n))
    assert sum(parts) == draws
    assert min(parts) >= 1
    assert max(parts) * n <= max(2_000_000, n)


def test_large_samples_are_drawn_less_often():
    assert affordable(9_999, 2_000) == 9_999
    assert affordable(9_999, 4_000) == 5_000
    assert affordable(9_999, 10**7) == FEWEST_DRAWS
    assert affordable(50, 10**7) == 50


def test_refuses_too_few_and_no_spread():
    check_size(4, 4, "a test", "runs")
    with pytest.raises(InsufficientDataError, match="a test needs 4 runs, not 3"):
        check_size(3, 4, "a test", "runs")
    check_spread([1.0, 1.0], [1.0, 2.0])
    with pytest.raises(InsufficientDataError):
        check_spread([1.0, 1.0], [2.0, 2.0])
    with pytest.raises(MetricError):
        check_spread([1.0, 2.0], [math.nan, 2.0])
