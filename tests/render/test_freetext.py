"""Runs without a plan, in a terminal."""

from trialist.render.cells import cell_width
from trialist.render.freetext import MOST_ROWS, free_text
from trialist.render.style import TextStyle

HEAD = ("run", "tags", "status", "step", "val/loss")


def text(rows, *, notes=(), **style):
    return free_text(
        "mine",
        state="free runs (no plan)",
        counts={"finished": 1200, "not_needed": 1},
        table=(HEAD, *rows),
        notes=notes,
        style=TextStyle(**style),
    )


def test_columns_are_aligned():
    rows = [("a/seed-0", "r1", "finished", "5", "0.5"), ("a/seed-10", "", "failed", "1,000", "")]
    assert text(rows, notes=(("failed", "a/seed-10: odd"),)) == (
        "mine   free runs (no plan)\n"
        "\n"
        "run        tags    status   step  val/loss\n"
        "a/seed-0   r1    finished      5       0.5\n"
        "a/seed-10          failed  1,000\n"
        "\n"
        "1,200 finished · 1 not needed\n"
        "failed  a/seed-10: odd\n"
    )


def test_of_many_runs_the_last_are_shown():
    rows = [(f"a/seed-{k}", "", "finished", "1", "1") for k in range(MOST_ROWS + 3)]
    shown = text(rows)
    assert "a/seed-2 " not in shown
    assert f"a/seed-{MOST_ROWS + 2}" in shown
    assert "and 3 more above; --json gives all" in shown


def test_control_characters_are_made_visible():
    assert "\x1b" not in text([("a", "\x1b[31m", "finished", "1", "1")])


def test_ascii_is_enough():
    assert text([("a", "", "finished", "1", "1")], unicode=False).isascii()


def test_columns_stand_below_each_other_in_any_script():
    rows = [("東京/seed-0", "wide", "finished", "1", "1"), ("a/seed-0", "deep", "failed", "2", "3")]
    lines = text(rows).splitlines()
    places = [
        cell_width(line[: line.index(tag)])
        for tag in ("wide", "deep")
        for line in lines
        if tag in line
    ]
    assert len(places) == 2
    assert len(set(places)) == 1
