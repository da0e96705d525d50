import json
import os
import time
from pathlib import Path

import pytest

import trialist
from trialist.values.errors import ConfigError, TableError

TEXT = """model,data,seed,acc
mlp/x,x,0,0.50
mlp/x,x,1,0.51
mlp/x,x,2,0.52
new/x,x,0,0.60
new/x,x,1,0.61
new/x,x,2,0.63
mlp/y,y,0,0.70
mlp/y,y,1,0.72
mlp/y,y,2,0.74
new/y,y,0,0.71
new/y,y,1,0.72
new/y,y,2,0.74
only/z,z,0,0.70
"""
PLAIN = TEXT.replace("/x,", ",").replace("/y,", ",").replace("/z,", ",")
PUBLISHED = {  # README of the data: means over 15 seeds
    "adult": 0.854, "california": -0.495, "churn": 0.856, "covtype": 0.964, "fb-comments": -5.686,
    "gesture": 0.632, "higgs-small": 0.720, "house": -32039.399, "microsoft": -0.747,
    "otto": 0.818, "santander": 0.912,
}  # fmt: skip


def families(tmp_path, text=TEXT, **options):
    path = tmp_path / "r.csv"
    path.write_text(text)
    given = {"goal": "maximize", "variant": "model", "metric": "acc", "by": "data", **options}
    return trialist.compare(path, **given)


def test_each_value_is_a_family_with_the_same_names(tmp_path):
    found = families(tmp_path)
    codes = {name: verdict.name.value for name, verdict in found.verdicts.items()}
    assert codes == {"x/new": "improvement", "y/new": "inconclusive"}
    assert {verdict.baseline for verdict in found.verdicts.values()} == {"mlp"}
    assert found.data.left_out[0].reason == "only one variant: only"


def test_a_family_is_what_its_rows_alone_would_give(tmp_path):
    found = families(tmp_path, baseline="mlp").families["y"]
    alone = families(tmp_path, by=None, where={"data": "y"}, baseline="mlp/y")
    verdict, other = found.verdicts["new"], alone.verdicts["new/y"]
    assert (verdict.p, verdict.interval) == (other.p, other.interval)


def test_names_that_do_not_hold_the_value_stay(tmp_path):
    found = families(tmp_path, PLAIN)
    assert set(found.verdicts) == {"x/new", "y/new"}
    assert not any("left out" in caveat for caveat in found.data.caveats)


def test_a_value_before_the_name_is_left_out_too(tmp_path):
    text = TEXT.replace("mlp/x", "x/mlp").replace("new/x", "x/new")
    found = families(tmp_path, text)
    assert set(found.verdicts) == {"x/new", "y/new"}
    assert any("that part is left out" in caveat for caveat in found.data.caveats)


def test_a_family_without_the_baseline_is_left_out(tmp_path):
    found = families(tmp_path, TEXT.replace("mlp/y", "old/y"), baseline="mlp")
    assert set(found.families) == {"x"}
    assert {one.value: one.reason for one in found.data.left_out}["y"] == "there is no mlp"


def test_the_one_called_baseline_is_the_baseline(tmp_path):
    text = TEXT.replace("new/", "baseline/")
    assert {v.baseline for v in families(tmp_path, text).verdicts.values()} == {"baseline"}


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"by": "dta"}, TableError, "did you mean 'data'"),
        ({"by": "model"}, TableError, "no value of 'model' has rows of two variants"),
        ({"baseline": "mpl"}, ConfigError, "did you mean 'mlp'"),
        ({"baseline": "only"}, ConfigError, "alone wherever it is"),
        ({"variant": "modl"}, TableError, "say `--variant model`"),
        ({"goal": None}, ConfigError, "--goal maximize"),
    ],
)
def test_what_cannot_be_split_is_told(tmp_path, options, kind, words):
    with pytest.raises(kind, match=words):
        families(tmp_path, **options)


