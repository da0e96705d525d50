import pytest

from trialist.analysis.rawtable import read_table
from trialist.analysis.tasktable import references_in, tasks_in
from trialist.values.errors import TableError

LINES = [
    "model,data,seed,acc",
    *(f"{m},{d},{s},{0.8 + s / 100}" for d in ("a", "b") for m in ("x", "y") for s in range(3)),
]


def table(*lines, name="t.csv"):
    return read_table("\n".join(lines), name=name)


def test_runs_are_read_task_by_task():
    found = tasks_in(table(*LINES), task="data", variant="model")
    assert [one.task for one in found.tasks] == ["a", "b"]
    assert found.variants == ("x", "y")
    assert [len(one.records) for one in found.tasks] == [6, 6]
    assert (found.metric, dict(found.left_out)) == ("acc", {})


def test_the_tasks_name_at_the_end_of_the_variants_is_left_out_and_said():
    lines = [line.replace("x,a", "x/a,a").replace("y,a", "y/a,a") for line in LINES]
    found = tasks_in(table(*lines), task="data", variant="model")
    assert found.variants == ("x", "y")
    assert "left out on 1 task," in found.notes[-1]


def test_a_name_is_kept_where_leaving_the_task_out_would_join_two_variants():
    lines = [line.replace("y,a", "x/a,a") for line in LINES]
    found = tasks_in(table(*lines), task="data", variant="model")
    assert found.tasks[0].variants == ("x", "x/a")
    assert found.notes == ()


def test_a_task_with_one_variant_is_left_out():
    found = tasks_in(table(*LINES, "lonely,c,0,0.5"), task="data", variant="model")
    assert dict(found.left_out) == {"c": "lonely"}
    assert [one.task for one in found.tasks] == ["a", "b"]


def test_tasks_may_be_called_by_numbers():
    lines = [line.replace(",a,", ",1,").replace(",b,", ",2,") for line in LINES]
    found = tasks_in(table(*lines), task="data", variant="model")
    assert (found.metric, found.tasks[1].task) == ("acc", "2")


def test_what_was_counted_is_said_once():
    lines = [*LINES, "x,a,7,", "x,b,7,"]
    found = tasks_in(table(*lines), task="data", variant="model")
    assert found.notes == ("1 empty cell in 'acc': counted as failed.",)


def test_the_mistakes_of_all_tasks_come_together():
    lines = [*LINES, "x,a,7,no", "y,b,7,nor"]
    with pytest.raises(TableError) as error:
        tasks_in(table(*lines), task="data", variant="model")
    assert len(error.value.mistakes) == 2


def test_refuses_a_column_that_is_not_there_and_one_that_is_both():
    with pytest.raises(TableError, match="--task"):
        tasks_in(table(*LINES), task="dataset", variant="model")
    with pytest.raises(TableError, match="names the task and the variant"):
        tasks_in(table(*LINES), task="model", variant="model")


def test_refuses_a_table_without_anything_to_compare():
    lines = [line for line in LINES if not line.startswith("y")]
    with pytest.raises(TableError, match="no task has two variants"):
        tasks_in(table(*lines), task="data", variant="model")


def test_a_row_that_ends_early_is_a_mistake_and_no_crash():
    lines = [line.replace("x,a", "x/a,a").replace("y,a", "y/a,a") for line in LINES]
    with pytest.raises(TableError):
        tasks_in(table("data,acc,seed,model", "a,1,0,x/a", "a,2,0,y/a", "a,3"), task="data",
                 variant="model")  # fmt: skip
    assert tasks_in(table(*lines), task="data", variant="model").tasks


def test_references_are_read_by_task():
    found = references_in(table("task,low,high", "a,0.1,1.0", "b,-5,2e1"))
    assert found == {"a": (0.1, 1.0), "b": (-5.0, 20.0)}


@pytest.mark.parametrize("row", ["a,0.1", "a,0.1,x", ",0,1", "a,0,inf"])
def test_a_reference_that_is_no_pair_of_numbers_is_refused(row):
    with pytest.raises(TableError, match="no new pair"):
        references_in(table("task,low,high", row))


def test_a_task_has_one_pair_of_references():
    with pytest.raises(TableError, match="no new pair"):
        references_in(table("task,low,high", "a,0,1", "a,0,2"))
