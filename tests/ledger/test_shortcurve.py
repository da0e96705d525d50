"""A long curve in at most 200 points: peaks and dips kept, its mean known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.ledger.shortcurve import MOST_POINTS, packed, shortened, unpacked

numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)


def test_a_short_curve_stays_as_it_is():
    steps, values = list(range(MOST_POINTS)), [math.nan] * MOST_POINTS
    curve = shortened(steps, values)
    assert (curve.steps, curve.values) == (steps, values)
    assert (curve.mean_steps, curve.mean_values) == ((), ())


def test_the_peak_and_the_dip_of_a_long_curve_are_kept():
    values = [0.5] * 5000
    values[1234], values[4321] = 9.0, -9.0
    curve = shortened(range(5000), values)
    assert (1234, 9.0) in list(zip(curve.steps, curve.values, strict=True))
    assert (4321, -9.0) in list(zip(curve.steps, curve.values, strict=True))
    assert len(curve.steps) <= MOST_POINTS


def test_means_are_those_of_the_stretches():
    curve = shortened(range(1000), [float(k % 10) for k in range(1000)])
    assert len(curve.mean_steps) == 100
    assert curve.mean_values[0] == pytest.approx(4.5)
    assert curve.mean_steps[0] == pytest.approx(4.5)


def test_a_value_that_is_not_finite_stays_where_it_was():
    values = [1.0] * 1000
    values[500] = math.nan
    curve = shortened(range(1000), values)
    places = [s for s, v in zip(curve.steps, curve.values, strict=True) if math.isnan(v)]
    assert places == [500]
    assert all(map(math.isfinite, curve.mean_values))


def test_a_curve_that_is_never_finite_has_no_means():
    curve = shortened(range(300), [math.inf] * 300)
    assert curve.mean_values == []
    assert set(curve.values) == {math.inf}


def test_a_mean_whose_sum_is_beyond_all_floats_is_still_a_mean():
    curve = shortened(range(400), [1.7e308] * 400)
    assert curve.mean_values[0] == pytest.approx(1.7e308)


@given(values=st.lists(numbers, min_size=1, max_size=900))
def test_it_is_never_longer_and_keeps_the_range(values):
    curve = shortened(range(len(values)), values)
    assert len(curve.values) <= max(MOST_POINTS, 0) or len(values) <= MOST_POINTS
    finite = [value for value in values if math.isfinite(value)]
    kept = [value for value in curve.values if math.isfinite(value)]
    if finite:
        assert (min(kept), max(kept)) == (min(finite), max(finite))
    assert list(curve.steps) == sorted(set(curve.steps))


@given(
    curves=st.dictionaries(
        st.text(max_size=8), st.lists(st.tuples(st.integers(0, 2**62), numbers), max_size=300)
    )
)
def test_what_was_packed_unpacks_bit_by_bit(curves):
    short = {
        name: shortened([step for step, _ in points], [value for _, value in points])
        for name, points in curves.items()
        if "\ud800" not in name
    }
    back = unpacked(packed(short))
    assert list(back) == list(short)
    for name, curve in short.items():
        assert list(back[name].steps) == list(curve.steps)
        assert [v.hex() for v in back[name].values] == [v.hex() for v in curve.values]
        assert list(back[name].mean_values) == list(curve.mean_values)


def test_one_metric_can_be_unpacked_alone():
    data = packed({"a/x": shortened([1], [2.0]), "b/x": shortened([3, 4], [5.0, 6.0])})
    assert list(unpacked(data, only="b/x")) == ["b/x"]
    assert list(unpacked(data, only="b/x")["b/x"].values) == [5.0, 6.0]
    assert unpacked(data, only="c/x") == {}


def test_a_step_beyond_64_bits_cannot_be_packed():
    with pytest.raises(OverflowError):
        packed({"a/x": shortened([2**70], [1.0])})
