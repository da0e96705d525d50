import pytest

from trialist.analysis.rawtable import read_table
from trialist.values.errors import TableError

TEXT = "model,split,seed,acc\na,test,0,1\na,val,0,2\nb,test,1.0,3\nb,,1,4\n"


def table(text=TEXT):
    return read_table(text, name="t.csv")


def cells(found, place):
    return [found.cell(row, place) for row in found.rows]


def test_columns_are_found_but_for_space_and_case():
    found = table(" Model,acc\na,1\n")
    assert found.place_of("model", option="--variant") == 0
    assert found.has("MODEL ")
    assert not found.has("group")


def test_rows_are_kept_where_all_conditions_hold():
    assert cells(table().only({"split": "test", "model": "b"}), 3) == ["3"]
    assert cells(table().only({}), 3) == ["1", "2", "3", "4"]


def test_a_number_is_a_number_however_it_is_written():
    assert cells(table().only({"seed": "1"}), 3) == ["3", "4"]
    assert cells(table().only({"seed": "0.0"}), 3) == ["1", "2"]


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"splt": "test"}, "did you mean 'split'"),
        ({"split": "tset"}, "did you mean 'test'"),
        ({"split": "val", "model": "b"}, "no row has 'b' in column 'model'"),
    ],
)
def test_a_condition_that_nothing_meets_names_what_there_is(conditions, words):
    with pytest.raises(TableError, match=words):
        table().only(conditions)


def test_a_column_that_is_there_twice_is_not_guessed():
    with pytest.raises(TableError, match="2 times"):
        table("a,A,b\n1,2,3\n").place_of(" a ", option="--by")


def test_a_table_is_split_in_the_order_of_its_rows():
    found = table("d,x\nq,1\np,2\nq,3\n").split("d")
    assert {value: cells(part, 1) for value, part in found.items()} == {"q": ["1", "3"], "p": ["2"]}
    assert list(found) == ["q", "p"]


def test_a_row_without_a_value_is_in_no_part():
    with pytest.raises(TableError, match="column 'split' is empty") as caught:
        table().split("split")
    assert caught.value.mistakes[0].where == "t.csv:5"


def test_a_row_that_ends_early_has_empty_cells():
    found = table("a,b\n1\n2,3\n")
    assert cells(found, 1) == ["", "3"]
