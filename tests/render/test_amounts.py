import math

from trialist.render.amounts import estimate_amounts, mean_and_sd, number
from trialist.values.evidence import Interval
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)


def test_estimate_and_ends_share_the_digits_of_the_half_width():
    amounts = estimate_amounts(0.0104, Interval(low=0.0045, high=0.0163), ACCURACY)
    assert (amounts.estimate, amounts.interval) == ("+1.04", "[+0.45, +1.63]")


def test_an_end_beyond_zero_is_not_shown_as_zero():
    amounts = estimate_amounts(0.0173, Interval(low=-0.0004, high=0.0350), ACCURACY)
    assert (amounts.estimate, amounts.interval) == ("+1.73", "[-0.04, +3.50]")
    at_zero = estimate_amounts(0.0175, Interval(low=0.0, high=0.0350), ACCURACY)
    assert at_zero.interval == "[+0.0, +3.5]"


def test_a_missing_interval_leaves_the_brackets_out():
    assert estimate_amounts(0.5, Missing("one run"), LOSS).interval == ""
    assert estimate_amounts(0.0, Missing("one run"), LOSS).estimate == "0"


def test_very_small_and_very_large_numbers_use_powers_of_ten():
    assert number(1.2345e-12, 14) == "1.23e-12"
    assert number(5e12, 0) == "5e+12"
    assert number(math.inf, 2) == "∞"
    assert number(-math.inf, 2) == "-∞"
    assert number(math.nan, 2) == "not a number"


def test_a_single_run_has_a_mean_and_no_sd():
    spread = mean_and_sd(0.95, None, ACCURACY)
    assert (spread.mean, spread.sd) == ("95", "-")
    assert mean_and_sd(None, None, ACCURACY).mean == "-"
    assert mean_and_sd(0.95, 0.0, ACCURACY).sd == "0"
