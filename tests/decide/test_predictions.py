"""What became of a prediction: by the interval, never by the estimate."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.decide.predictions import (
    outcome_of,
    predicted_words,
    predictions_of,
    tally_words,
)
from trialist.values.evidence import Interval
from trialist.values.expectation import Expectation, expectation_of
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.predictions import Outcome, Tally
from trialist.values.verdict import VerdictCode

TRUE, FALSE, OPEN = Outcome.CAME_TRUE, Outcome.DID_NOT, Outcome.OPEN
POINTS = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005)
LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)


def expect(text, variant="wide", relevant=0.005):
    return expectation_of(variant, text, relevant=relevant)


@pytest.mark.parametrize(
    ("text", "low", "high", "outcome"),
    [
        ("> 0.5", 0.6, 1.0, TRUE),
        ("> 0.5", 0.5, 1.0, OPEN),
        (">= 0.5", 0.5, 1.0, TRUE),
        ("> 0.5", 0.4, 1.0, OPEN),
        ("> 0.5", 0.1, 0.5, FALSE),
        (">= 0.5", 0.1, 0.5, OPEN),
        ("< -0.5", -1.0, -0.6, TRUE),
        ("< -0.5", -1.0, -0.5, OPEN),
        ("<= -0.5", -1.0, -0.5, TRUE),
        ("< -0.5", -0.5, 1.0, FALSE),
        ("0.2 to 0.5", 0.2, 0.5, TRUE),
        ("0.2 to 0.5", 0.1, 0.4, OPEN),
        ("0.2 to 0.5", 0.6, 0.9, FALSE),
        ("0.2 to 0.5", -0.6, 0.1, FALSE),
        ("0.2 to 0.5", 0.1, 0.6, OPEN),
        ("~ 0", -0.004, 0.004, TRUE),
        ("~ 0", -0.005, 0.004, OPEN),
        ("~ 0", 0.005, 0.01, FALSE),
    ],
)
def test_the_whole_interval_decides(text, low, high, outcome):
    assert outcome_of(expect(text), Interval(low=low, high=high)) is outcome


@pytest.mark.parametrize(
    ("text", "sign", "outcome"),
    [
        ("> 0", 1, TRUE),
        ("> -0.5", 1, TRUE),
        ("> 0.1", 1, OPEN),
        ("< 0", 1, FALSE),
        ("< 0", -1, TRUE),
        ("> 0", -1, FALSE),
        ("0 to 2", 1, TRUE),
        ("-2 to 0", 1, FALSE),
        ("> 0", 0, OPEN),
    ],
)
def test_a_difference_that_the_family_found_rules_zero_out(text, sign, outcome):
    interval = Interval(low=-1.0, high=0.1) if sign < 0 else Interval(low=-0.1, high=1.0)
    assert outcome_of(expect(text), interval, sign=sign) is outcome


ENDS = st.tuples(st.integers(-6, 6), st.integers(-6, 6)).filter(lambda ends: ends[0] < ends[1])


@given(
    ends=ENDS,
    interval=ENDS,
    more=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    kind=st.sampled_from(["both", "low", "high"]),
    is_open=st.booleans(),
)
def test_a_wider_interval_never_decides_what_was_open(ends, interval, more, kind, is_open):
    expected = Expectation(
        variant="a",
        text="",
        low=None if kind == "high" else ends[0],
        high=None if kind == "low" else ends[1],
        is_open=is_open,
    )
    narrow = outcome_of(expected, Interval(low=interval[0], high=interval[1]))
    wide = outcome_of(expected, Interval(low=interval[0] - more[0], high=interval[1] + more[1]))
    assert wide in (narrow, OPEN)


@given(ends=ENDS, interval=ENDS, is_open=st.booleans())
def test_turning_everything_around_changes_nothing(ends, interval, is_open):
    one = Expectation(variant="a", text="", low=ends[0], high=ends[1], is_open=is_open)
    other = replace(one, low=-ends[1], high=-ends[0])
    assert outcome_of(one, Interval(low=interval[0], high=interval[1])) is outcome_of(
        other, Interval(low=-interval[1], high=-interval[0])
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("> 0", "helps"),
        (">= 0", "does not hurt"),
        ("< 0", "hurts"),
        ("<= 0", "does not help"),
        ("> 0.005", "gains more than 0.5 points"),
        (">= 0.01", "gains 1 point or more"),
        ("> -0.005", "loses less than 0.5 points"),
        (">= -0.005", "loses 0.5 points at most"),
        ("< 0.005", "gains less than 0.5 points"),
        ("<= 0.005", "gains 0.5 points at most"),
        ("< -0.005", "loses more than 0.5 points"),
        ("<= -0.005", "loses 0.5 points or more"),
        ("0.005 to 0.01", "gains 0.5 to 1 points"),
        ("-0.01 to -0.005", "loses 0.5 to 1 points"),
        ("-0.01 to 0", "loses 0 to 1 points"),
        ("-0.005 to 0.01", "gains -0.5 to 1 points"),
        ("equal", "makes no difference that matters (less than 0.5 points)"),
    ],
)
def test_a_prediction_in_words(text, words):
    assert predicted_words(expect(text), POINTS) == words


def test_a_metric_without_a_unit_has_none():
    assert predicted_words(expect("> 0.1"), LOSS) == "gains more than 0.1"
    assert predicted_words(expect("0.1 to 0.2"), LOSS) == "gains 0.1 to 0.2"


BASE = [0.900, 0.902, 0.899, 0.904, 0.901, 0.897]
BETTER = [0.911, 0.912, 0.909, 0.915, 0.910, 0.907]


def one(case, text, **changes):
    verdict = replace(case.verdicts["wide"], **changes)
    (found,) = predictions_of([expect(text)], [verdict], case.protocol.metric)
    return found


@pytest.fixture
def case(judged):
    return judged({"baseline": BASE, "wide": BETTER}, paired=True, relevant=0.005)


def test_says_what_was_predicted_what_was_found_and_what_became_of_it(case):
    found = one(case, "> 0.005")
    assert found.outcome is TRUE
    assert found.sentence == (
        "You predicted that wide gains more than 0.5 points; found 1.02 points (0.94 to 1.10): "
        "it came true."
    )
    assert one(case, "< 0").sentence.endswith(": it did not come true.")
    assert one(case, "< 0").outcome is FALSE
    assert one(case, "> 0.01").sentence.endswith(": open.")


def test_rounding_never_moves_an_end_across_the_prediction(case):
    low = case.verdicts["wide"].interval.low
    found = one(case, f"> {low + 0.000001!r}")
    assert found.outcome is OPEN
    shown = float(found.sentence.partition("(")[2].partition(" to")[0])
    assert shown <= 100 * low + 0.0001


def test_lower_is_better_says_which_way_plus_is(judged):
    worse = [value + 0.01 for value in BASE]
    case = judged({"baseline": worse, "wide": BASE[::-1]}, goal=Goal.MINIMIZE, name="val/loss")
    assert "where plus is better" in one(case, "> 0").sentence


def test_an_unfinished_study_leaves_everything_open(judged):
    case = judged(
        {"baseline": [*BASE, 0.9], "wide": [*BETTER[:5], 0.9, 0.9]},
        looks=((5, 1e-9), (7, 0.05)),
        paired=True,
        n_seen=5,
    )
    found = one(case, "> 0")
    assert found.outcome is OPEN
    assert found.sentence.endswith("so far: open.")


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"baseline": [0.9], "wide": [0.91]}, "You predicted that wide helps: open, since "),
        ({"baseline": [], "wide": []}, "You predicted that wide helps: open, since "),
        ({"baseline": BASE[:2], "wide": BETTER[:2]}, ": open, since "),
    ],
)
def test_a_verdict_that_says_nothing_decides_no_prediction(judged, groups, words):
    found = one(judged(groups, relevant=0.005), "> 0")
    assert found.outcome is OPEN
    assert words in found.sentence
    assert found.sentence.endswith(".")
    assert not found.sentence.endswith("..")


def test_a_verdict_without_a_reason_still_says_why(case):
    found = one(case, "> 0", p_adjusted=Missing("not tested"), reason=None)
    assert found.sentence.endswith(": open, since nothing was tested.")
    found = one(case, "> 0", interval=Missing("one run: there is no spread"))
    assert found.sentence == "You predicted that wide helps: open, since there is no spread."


def test_never_says_less_than_the_verdict(case):
    wide = Interval(low=-0.001, high=0.02)
    found = one(case, "> 0", interval=wide, name=VerdictCode.IMPROVEMENT)
    assert found.outcome is TRUE
    assert found.sentence.endswith(": it came true, by the test of the verdict.")
    wide = Interval(low=-0.02, high=0.001)
    found = one(case, "> 0", interval=wide, estimate=-0.01, name=VerdictCode.REGRESSION)
    assert found.outcome is FALSE
    assert one(case, "> 0", interval=wide, name=VerdictCode.INCONCLUSIVE).outcome is OPEN


def test_expectations_without_a_verdict_are_left_out(case):
    found = predictions_of([expect("> 0", "deep")], case.judgement.verdicts, POINTS)
    assert found == ()


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0), ""),
        ((1, 0, 0), "In this store the only prediction came true."),
        ((0, 1, 0), "In this store the only prediction did not come true."),
        ((0, 0, 1), "In this store the only prediction is open."),
        ((7, 3, 2), "In this store 7 of 12 predictions came true, 3 did not, 2 are open."),
        ((2, 0, 1), "In this store 2 of 3 predictions came true, 1 is open."),
        ((0, 2, 0), "In this store 0 of 2 predictions came true, 2 did not."),
    ],
)
def test_a_tally_in_words(counts, words):
    n_true, n_false, n_open = counts
    assert tally_words(Tally(n_true=n_true, n_false=n_false, n_open=n_open)) == words
