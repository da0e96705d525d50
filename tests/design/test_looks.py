import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.looks import (
    ALPHA,
    INNER_LOOKS,
    Judging,
    looks_between,
    looks_with,
    planned_looks,
)
from trialist.stats.dunnett_looks import dunnett_thresholds
from trialist.stats.sequential import thresholds
from trialist.values.judging import Variance


@pytest.mark.parametrize(
    ("ends", "looks"),
    [
        ((5, 20), (5, 8, 12, 20)),
        ((3, 20), (3, 5, 8, 12, 20)),
        ((5, 30), (5, 8, 12, 20, 30)),
        ((4, 10), (4, 5, 8, 10)),
        ((6, 6), (6,)),
        ((1, 2), (1, 2)),
    ],
)
def test_looks_are_both_ends_and_the_usual_ones_between(ends, looks):
    assert looks_between(*ends) == looks


@given(st.integers(1, 60), st.integers(0, 60))
def test_looks_rise_from_one_end_to_the_other(n_min, more):
    looks = looks_between(n_min, n_min + more)
    assert looks[0] == n_min
    assert looks[-1] == n_min + more
    assert list(looks) == sorted(set(looks))
    assert set(looks) <= {n_min, n_min + more, *INNER_LOOKS}


@pytest.mark.parametrize(
    ("n", "looks"), [(8, (5, 8, 20)), (9, (5, 8, 9, 20)), (3, (3, 5, 8, 20)), (20, (5, 8, 20))]
)
def test_a_look_that_nobody_planned_is_one_more(n, looks):
    assert looks_with(n, (5, 8, 20)) == looks


def test_an_extra_look_leaves_less_for_the_later_ones():
    planned = planned_looks((5, 8, 20), 1, Judging(paired=True))
    extra = planned_looks(looks_with(9, (5, 8, 20)), 1, Judging(paired=True))
    assert extra[-1].thresholds[0] < planned[-1].thresholds[0]


def test_a_missed_look_leaves_its_share_to_the_next():
    all_taken = planned_looks((5, 8, 12, 20), 1, Judging(paired=False))
    missed = planned_looks((5, 12, 20), 1, Judging(paired=False))
    assert missed[1].thresholds[0] > all_taken[2].thresholds[0]


def test_an_open_study_spends_nothing_by_looking():
    looks = planned_looks((5, 6, 7), 2, Judging(paired=True, is_open=True))
    assert [look.thresholds for look in looks] == [(ALPHA, ALPHA / 2)] * 3


@pytest.mark.parametrize("paired", [True, False])
def test_pooled_noise_has_one_threshold_for_the_family(paired):
    judging = Judging(paired=paired, variance=Variance.POOLED)
    looks = planned_looks((5, 8, 12, 20), 2, judging)
    row = dunnett_thresholds((5, 8, 12, 20), alpha=ALPHA, k=2, paired=paired)
    assert [look.thresholds for look in looks] == [(p, p) for p in row]


def test_earlier_comparisons_share_the_error_rate():
    looks = planned_looks((10,), 2, Judging(paired=True, n_earlier=3))
    assert looks[0].thresholds == pytest.approx([ALPHA / r for r in range(1, 6)])
    row = planned_looks((5, 20), 1, Judging(paired=True, n_earlier=1))
    assert [look.thresholds[1] for look in row] == list(
        thresholds((5, 20), alpha=ALPHA / 2, paired=True)
    )
