import pytest

from trialist.analysis.declared import Declared
from trialist.analysis.rawtable import read_table
from trialist.analysis.searchcolumns import SearchWanted, find_search_columns
from trialist.values.errors import TableError


def find(text, **wanted):
    return find_search_columns(read_table(text, name="t.csv"), SearchWanted(**wanted))


def mistakes(text, **wanted):
    with pytest.raises(TableError) as caught:
        find(text, **wanted)
    return [one.message for one in caught.value.mistakes]


def names(found):
    return [said.name for _, said in found.params]


def test_columns_marked_as_parameters_are_the_parameters():
    optuna = "number,value,datetime_start,params_lr,params_opt,state\n0,0.5,2024,0.1,sgd,COMPLETE\n"
    found = find(optuna)
    assert names(found) == ["lr", "opt"]
    assert (found.metric, found.trial, found.status) == (1, 0, 5)
    assert found.notes == ()


def test_without_marks_all_other_columns_are_parameters_and_that_is_said():
    text = "lr,drop,name,opt,val/accuracy,seconds\n0.1,0,a,x,0.5,3\n0.2,0.5,b,x,0.6,4\n"
    found = find(text)
    assert names(found) == ["lr", "drop", "opt"]
    assert (found.metric, found.seconds) == (4, 5)
    assert found.notes == ("Read as parameters: lr, drop, opt; --param names them instead.",)


def test_a_column_of_many_words_is_no_parameter():
    text = "lr,comment,value\n1,first,1\n2,second,2\n3,third,3\n"
    found = find(text)
    assert names(found) == ["lr"]
    assert found.notes[0] == "Left out: 'comment' has 3 words in 3 rows."


def test_many_parameters_are_told_in_short():
    head = ",".join(f"p{k}" for k in range(9))
    found = find(f"{head},value\n{','.join('123456789')},1\n")
    assert "p0, p1, p2, p3, p4, p5 and 3 more" in found.notes[0]


def test_declared_parameters_are_found_behind_their_prefix():
    text = "config.lr,lr2,variant,search,acc\n0.1,2,a,0,0.5\n"
    said = (Declared(name="lr"), Declared(name="lr2"))
    found = find(text, params=said, metric="acc")
    assert found.params == ((0, said[0]), (1, said[1]))
    assert (found.variant, found.search, found.phase) == (2, 3, None)


def test_the_only_number_is_the_metric():
    assert find("opt,score_x\na,1\nb,2\na,3\nb,4\n").metric == 1
    assert find("lr,acc\n0.1,1\n", params=(Declared(name="lr"),)).metric == 1


def test_says_what_could_be_the_metric():
    assert mistakes("lr,acc,loss\n1,2,3\n") == [
        "several columns could be the metric: lr, acc, loss"
    ]
    assert mistakes("a,b\nx,y\n") == [
        "no column holds numbers",
    ]


def test_a_table_without_parameters_is_refused():
    assert mistakes("value\n1\n") == ["no column can be a parameter"]


def test_collects_all_columns_that_are_not_there():
    wanted = {"metric": "no", "variant": "nor", "params": (Declared(name="lr"),)}
    assert mistakes("value\n1\n", **wanted) == [
        "there is no column 'nor' (--variant)",
        "there is no column 'no' (--metric)",
        "there is no column 'lr' (--param)",
    ]


def test_a_usual_name_that_is_there_twice_is_not_guessed():
    assert find("state,State,lr,value\na,b,1,2\na,b,2,2\n").status is None


def test_a_parameter_of_one_variant_is_found_in_the_column_of_its_name():
    said = (Declared(name="adam.lr"), Declared(name="a.b"))
    found = find("lr,a.b,value\n1,2,3\n", params=said)
    assert [(k, one.name, one.variant) for k, one in found.params] == [
        (0, "lr", "adam"),
        (1, "a.b", None),
    ]
    assert mistakes("lr,value\n1,1\n", params=(Declared(name="adam.rl"),)) == [
        "there is no column 'adam.rl' (--param)"
    ]


def test_of_several_splits_the_validation_split_is_the_metric():
    found = find("lr,val/loss,train/loss\n1,2,3\n")
    assert found.metric == 1
    assert found.notes[0] == "Read as the metric: val/loss."
    assert mistakes("lr,val/loss,val/acc,train/loss\n1,2,3,4\n") == [
        "several columns could be the metric: val/loss, val/acc"
    ]


def test_what_a_tracker_writes_beside_a_run_is_no_parameter():
    text = "Name,State,User,Created,Runtime,Sweep,lr,val/loss\na,finished,me,now,9,s,0.1,1\n"
    assert names(find(text)) == ["lr"]
