import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.render.figures.palette import VariantLook
from trialist.render.figures.trialdots import (
    crosses,
    dots,
    opacity_for,
    resolution,
    ring,
    shown_range,
    thinned,
)
from trialist.values.metric import Goal

LOOK = VariantLook(color="v1", shape="square")


@given(st.lists(st.floats(-1e6, 1e6), max_size=300), st.integers(8, 60))
def test_thinned_trials_keep_their_order_and_the_best(values, most):
    kept = thinned(values, lambda one: one, most=most)
    assert len(kept) == min(len(values), most)
    if values:
        assert min(values) in kept
    positions = iter(values)
    assert all(one in positions for one in kept)


def test_few_trials_are_all_kept():
    assert thinned([3.0, 1.0], lambda one: one, most=10) == [3.0, 1.0]


@pytest.mark.parametrize(("goal", "worst"), [(Goal.MINIMIZE, 1e9), (Goal.MAXIMIZE, -1e9)])
def test_far_outliers_on_the_worse_side_are_cut_off(goal, worst):
    values = [0.1 * k for k in range(20)] + [worst]
    low, high = shown_range(values, goal)
    assert abs(high - low) < 10
    assert (low if goal is Goal.MINIMIZE else high) in values


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40), st.sampled_from(list(Goal)))
def test_the_best_value_is_always_shown(values, goal):
    low, high = shown_range(values, goal)
    best = max(values) if goal is Goal.MAXIMIZE else min(values)
    assert low <= best <= high


def test_digits_come_from_the_noise_or_from_what_is_drawn():
    assert resolution([1.0, 2.0], Goal.MINIMIZE, 0.01) == 0.01
    assert resolution([1.0, 2.0, 3.0, 1e9], Goal.MINIMIZE, None) < 1
    assert resolution([5.0], Goal.MINIMIZE, None) == 0.25
    assert resolution([0.0], Goal.MINIMIZE, None) == 0.0


def test_many_dots_are_one_mark():
    found = dots([(1.0, 2.0), (3.0, 4.04)], LOOK, size=6, opacity=0.5)
    assert found.count("<path") == 1
    assert 'd="M1 2h0M3 4h0"' in found
    assert crosses([(10.0, 10.0)]).count("M6 6l8 8") == 1
    assert len(ring(1, 2, LOOK)) == 2
    assert opacity_for(1) > opacity_for(1000) >= 0.25
