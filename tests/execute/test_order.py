"""The order of runs within a seed, by what was measured."""

from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from trialist.execute.order import RunTimes


def test_unmeasured_variants_come_first_then_the_longest():
    times = RunTimes(["a", "b", "c", "d"])
    times.add("a", 1.0)
    times.add("c", 5.0)
    assert sorted("dcba", key=times.rank) == ["b", "d", "c", "a"]


def test_without_any_measurement_the_order_is_the_plans():
    times = RunTimes(["wide", "baseline", "deep"])
    assert sorted(["baseline", "deep", "wide"], key=times.rank) == ["wide", "baseline", "deep"]


def test_a_variant_without_a_finished_run_is_guessed_from_the_others():
    times = RunTimes(["a", "b", "c", "d"])
    assert times.guess("a") is None
    times.add("b", 2.0)
    times.add("c", 4.0)
    assert times.guess("a") == 3.0
    assert times.guess("b") == 2.0
    assert times.median("a") is None


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_median_is_that_of_all_runs_so_far(seconds):
    times = RunTimes(["a"])
    for one in seconds:
        times.add("a", one)
    assert times.median("a") == median(seconds)
