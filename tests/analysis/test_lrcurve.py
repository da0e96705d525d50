"""The range of a curve: smoothed, refused where it says nothing, beside what other rules say."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.lrcurve import (
    LrCurve,
    LrSpan,
    RunningLoss,
    range_of,
    span_over_seeds,
)
from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

RATES = tuple(1e-7 * 1e8 ** (k / 99) for k in range(100))


def curve(losses, *, steps=100):
    losses = tuple(losses)
    return LrCurve(rates=RATES[: len(losses)], losses=losses, steps=steps)


def sweep(*, bottom=75, explodes=85, first=2.3, lowest=0.5):
    """A loss that stays, falls to `bottom`, rises, and explodes."""
    losses = [first] * 50
    losses += [first + (lowest - first) * (k + 1) / (bottom - 50) for k in range(bottom - 50)]
    losses += [lowest] * (explodes - bottom)
    return curve([*losses, 10.0, 100.0, 1000.0])


def test_the_smoothed_loss_is_the_corrected_exponential_average():
    running = RunningLoss()
    losses = [3.0, 1.0, 2.0, 0.5]
    for loss in losses:
        running.add(loss)
    for k in range(1, 5):
        weights = [0.9 ** (k - 1 - j) for j in range(k)]
        expected = math.fsum(w * x for w, x in zip(weights, losses, strict=False)) / sum(weights)
        assert running.values[k - 1] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("last", [math.nan, math.inf, 100.0])
def test_a_loss_explodes_above_four_times_its_minimum_or_where_it_is_not_finite(last):
    running = RunningLoss()
    for loss in (1.0, 1.0, 1.0):
        running.add(loss)
    assert not running.has_exploded
    running.add(last)
    assert running.has_exploded
    running.add(1.0)
    assert running.has_exploded


def test_a_negative_loss_explodes_when_it_has_risen_by_three_times_its_fall():
    def explodes(last):
        running = RunningLoss()
        for loss in [0.0] * 5 + [-2.0] * 40:
            running.add(loss)
        lowest = running.values[-1]
        while not running.has_exploded and len(running.values) < 200:
            running.add(last)
        return running.has_exploded, running.values[-1] - lowest

    assert explodes(3.9)[0] is False
    found, rise = explodes(5.0)
    assert found
    assert rise > 5.8


def test_the_range_is_a_decade_to_each_side_of_a_tenth_of_the_minimum():
    found = range_of(sweep())
    place = found.smoothed.index(min(found.smoothed))
    assert 75 < place < 86
    low, center, high = (RATES[place] * share for share in (1 / 100, 1 / 10, 1))
    assert found.span == LrSpan(low=low, center=center, high=high)
    assert (found.low, found.center, found.high) == (low, center, high)
    assert found.todo == ""


def test_the_other_rules_lie_where_they_should():
    found = range_of(sweep())
    assert RATES[50] < found.steepest < RATES[76]
    assert found.steepest < found.center * 10
    assert RATES[24] < found.valley < RATES[76]
    assert found.stable == RATES[85]
    gentle = range_of(curve([*sweep().losses[:85], *[1.0] * 5, *[50.0] * 10]))
    assert found.stable <= gentle.stable < RATES[99]


def test_the_end_is_the_largest_stable_rate_where_the_loss_never_came_back():
    losses = [100.0] * 50 + [1.0] * 40 + [20.0] * 10
    assert range_of(curve(losses)).stable == RATES[len(losses) - 1]


@pytest.mark.parametrize(
    ("losses", "reason", "todo"),
    [
        ([math.nan], "the first loss is nan", "look at the data"),
        ([math.inf, 1.0], "the first loss is inf", "look at the data"),
        ([1.0] * 100, "nothing exploded up to the rate 10", "raise `high`"),
        (
            [1.0, 2.0, 100.0],
            "no descent: the smoothed loss is lowest at step 1 of 100, at the rate 1e-07",
            "lower `low`",
        ),
    ],
)
def test_a_curve_that_says_nothing_is_refused_with_a_cure(losses, reason, todo):
    found = range_of(curve(losses))
    assert found.span == Missing(reason)
    assert found.steepest == found.valley == found.stable == Missing(reason)
    assert todo in found.todo
    for name in ("low", "center", "high"):
        with pytest.raises(InsufficientDataError, match="no range: ") as caught:
            getattr(found, name)
        assert caught.value.mistakes[0].todo == found.todo


def test_the_tenth_step_is_too_early_and_the_eleventh_is_not():
    def found(fall):
        return range_of(curve([1.0] * fall + [0.01] + [500.0]))

    assert isinstance(found(9).span, Missing)
    assert isinstance(found(10).span, LrSpan)


def test_a_loss_that_is_bounded_has_ended_where_it_rises_again():
    def found(after):
        fall = [2.0 - k / 30 for k in range(31)]
        return range_of(curve([2.0] * 45 + fall + [after] * 24))

    assert isinstance(found(1.5).span, LrSpan)
    assert found(1.05).span == Missing("nothing exploded up to the rate 10")


def test_noise_is_no_descent():
    def noisy(*, tail=(), seed=0):
        rng = random.Random(seed)
        return curve([2.0 + rng.gauss(0, 0.3) for _ in range(90)] + list(tail))

    for seed in range(200):
        assert range_of(noisy(seed=seed)).span == Missing("nothing exploded up to the rate 1.6")
        exploded = range_of(noisy(tail=[1e3], seed=seed))
        assert exploded.span.reason.startswith("no descent: ")
        assert "batch size" in exploded.todo


def test_several_tests_give_all_that_any_says_around_the_median():
    tests = [range_of(sweep(bottom=end - 5, explodes=end)) for end in (75, 85, 80)]
    span = span_over_seeds(tests)
    assert isinstance(span, LrSpan)
    assert span.center == pytest.approx(tests[2].center)
    assert (span.low, span.high) == (tests[0].low, tests[1].high)
    assert span.high / span.low > 101
    pair = span_over_seeds(tests[:2])
    assert pair.center == pytest.approx(math.sqrt(tests[0].center * tests[1].center))
    assert span_over_seeds(tests[:1]).high == tests[0].high


def test_half_of_the_tests_have_to_say_something():
    good, bad = range_of(sweep()), range_of(curve([1.0] * 100))
    assert isinstance(span_over_seeds([good, good, bad]), LrSpan)
    refused = span_over_seeds([good, bad])
    assert refused == Missing("1 of 2 tests: nothing exploded up to the rate 10")
    assert span_over_seeds([bad]) == Missing("nothing exploded up to the rate 10")


@given(st.floats(1e-3, 1e3))
def test_the_unit_of_the_loss_plays_no_part(factor):
    plain, scaled = range_of(sweep()), range_of(curve([x * factor for x in sweep().losses]))
    assert scaled.span.center == pytest.approx(plain.span.center, rel=1e-9)
    assert scaled.valley == pytest.approx(plain.valley, rel=0.3)
