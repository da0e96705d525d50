import pytest

import trialist
from trialist.render.familytext import families_text, grid_lines, overview_lines
from trialist.render.style import TextStyle


@pytest.fixture(scope="module")
def found():
    header = [["variant", "data", "seed", "acc"]]
    values = {"base": 0.5, "good": 0.6, "bad": 0.4, "same": 0.5001}
    rows = [[name, data, seed, value + seed / 1000 + (data == "y") * (name == "bad") * 0.1]
            for data in "xy" for name, value in values.items() for seed in range(4)]  # fmt: skip
    rows = [row for row in rows if row[:2] != ["same", "y"]]
    return trialist.compare(header + rows, goal="maximize", by="data", relevant=0.01)


def test_the_overview_counts_what_was_found(found):
    lines = overview_lines(found.data, TextStyle(width=100))
    assert lines[0].split() == ["data", "variants", "mean", "of", "base", "seeds", "#", "-", "="]
    assert lines[1].split() == ["1", "x", "4", "50.15", "4", "1", "1", "1"]
    assert lines[2].split() == ["2", "y", "3", "50.15", "4", "1", "1"]
    assert "# better by more than you asked for" in " ".join(lines)


def test_the_grid_has_a_sign_for_every_variant_in_every_family(found):
    assert grid_lines(found.data, TextStyle(width=100)) == [
        "     1 2",
        "good # #",
        "bad  - =",
        "same =",
    ]


def test_a_grid_that_does_not_fit_is_left_out(found):
    assert grid_lines(found.data, TextStyle(width=7)) == []


def test_the_whole_fits_its_width_and_ends_with_links(found):
    text = families_text(
        found.data, style=TextStyle(width=70), links=[("report", "out/report.html")]
    )
    assert max(map(len, text.splitlines())) <= 70
    assert text.endswith("report  out/report.html\n")
    assert "Holm in each family" in text


def test_color_supports_and_ascii_is_possible(found):
    plain = families_text(found.data, style=TextStyle(width=90))
    bright = families_text(found.data, style=TextStyle(width=90, color=True))
    assert "\x1b[" in bright
    assert "\x1b[" not in plain
    assert families_text(found.data, style=TextStyle(unicode=False)).isascii()
