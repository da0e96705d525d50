"""Verdicts on many tasks, from a table."""

import csv
import json
import os
import random
from pathlib import Path

import pytest

import trialist
from trialist.values.errors import ConfigError, TableError
from trialist.values.missing import Missing

GAINS = {"small": 0.0, "wide": 0.002, "deep": 0.04}
BASES = {"adult": 0.85, "dna": 0.9, "otto": 0.8, "churn": 0.86, "gesture": 0.6, "higgs": 0.7,
         "covtype": 0.95}  # fmt: skip


def rows(n=5, tasks=BASES, gains=GAINS):
    rng = random.Random(7)
    return [
        [model, task, str(seed), f"{base + gain + rng.gauss(0, 0.004):.4f}"]
        for task, base in tasks.items()
        for model, gain in gains.items()
        for seed in range(n)
    ]


def written(path, found, head="model,data,seed,acc"):
    path.write_text("\n".join([head, *(",".join(row) for row in found)]) + "\n", encoding="utf-8")
    return path


def compared(path, **options):
    asked = {"task": "data", "variant": "model", "goal": "maximize", "baseline": "small", **options}
    return trialist.compare(path, **asked)


@pytest.fixture(name="table")
def _table(tmp_path):
    return written(tmp_path / "models.csv", rows())


def test_each_task_has_its_own_verdicts(table):
    result = compared(table)
    assert len(result.verdicts) == 14
    assert result.verdicts["adult/deep"].name.value == "improvement"
    assert result.verdicts["adult/deep"].interval_kind == "simultaneous"


def test_a_task_is_judged_as_it_is_alone(table):
    alone = compared(table, task=None, where={"data": "otto"}).verdicts["deep"]
    assert compared(table).verdicts["otto/deep"].to_dict() == alone.to_dict()


def test_the_tasks_together_are_ranked_and_scored(table):
    over = compared(table).to_dict()["over_tasks"]
    assert over["ranking"]["variants"][0] == "deep"
    deep = next(one for one in over["variants"] if one["name"] == "deep")
    assert len(deep["tasks"]["better"]) == 7
    assert deep["iqm"]["interval"][0] > 5
    assert deep["sign_test"]["decides"] is False
    small = next(one for one in over["variants"] if one["name"] == "small")
    assert small["iqm"] is None
    assert small["missing"]["iqm"]


def test_there_is_no_verdict_over_tasks(table):
    over = compared(table).to_dict()["over_tasks"]
    assert "verdict" not in json.dumps(over)


def test_the_order_of_rows_does_not_matter(tmp_path, table):
    mixed = rows()
    random.Random(3).shuffle(mixed)
    other = compared(written(tmp_path / "models2.csv", mixed)).to_dict()
    ours = compared(table).to_dict()
    for key in ("iqm", "mean", "rank"):
        found = [
            {one["name"]: one[key] for one in data["over_tasks"]["variants"]}
            for data in (ours, other)
        ]
        assert found[0] == found[1]


def test_repeating_gives_the_same_bytes(tmp_path, table):
    pages = []
    for place in ("a", "b"):
        compared(table).report(tmp_path / place)
        files = sorted(path for path in (tmp_path / place).rglob("*") if path.is_file())
        pages.append([(path.name, path.read_bytes()) for path in files])
    assert pages[0] == pages[1]
    names = {name for name, _ in pages[0]}
    assert {"report.html", "results.md", "results.json", "ranks.svg", "profiles.csv"} <= names


def test_results_json_is_what_to_dict_gives(tmp_path, table):
    result = compared(table)
    result.report(tmp_path / "out")
    text = (tmp_path / "out" / "results.json").read_text(encoding="utf-8")
    assert json.loads(text) == result.to_dict()
    assert "NaN" not in text


def test_a_task_without_the_baseline_or_without_company_is_left_out_and_said(tmp_path):
    found = [row for row in rows() if not (row[1] == "otto" and row[0] == "small")]
    found = [row for row in found if not (row[1] == "dna" and row[0] != "deep")]
    result = compared(written(tmp_path / "t.csv", found))
    left = {one["task"]: one["reason"] for one in result.to_dict()["left_out"]}
    assert left == {"otto": "it has no run of small", "dna": "it has only one variant, deep"}
    assert "otto is left out: it has no run of small." in str(result).replace("\n         ", " ")


