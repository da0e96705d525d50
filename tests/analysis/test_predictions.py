import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.predictioncolumns import Wanted
from trialist.analysis.predictions import predictions_in
from trialist.analysis.rawtable import read_table
from trialist.values.errors import TableError

TEXT = """variant,seed,item,right
base,0,a,1
base,0,b,0
base,1,a,1
base,1,b,1
new,0,a,0
new,0,b,1
new,1,a,1
new,1,b,1
"""
ANSWERS = """model,id,y_true,y_pred
x,1,cat,cat
x,2,dog,cat
y,1,cat,
y,2,dog,dog
"""


def read(text, **names):
    return predictions_in(read_table(text, name="p.csv"), Wanted(**{"example": "item"} | names))


def mistakes_of(text, **names):
    with pytest.raises(TableError) as caught:
        read(text, **names)
    return [(one.where, one.message) for one in caught.value.mistakes]


def test_puts_seeds_into_rows_and_examples_into_columns():
    found = read(TEXT)
    assert found.metric == "right"
    assert found.examples == ("a", "b")
    assert found.is_share
    assert found.arms["base"].seeds == (0, 1)
    assert found.arms["base"].values.tolist() == [[1, 0], [1, 1]]
    assert found.arms["new"].present.all()
    assert found.notes == ()
    assert len(found.values) == 8


@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order):
    head, *rows = TEXT.splitlines()
    text = "\n".join(
        [head.replace("right", "right,doc")] + [f"{rows[k]},{rows[k][-3]}" for k in order]
    )
    found, plain = read(text, metric="right", cluster="doc"), read(TEXT)
    assert found.examples == plain.examples
    assert found.clusters.tolist() == [0, 1]
    for name, arm in plain.arms.items():
        assert found.arms[name].values.tolist() == arm.values.tolist()


def test_examples_are_sorted_by_number_where_they_are_numbers():
    text = "variant,item,loss\n" + "".join(f"{v},{i},0.5\n" for v in "xy" for i in (10, 9, "b", 1))
    assert read(text).examples == ("1", "9", "10", "b")


def test_an_absent_row_and_an_empty_cell_are_no_value():
    found = read("variant,item,loss\nx,1,0.5\nx,2,\ny,1,0.4\n")
    assert found.arms["x"].present.tolist() == [[True, False]]
    assert found.arms["y"].present.tolist() == [[True, False]]
    assert found.arms["x"].seeds == (None,)
    assert found.notes == ("1 empty cell in 'loss': no value for that example.",)
    assert not found.is_share


def test_nan_is_a_value_that_is_there():
    found = read("variant,item,loss\nx,1,nan\ny,1,0.4\n")
    assert np.isnan(found.arms["x"].values[0, 0])
    assert found.arms["x"].present.all()


def test_answers_are_right_where_they_equal_the_truth():
    found = read(ANSWERS, example="id", variant="model")
    assert found.metric == "accuracy"
    assert found.arms["x"].values.tolist() == [[1, 0]]
    assert found.arms["y"].values.tolist() == [[0, 1]]
    assert found.n_categories == 2
    assert found.notes == (
        "An example counts as right where 'y_pred' equals 'y_true'.",
        "1 empty answer: counted as wrong.",
    )


def test_the_truth_may_be_named():
    text = ANSWERS.replace("y_true", "human").replace("y_pred", "said")
    found = read(text, example="id", variant="model", truth="human", metric="said")
    assert found.arms["x"].values.tolist() == [[1, 0]]


def test_numbers_are_equal_however_they_are_written():
    text = "variant,item,t,y_pred\nx,1,1,1.0\nx,2,2,02\ny,1,1,-1\ny,2,2,2\n"
    found = read(text, truth="t")
    assert found.arms["x"].values.tolist() == [[1, 1]]
    assert found.arms["y"].values.tolist() == [[0, 1]]


def test_every_mistake_in_a_row_has_its_line():
    text = (
        "variant,seed,item,right,doc\n,0,a,1,d\nx,0,,1,d\nx,one,c,1,d\ny,0,d,95%,d\ny,0,e,1,\ny,0\n"
    )
    assert mistakes_of(text, cluster="doc", metric="right") == [
        ("p.csv:2", "the row names no variant"),
        ("p.csv:3", "the row names no example"),
        ("p.csv:4", "the seed 'one' is not a whole number"),
        ("p.csv:5", "'95%' in column 'right' is not a number"),
        ("p.csv:6", "column 'doc' is empty"),
        ("p.csv:7", "the row has 2 cells, the header has 5"),
    ]


def test_a_prediction_that_is_there_twice_is_named_with_both_lines():
    assert mistakes_of(TEXT + "base,1,a,0\n") == [
        ("p.csv:10", "'base', seed 1 has example 'a' twice, in lines 4 and 10")
    ]
    with pytest.raises(TableError, match="--seed COLUMN tells runs apart"):
        read("variant,item,loss\nx,1,0.5\nx,1,0.6\ny,1,0.4\n")


def test_the_seed_3_and_the_seed_3_0_are_one():
    text = "variant,seed,item,right\nx,3,a,1\nx,3.0,b,0\ny,3,a,1\ny,3,b,1\n"
    assert read(text).arms["x"].seeds == (3,)


def test_an_example_has_one_right_answer_and_one_cluster():
    text = "variant,item,t,y_pred,doc\nx,1,a,a,p\ny,1,b,b,q\n"
    assert mistakes_of(text, truth="t", cluster="doc") == [
        ("p.csv:3", "example '1' has another 't' than in line 2"),
        ("p.csv:3", "example '1' has another 'doc' than in line 2"),
    ]


def test_the_truth_is_there_and_is_a_category():
    text = "variant,item,t,y_pred\nx,1,,a\ny,1,,b\nx,2,0.37,0.4\ny,2,0.37,0.5\n"
    said = [message for _, message in mistakes_of(text, truth="t")]
    assert "column 't' has no right answer here" in said
    assert "the right answer 0.37 is a measurement: no answer equals it" in said


def test_one_variant_is_no_comparison():
    ((where, message),) = mistakes_of("variant,item,loss\nx,1,0.5\nx,2,0.6\n")
    assert (where, message) == ("p.csv, column 'variant'", "there is only one variant: 'x'")


def test_all_columns_that_are_not_there_are_named():
    said = [message for _, message in mistakes_of(TEXT, example="id", cluster="doc", truth="t")]
    assert said[:3] == [
        "there is no column 'id' (--example)",
        "there is no column 'doc' (--cluster)",
        "there is no column 't' (--truth)",
    ]
    assert mistakes_of(TEXT, example="id") == [("p.csv:1", "there is no column 'id' (--example)")]


def test_a_variant_that_is_not_named_is_said_beside_the_rest():
    said = [message for _, message in mistakes_of(TEXT, example="id", variant="model")]
    assert said == [
        "there is no column 'id' (--example)",
        "there is no column 'model' that names the variant",
    ]


def test_many_mistakes_are_cut():
    text = "variant,item,loss\n" + "".join(f"x,{k},bad{k}\n" for k in range(40)) + "x,40,1\n"
    found = mistakes_of(text, metric="loss")
    assert len(found) == 11
    assert found[-1] == ("p.csv", "and more of them")


def test_rows_of_the_wrong_length_are_cut_too():
    text = "variant,item,loss\n" + "x\n" * 40
    assert len(mistakes_of(text, metric="loss")) == 11


def test_a_trailing_empty_cell_is_forgiven():
    assert read("variant,item,loss\nx,1,0.5,\ny,1,0.4,\n").examples == ("1",)
