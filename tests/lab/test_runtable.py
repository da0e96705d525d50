"""The runs of the store as a table for `compare`."""

import random
from pathlib import Path

import pytest

import trialist
from trialist.lab.runtable import is_runs, run_table
from trialist.values.errors import TableError

MINE = Path("experiments/mine")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIALIST_RUN_DIR", raising=False)


def record(seed, *, lr, tags=(), fail=False):
    rng = random.Random(f"{seed}/{lr}")
    with trialist.start_run("mine", config={"lr": lr, "opt": {"name": "sgd"}}, seed=seed,
                            tags=list(tags)) as run:  # fmt: skip
        run.log({"train/loss": 1.0, "val/accuracy": 0.9 + lr / 10 + rng.gauss(0, 0.001)}, step=1)
        if fail:
            raise SystemExit(1)


def verdict(**options):
    result = trialist.compare(MINE, metric="val/accuracy", goal="maximize", **options)
    (only,) = result.verdicts.values()
    return only


def test_tags_name_the_variants():
    for seed in range(4):
        record(seed, lr=0.1, tags=["base"])
        record(seed, lr=0.3, tags=["fast", "long"])
    found = verdict()
    assert (found.baseline, found.variant, found.n) == ("base", "fast+long", 4)
    assert found.name.value == "improvement"
    assert "unregistered" in found.flags


def test_a_key_of_the_configuration_can_name_them():
    for seed in range(4):
        record(seed, lr=0.1)
        record(seed, lr=0.3)
    found = verdict(variant="config.lr")
    assert (found.baseline, found.variant) == ("0.1", "0.3")


def test_the_table_has_everything_that_is_known():
    record(3, lr=0.1)
    table = run_table(MINE)
    assert table.header == (
        "variant", "seed", "config.lr", "config.opt.name", "train/loss", "val/accuracy"
    )  # fmt: skip
    (row,) = table.rows
    assert row.cells[1:5] == ("3", "0.1", "sgd", "1.0")


def test_variants_come_in_the_order_in_which_they_were_run():
    for lr in (0.3, 0.1, 0.2):
        record(0, lr=lr)
    assert [row.cells[2] for row in run_table(MINE).rows] == ["0.3", "0.1", "0.2"]


def test_a_failed_run_has_no_value_and_counts():
    record(0, lr=0.1)
    with pytest.raises(SystemExit):
        record(1, lr=0.1, fail=True)
    assert [row.cells[-1] == "" for row in run_table(MINE).rows] == [False, True]


def test_what_has_not_ended_is_left_out_and_said():
    record(0, lr=0.1)
    record(0, lr=0.1)
    with trialist.start_run("mine", seed=5) as run:
        run.log({"val/accuracy": 0.1}, step=1)
        table = run_table(MINE)
    assert len(table.rows) == 1
    assert table.notes == (
        "1 run left out: still running, stopped or lost.",
        "1 run made more than once: the last result counts.",
    )


def test_runs_without_a_seed_have_no_seed_column():
    with trialist.start_run("mine", config={"lr": 1}) as run:
        run.log({"val/accuracy": 0.1}, step=1)
    assert run_table(MINE).header[1] == "no seed"


def test_where_some_runs_have_no_seed_the_others_are_compared_without_theirs():
    for seed in range(4):
        record(seed, lr=0.1)
        record(seed, lr=0.3)
    with trialist.start_run("mine", config={"lr": 0.3}) as run:
        run.log({"train/loss": 1.0, "val/accuracy": 0.93}, step=1)
    table = run_table(MINE)
    assert table.header[1] == "no seed"
    assert table.notes == ("1 run without a seed: the seeds of the others are not used.",)
    assert verdict(variant="config.lr").n == 4


def test_a_key_of_the_configuration_is_no_metric():
    record(0, lr=0.1)
    with pytest.raises(TableError, match="could be the metric: train/loss, val/accuracy"):
        trialist.compare(MINE, goal="maximize")


def test_without_a_run_that_has_ended_there_is_no_table():
    with trialist.start_run("mine", seed=5), pytest.raises(TableError, match="no run in"):
        run_table(MINE)


def test_runs_of_a_planned_study_can_be_compared_too(small):
    trialist.run(small())
    result = trialist.compare("experiments/small", metric="val/accuracy", goal="maximize")
    assert result.verdicts["better"].name.value == "improvement"


def test_only_a_folder_with_a_log_holds_runs(tmp_path):
    record(0, lr=0.1)
    assert is_runs(MINE)
    assert not is_runs(tmp_path)
    assert not is_runs(tmp_path / "nothing")