def test_no_common_variant_asks_for_a_baseline(tmp_path):
    text = TEXT.replace("mlp/y", "p/y").replace("new/y", "q/y")
    with pytest.raises(ConfigError, match="no variant is in every family"):
        families(tmp_path, text)


def test_mistakes_of_all_families_come_together(tmp_path):
    text = TEXT.replace("0.51", "0.5.1").replace("0.74", "0,74").replace("0,74", "x")
    with pytest.raises(TableError) as caught:
        families(tmp_path, text)
    assert [one.where.rpartition(":")[2] for one in caught.value.mistakes] == ["3", "10", "13"]


def test_the_result_is_plain_data(tmp_path):
    found = families(tmp_path).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["format"], found["by"]) == (1, "data")
    assert [one["value"] for one in found["families"]] == ["x", "y"]
    assert found["families"][0]["comparisons"][0]["variant"] == "new"
    assert found["left_out"] == [{"value": "z", "reason": "only one variant: only"}]


def test_the_text_has_an_overview_and_each_family(tmp_path):
    text = str(families(tmp_path))
    assert "2 families by data" in text
    assert "data x\nnew helps: acc is" in text
    assert "Left out: z (only one variant: only)." in text
    assert text.count("Not registered") == 1
    quiet = families(tmp_path).text(quiet=True)
    assert "new helps" in quiet
    assert "caveat" not in quiet


def test_many_variants_are_named_by_what_was_found(tmp_path):
    rows = [f"v{k},{d},{s},{0.5 + k % 3 / 10 + s / 100}\n"
            for d in "ab" for k in range(20) for s in range(4)]  # fmt: skip
    found = families(tmp_path, "model,data,seed,acc\n" + "".join(rows))
    assert "19 comparisons with v0:" in str(found)
    assert "better (13): v1, v2, v4" in str(found)
    assert " helps:" not in str(found)


def test_a_report_has_a_page_of_its_own_for_each_family(tmp_path):
    page = families(tmp_path, PLAIN.replace(",y,", ",../Y,")).report(tmp_path / "out")
    assert page == tmp_path / "out" / "report.html"
    assert 'href="x/report.html"' in page.read_text()
    assert (tmp_path / "out" / "x" / "report.html").exists()
    assert (tmp_path / "out" / "Y" / "results.json").exists()
    content = json.loads((tmp_path / "out" / "results.json").read_text())
    assert content["by"] == "data"
    assert "[x](x/results.md)" in (tmp_path / "out" / "results.md").read_text()


def test_values_that_would_be_one_folder_have_one_each(tmp_path):
    text = PLAIN.replace(",x,", ",a/b,").replace(",y,", ",a:b,")
    families(tmp_path, text).report(tmp_path / "out")
    assert (tmp_path / "out" / "a-b" / "report.html").exists()
    assert (tmp_path / "out" / "a-b-2" / "report.html").exists()


DATA = os.environ.get("TRIALIST_DATA")


@pytest.mark.skipif(not DATA, reason="needs TRIALIST_DATA")
def test_published_runs_give_the_published_means_in_one_command_and_seconds():
    path = Path(DATA, "tabular-dl-seeds", "num-embeddings_evaluations.csv.gz")
    start = time.process_time()  # of the cores: whatever else the machine does
    found = trialist.compare(
        path,
        variant="group",
        by="dataset",
        where={"run": "0_evaluation"},
        metric="test_score",
        goal="maximize",
        baseline="mlp",
    )
    seconds = time.process_time() - start
    means = {
        value: next(one.mean for one in result.results.variants if one.name == "mlp")
        for value, result in found.families.items()
    }
    assert means == {value: pytest.approx(mean, abs=6e-4) for value, mean in PUBLISHED.items()}
    assert len(found.verdicts) == 10 * 34 + 33
    assert [one.value for one in found.data.left_out] == ["oblivious_forest_10000_16_6"]
    assert seconds < 10
