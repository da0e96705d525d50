"""The range test in a terminal: the answer first, a figure that shows it, nothing too wide."""

import math

import pytest

from trialist.analysis.lrcurve import (
    HELD_BY_ONE,
    HELD_BY_THREE,
    LrCurve,
    range_of,
    span_over_seeds,
)
from trialist.render.cells import cell_width
from trialist.render.lrtext import LrFound, lr_figure, lr_text
from trialist.render.style import TextStyle

RATES = tuple(1e-7 * 1e8 ** (k / 99) for k in range(100))


def sweep_of(losses):
    return range_of(LrCurve(rates=RATES[: len(losses)], losses=tuple(losses), steps=100))


def sweep(first=2.3):
    fall = [first - 1.8 * k / 25 for k in range(25)]
    return sweep_of([first] * 50 + fall + [0.5] * 5 + [5.0, 50.0, math.inf])


def found(*tests, **changes):
    tests = tests or (sweep(),)
    common = {
        "study": "digits", "variant": "wide", "optimizer": "AdamW", "batch_size": 1024,
        "key": "lr", "seeds": tuple(range(len(tests))), "tests": tests,
        "span": span_over_seeds(tests), "todo": next((t.todo for t in tests if t.todo), ""),
    }  # fmt: skip
    return LrFound(**{**common, **changes})


def test_the_answer_comes_first():
    text = lr_text(found(), style=TextStyle())
    span = found().span
    first = " ".join(text.split())
    assert first.startswith(
        f"Search lr from {span.low:.1e} to {span.high:.1e}: "
        f"around {span.center:.1e}, a tenth of the rate"
    )
    assert "wide of digits · AdamW · batch size 1,024 · seed 0 · 83 of 100 steps" in text
    assert lr_text(found(), style=TextStyle(), quiet=True).count("\n") <= 2


def test_how_often_such_a_range_was_right_is_said():
    text = " ".join(lr_text(found(), style=TextStyle()).split())
    one, three = (f"{100 * share:.0f} %" for share in (HELD_BY_ONE, HELD_BY_THREE))
    assert f"held the best rate of a grid in {one} of the cases, that of three in {three}." in text


def test_a_fixed_rate_has_no_key():
    assert lr_text(found(key=None), style=TextStyle()).startswith("Search the learning rate from ")


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_wider_than_the_terminal(width):
    for line in lr_text(found(), style=TextStyle(width=width), quiet=False).splitlines():
        assert cell_width(line) <= width, line


def test_the_figure_has_its_lowest_point_over_the_range():
    lines = lr_figure(sweep(), sweep().span, width=72)
    assert len(lines) == 13
    bottom, axis = lines[10], lines[11]
    lowest, center = bottom.index("●"), axis.index("┼")
    assert axis.index("─") < center < axis.rindex("─") <= bottom.rindex("●")
    assert lowest > center
    assert float(lines[1].split()[0]) < 3.2  # half of the fall above it; the explosion is cut
    assert "1e-7" in lines[12]
    assert "1e-1" in lines[12]


def test_a_refusal_says_why_and_what_to_do():
    test = sweep_of([1.0] * 100)
    text = lr_text(found(test), style=TextStyle())
    assert " ".join(text.split()).startswith(
        "No range: nothing exploded up to the rate 10. To do: raise `high`"
    )
    assert "none" in text
    assert "─" not in text
    assert "This is where to search" not in text


def test_a_test_that_said_nothing_among_others_is_told():
    text = lr_text(found(sweep(), sweep(2.4), sweep_of([1.0] * 100)), style=TextStyle())
    assert "seed 2: nothing exploded up to the rate 10" in text
    assert " to 100 of 100 steps" in " ".join(text.split())
    assert "seeds 0, 1, 2" in text


def test_a_single_point_is_no_figure():
    assert lr_figure(sweep_of([math.nan]), sweep_of([math.nan]).span, width=72) == []


def test_it_can_be_written_in_ascii_and_in_bold():
    assert lr_text(found(), style=TextStyle(unicode=False)).isascii()
    assert "\x1b[1mSearch lr from" in lr_text(found(), style=TextStyle(color=True))


def test_names_that_steer_a_terminal_are_shown():
    assert "\x1b" not in lr_text(found(variant="a\x1b[2J"), style=TextStyle())
