import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.rawtable import read_table
from trialist.analysis.table import runs_in
from trialist.analysis.wideform import Wide, melted
from trialist.values.errors import TableError

TEXT = "seed,adam,sgd,note\n0,0.91,0.93,x\n1,0.92,,y\n2,nan,0.95,z\n"


def table(text=TEXT):
    return read_table(text, name="w.csv")


def wide(**options):
    return Wide(**{"others": ("seed",), **options})


def test_a_wide_table_has_a_row_per_row_and_variant():
    found = melted(table(), wide(metric="acc"))
    assert found.header == ("seed", "note", "variant", "acc")
    assert [row.cells for row in found.rows[:2]] == [("0", "x", "adam", "0.91"),
                                                      ("1", "y", "adam", "0.92")]  # fmt: skip
    assert [row.line for row in found.rows] == [2, 3, 4, 2, 3, 4]


def test_empty_cells_are_failed_runs_and_nan_a_diverged_one():
    runs = runs_in(melted(table(), wide()), metric="value").records
    found = {(run.variant, run.seed): run.status.value for run in runs}
    assert found[("sgd", 1)] == "failed"
    assert found[("adam", 2)] == "diverged"
    assert sum(status == "finished" for status in found.values()) == 4


def test_columns_without_numbers_are_left_out_with_a_note():
    (note,) = melted(table(), wide()).notes
    assert "'note' is taken for no variant" in note
    many = ",".join(f"t{k}" for k in range(9))
    text = f"a,b,{many}\n1,2,{','.join('x' * 9)}\n"
    (note,) = melted(table(text), wide()).notes
    assert "'t5' and 3 more are taken" in note


@pytest.mark.parametrize("name", ["id", "Index", "item", "", "epoch", "data_seed", "seed"])
def test_a_column_that_counts_is_no_variant(name):
    found = melted(table(f"{name},a,b\n0,1,2\n1,2,3\n"), wide())
    assert {row.cells[-2] for row in found.rows} == {"a", "b"}


def test_columns_that_are_named_are_taken_in_their_order():
    found = melted(table(), wide(columns=("sgd", " Adam ")))
    assert [row.cells[-2] for row in found.rows] == ["sgd"] * 3 + ["adam"] * 3
    assert found.notes == ()


def test_words_are_variants_where_they_are_held_against_a_truth():
    text = "truth,a,b\nyes,yes,no\nno,no,no\n"
    found = melted(table(text), wide(others=("truth",), truth="truth"))
    assert found.rows[0].cells == ("yes", "a", "yes")


def test_a_column_that_never_gives_a_right_answer_is_no_variant():
    text = "truth,pair,a,b\n2,x_y,2,1.0\n1,y_z,1,-1\n1,,,\n"
    found = melted(table(text), wide(others=("truth",), truth="truth"))
    assert {row.cells[-2] for row in found.rows} == {"a", "b"}
    assert found.notes == ("Column 'pair' is taken for no variant; --columns says which are.",)


def test_where_no_two_columns_give_right_answers_all_are_variants():
    found = melted(table("truth,a,b\n1,x,y\n2,z,2\n"), wide(others=("truth",), truth="truth"))
    assert {row.cells[-2] for row in found.rows} == {"a", "b"}


def test_rows_can_be_numbered_as_pairs():
    found = melted(table("a,b\n1,2\n3,4\n"), wide(number_rows="seed"))
    assert found.header == ("seed", "variant", "value")
    assert [row.cells[0] for row in found.rows] == ["0", "1", "0", "1"]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (TEXT, {"columns": ("adam", "sgdd")}, "did you mean 'sgd'"),
        (TEXT, {"columns": ("adam", "ADAM")}, "named twice"),
        (TEXT, {"columns": ("adam",)}, "there is only one: 'adam'"),
        ("seed,x\n0,a\n", {}, "there is none"),
        ("a,b,a\n1,2,3\n", {}, "there 2 times"),
        ("variant,a,b\nx,1,2\n", {}, "no column of its own called 'variant'"),
        ("value ,a,b\nx,1,2\n", {}, "no column of its own called 'value'"),
        ("a,b\n1\n2,3\n", {}, "1 cells, the header has 2"),
        ("a,b\n1,2,3\n2,3\n", {}, "3 cells, the header has 2"),
    ],
)
def test_what_is_no_wide_table_is_told(text, options, words):
    with pytest.raises(TableError, match=words):
        melted(table(text), wide(**options))


def test_empty_cells_after_the_last_column_are_no_mistake():
    assert len(melted(table("a,b\n1,2,\n3,4, \n"), wide()).rows) == 4


@given(st.lists(st.tuples(st.integers(), st.floats(allow_nan=False)), min_size=1, max_size=8))
def test_no_value_is_lost_or_changed(rows):
    text = "a,b\n" + "".join(f"{a},{b!r}\n" for a, b in rows)
    found = [row.cells for row in melted(table(text), wide()).rows]
    assert [float(cell) for name, cell in found if name == "a"] == [float(a) for a, _ in rows]
    assert [float(cell) for name, cell in found if name == "b"] == [b for _, b in rows]