def test_tasks_that_are_left_out_for_one_reason_are_named_together(tmp_path):
    found = [row for row in rows() if not (row[1] in ("otto", "dna") and row[0] == "small")]
    said = " ".join(str(compared(written(tmp_path / "t.csv", found))).split())
    assert "dna, otto are left out: they have no run of small." in said


def test_a_baseline_that_is_always_alone_is_refused(tmp_path):
    found = [row for row in rows() if (row[1] == "otto") == (row[0] == "small")]
    with pytest.raises(ConfigError, match="no run on a task with other variants"):
        compared(written(tmp_path / "t.csv", [*found, ["wide", "otto2", "0", "1"]]))


def test_an_unknown_baseline_is_refused(table):
    with pytest.raises(ConfigError, match="'smal' is not a variant"):
        compared(table, baseline="smal")


def test_single_runs_are_ranked_but_not_judged(tmp_path):
    result = compared(written(tmp_path / "t.csv", rows(n=1)))
    assert {one.name.value for one in result.verdicts.values()} == {"refused"}
    assert result.data.over.ranking.variants[0] == "deep"
    assert isinstance(result.data.over.pooled["deep"], Missing)
    assert "too few" in str(result)


def test_lost_runs_are_counted_and_not_ranked(tmp_path):
    found = [row if row[:2] != ["wide", "dna"] else [*row[:3], "nan"] for row in rows()]
    result = compared(written(tmp_path / "t.csv", found))
    assert result.verdicts["dna/wide"].name.value == "refused"
    assert "dna: without a value of wide" in str(result)


def test_raw_scores_of_unlike_tasks_are_refused(tmp_path):
    found = [[*row[:3], f"{float(row[3]) * (1 + 999 * (row[1] == 'otto'))}"] for row in rows()]
    path = written(tmp_path / "t.csv", found)
    with pytest.raises(ConfigError, match="'otto'"):
        compared(path, scale="none")
    assert compared(path, scale="percent").data.over.pooled["deep"].iqm > 3


def test_references_come_from_a_table(tmp_path, table):
    lines = [f"{task},{base - 0.1},1.0" for task, base in BASES.items()]
    path = tmp_path / "refs.csv"
    path.write_text("\n".join(["task,low,high", *lines]) + "\n", encoding="utf-8")
    over = compared(table, scale=str(path)).data.over
    assert 0.3 < over.pooled["small"].iqm < over.pooled["deep"].iqm < 0.8


def test_an_unknown_scale_is_refused(table):
    with pytest.raises(ConfigError, match="scale is 'sds'"):
        compared(table, scale="sds")


def test_mistakes_of_the_table_come_with_their_lines(tmp_path):
    path = written(tmp_path / "t.csv", [*rows(), ["deep", "otto", "9", "high"]])
    with pytest.raises(TableError, match="'high'"):
        compared(path)


@pytest.mark.skipif("TRIALIST_DATA" not in os.environ, reason="needs the published runs")
def test_the_published_means_of_36_models_on_11_data_sets_in_one_command():
    path = Path(os.environ["TRIALIST_DATA"]) / "tabular-dl-seeds" / "num_embeddings_scores.csv"
    result = trialist.compare(
        path, task="dataset", variant="group", metric="test_score", goal="maximize",
        baseline="mlp", where={"run": "0_evaluation"},
    )  # fmt: skip
    published = {
        "adult": 0.854, "california": -0.495, "churn": 0.856, "covtype": 0.964,
        "fb-comments": -5.686, "gesture": 0.632, "higgs-small": 0.720, "house": -32039.399,
        "microsoft": -0.747, "otto": 0.818, "santander": 0.912,
    }  # fmt: skip
    found = {
        task["task"]: next(one["mean"] for one in task["variants"] if one["name"] == "mlp")
        for task in result.to_dict()["tasks"]
    }
    assert found == pytest.approx(published, abs=6e-4, rel=1e-6)
    assert len(result.verdicts) == 373
    with path.open(encoding="utf-8", newline="") as file:
        plain = [
            float(row["test_score"])
            for row in csv.DictReader(file)
            if row["group"] == "mlp-plr/adult" and row["run"] == "0_evaluation"
        ]
    assert result.verdicts["adult/mlp-plr"].estimate == pytest.approx(
        sum(plain) / 15 - 0.85369, abs=1e-4
    )
    assert result.data.over.ranking.tasks == tuple(task for task in found if task != "microsoft")
