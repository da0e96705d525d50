from trialist.values.evidence import Interval
from trialist.values.expectation import expectation_of
from trialist.values.missing import Missing
from trialist.values.predictions import Outcome, Prediction, Tally

EXPECTED = expectation_of("wide", "> 0.005", relevant=None)


def test_a_prediction_says_what_was_expected_and_found():
    told = Prediction(
        expectation=EXPECTED,
        outcome=Outcome.CAME_TRUE,
        estimate=0.01,
        interval=Interval(low=0.006, high=0.014),
        sentence="It came true.",
    ).to_dict()
    assert (told["expected"], told["low"], told["high"]) == ("> 0.005", 0.005, None)
    assert (told["outcome"], told["interval"]) == ("came_true", [0.006, 0.014])
    assert told["missing"] == {}


def test_a_number_that_is_not_there_has_its_reason():
    told = Prediction(
        expectation=EXPECTED,
        outcome=Outcome.OPEN,
        estimate=Missing("no run"),
        interval=Missing("one run"),
        sentence="Open.",
    ).to_dict()
    assert told["estimate"] is None
    assert told["interval"] is None
    assert told["missing"] == {"estimate": "no run", "interval": "one run"}


def test_a_tally_counts_all():
    tally = Tally(n_true=7, n_false=3, n_open=2)
    assert tally.n == 12
    assert tally.to_dict() == {"came_true": 7, "did_not_come_true": 3, "open": 2}
