"""What the product says of its range test is what was measured, on networks of the other group."""

import re
from pathlib import Path

from trialist.analysis.lrcurve import HELD_BY_ONE, HELD_BY_THREE

PAGE = Path(__file__).parents[2] / "benchmarks" / "lrrange.md"


def figure_of(words):
    """Give the figure of a row for the networks that the rule was not chosen on."""
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    [row] = [row for row in rows if len(row) > 4 and row[1].strip() == words]
    return int(re.sub(r" %$", "", row[3].strip()))


def test_the_shares_are_those_of_the_page():
    assert figure_of("the best rate of the grid lies in the range of one test") == round(
        100 * HELD_BY_ONE
    )
    assert figure_of("in that of 3 tests, which the command makes") == round(100 * HELD_BY_THREE)


def test_every_bound_of_the_page_is_held():
    assert "missed" not in PAGE.read_text(encoding="utf-8")
