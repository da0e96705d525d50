import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.render.cells import (
    aligned_at_point,
    cell_width,
    cut,
    left,
    right,
    visible,
    visible_block,
    wrapped,
)


def test_an_escape_sequence_cannot_reach_the_terminal():
    assert "\x1b" not in visible("a\x1b[2Jb\x07")


def test_text_that_turns_its_direction_is_shown_as_replaced():
    assert visible("a\u202eb") == "a\ufffdb"


def test_a_block_keeps_its_lines():
    assert visible_block("a\n\tb\x00") == "a\n    b�"


@given(st.text(), st.integers(0, 30))
def test_cut_text_fits(text, width):
    assert cell_width(cut(visible(text), width)) <= width


def test_wide_characters_take_two_cells():
    assert cell_width("改良") == 4
    assert cut("改良改良", 5) == "改良…"


@pytest.mark.parametrize("pad", [left, right])
def test_padding_reaches_the_width(pad):
    assert cell_width(pad("改", 5)) == 5


def test_decimal_points_stand_below_each_other():
    cells = aligned_at_point(["+1.25", "-10.5", "7", "", "-"])
    assert len({len(cell) for cell in cells}) == 1
    assert cells[0].index(".") == cells[1].index(".")


def test_a_word_longer_than_the_line_is_not_broken():
    assert wrapped("a " + "b" * 40, 20) == ["a", "b" * 40]
