"""Two runs of the same thing, number by number."""

import math

from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.bitwise import likeness
from trialist.values.points import Point

RUN = (
    Point(metric="train/loss", step=1, value=0.5),
    Point(metric="val/accuracy", step=1, value=0.8),
    Point(metric="train/loss", step=2, value=math.nan),
    Point(metric="val/accuracy", step=2, value=0.9),
    Point(metric="returned val/accuracy", step=None, value=0.9),
)


def changed(place, value):
    points = list(RUN)
    points[place] = Point(metric=RUN[place].metric, step=RUN[place].step, value=value)
    return tuple(points)


def test_a_run_is_equal_to_itself():
    found = likeness(RUN, RUN)
    assert (found.n, found.n_equal, found.is_equal) == (5, 5, True)
    assert (found.first, found.largest, found.n_unlike) == (None, None, ())


def test_the_last_bit_counts():
    found = likeness(RUN, changed(1, math.nextafter(0.8, 1)))
    assert (found.n, found.n_equal) == (5, 4)
    assert (found.first.metric, found.first.step) == ("val/accuracy", 1)
    assert found.first.ulps == (1, "float64")
    assert found.n_unlike == (("val/accuracy", 1),)


def test_the_first_is_that_of_the_record_and_the_largest_any():
    again = changed(3, 0.1)
    again = (again[0], Point(metric="val/accuracy", step=1, value=0.81), *again[2:])
    found = likeness(RUN, again)
    assert (found.first.step, found.largest.step) == (1, 2)


def test_a_number_that_is_missing_or_new_differs():
    short = likeness(RUN, RUN[:3])
    assert (short.n, short.n_equal, short.first.again) == (5, 3, None)
    long = likeness(RUN[:3], RUN)
    assert (long.n, long.n_equal, long.first.recorded) == (5, 3, None)
    assert long.first.step == 2


def test_another_step_is_another_number():
    again = (Point(metric="train/loss", step=9, value=0.5), *RUN[1:])
    found = likeness(RUN, again)
    assert (found.n_equal, found.first.again) == (4, None)


def test_metrics_that_are_ignored_do_not_count():
    again = (*changed(0, 7.0), Point(metric="time/step_s", step=2, value=1.0))
    assert likeness(RUN, again, ignored=("time/*", "train/loss")).is_equal
    assert likeness(RUN, again, ignored=("time/*",)).n_unlike == (("train/loss", 1),)


def test_nothing_is_not_equal():
    assert not likeness((), ()).is_equal


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats()), max_size=20))
def test_any_run_is_equal_to_itself_and_counts_all(values):
    points = [Point(metric=name, step=k, value=value) for k, (name, value) in enumerate(values)]
    found = likeness(points, points)
    assert found.n == found.n_equal == len(points)


@given(st.lists(st.floats(), max_size=8), st.lists(st.floats(), max_size=8))
def test_swapping_the_runs_changes_no_count(one, other):
    first = [Point(metric="a", step=k, value=value) for k, value in enumerate(one)]
    second = [Point(metric="a", step=k, value=value) for k, value in enumerate(other)]
    there, back = likeness(first, second), likeness(second, first)
    assert (there.n, there.n_equal) == (back.n, back.n_equal)
