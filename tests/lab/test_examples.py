import json
import os
import random
from pathlib import Path

import pytest

import trialist
from trialist.values.errors import ConfigError
from trialist.values.verdict import VerdictCode

DATA = os.environ.get("TRIALIST_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="needs TRIALIST_DATA")


def rows(n_seeds, *, n=80, gain=0.6, seed=0):
    rng = random.Random(seed)
    items = [rng.gauss(0, 1) for _ in range(n)]
    yield ["variant", "seed", "item", "right"]
    for variant, lift in (("base", 0.0), ("new", gain)):
        for run in range(n_seeds):
            shift = rng.gauss(lift, 0.05)
            for k, item in enumerate(items):
                yield [variant, run, k, int(item + shift + rng.gauss(0, 0.7) > 0)]


def compare(n_seeds=3, **options):
    table = list(rows(n_seeds))
    return trialist.compare(table, **{"example": "item", "goal": "maximize"} | options)


def test_one_run_each_is_about_these_models():
    found = compare(1)
    verdict = found.verdicts["new"]
    assert verdict.test == "McNemar mid-p"
    assert verdict.scope == "these models"
    assert found.data.protocol.looks[0].n == 1
    assert "80 examples, these models" in verdict.sentence


def test_three_seeds_are_about_the_recipes():
    verdict = compare(3).verdicts["new"]
    assert verdict.test == "crossed t"
    assert verdict.scope.startswith("the recipes")
    assert verdict.name is VerdictCode.IMPROVEMENT
    assert verdict.look.threshold == pytest.approx(0.05)


def test_two_seeds_are_about_nothing():
    verdict = compare(2).verdicts["new"]
    assert verdict.name is VerdictCode.REFUSED
    assert "34 % of cases" in verdict.sentence


def test_the_order_of_rows_does_not_matter():
    head, *body = rows(3)
    random.Random(1).shuffle(body)
    body.sort(key=lambda row: row[0])  # the order of variants is that of the table
    shuffled = trialist.compare([head, *body], example="item", goal="maximize")
    assert json.dumps(shuffled.to_dict()) == json.dumps(compare(3).to_dict())


def test_right_or_wrong_is_shown_in_points_whatever_it_is_called():
    assert "points higher than base" in compare(3).verdicts["new"].sentence
    assert compare(3, relevant=0.05).data.results.metric.is_fraction


def test_shares_in_percent_stay_as_they_are():
    assert not compare(3, relevant=5).data.results.metric.is_fraction


def test_the_goal_is_asked_for_unless_answers_are_right_or_wrong():
    with pytest.raises(ConfigError, match="higher right better"):
        compare(3, goal=None)
    answers = [["variant", "item", "y_true", "y_pred"]]
    answers += [[v, k, k % 3, k % (3 if v == "x" else 2)] for v in "xy" for k in range(30)]
    found = trialist.compare(answers, example="item")
    assert found.data.results.metric.name == "accuracy"
    assert found.verdicts["y"].name is VerdictCode.REGRESSION
    minimized = trialist.compare(answers, example="item", goal="minimize")
    assert minimized.verdicts["y"].name is VerdictCode.IMPROVEMENT


@pytest.mark.parametrize("option", ["cluster", "truth"])
def test_a_cluster_or_a_truth_needs_the_example(option):
    with pytest.raises(ConfigError, match="which column names the example") as caught:
        compare(3, example=None, **{option: "item"})
    assert caught.value.mistakes[0].where == f"--{option}"


def test_clusters_and_pairs_and_families_go_through():
    table = list(rows(3))
    head, body = [*table[0], "doc"], [[*row, row[2] % 16] for row in table[1:]]
    extra = [["third", *row[1:]] for row in body if row[0] == "base"]
    found = trialist.compare(
        [head, *body, *extra], example="item", cluster="doc", paired=True, goal="maximize",
        metric="right", relevant=0.02,
    )  # fmt: skip
    assert found.verdicts["new"].test == "crossed paired t"
    assert found.verdicts["new"].examples.n_clusters == 16
    assert found.verdicts["new"].interval_kind == "simultaneous"
    assert found.verdicts["third"].name is VerdictCode.REFUSED


def test_results_and_report_hold_what_the_verdict_rests_on(tmp_path):
    found = compare(3)
    page = found.report(tmp_path).read_text(encoding="utf-8")
    assert "these recipes" in page
    assert "same examples, crossed with seeds" in page
    assert "Examples alone, as if these runs were the recipes" in page
    told = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    examples = told["comparisons"][0]["examples"]
    assert examples["n"] == 80
    assert sum(examples["noise"].values()) == pytest.approx(1)
    assert told["findings"][0].startswith("Standard error of the mean over seeds and examples")
    markdown = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "takes seeds and examples both as random" in markdown


def test_the_methods_of_two_models_name_the_test_and_its_effect_size(tmp_path):
    compare(1).report(tmp_path)
    markdown = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "McNemar's two-sided mid-p test" in markdown
    assert "odds ratios of the examples that one model alone has right" in markdown
    assert "rest on 1 run of every variant" in markdown


@needs_data
def test_judges_of_pandalm_agree_as_published():
    found = trialist.compare(
        Path(DATA or "") / "pandalm-judge" / "judgments.csv",
        wide=True, example="idx", truth="human", columns=["gpt35", "pandalm"],
    )  # fmt: skip
    verdict = found.verdicts["pandalm"]
    gpt, panda = found.data.results.variants
    assert (gpt.mean, panda.mean) == (
        pytest.approx(0.698, abs=5e-4),
        pytest.approx(0.668, abs=5e-4),
    )
    assert (verdict.examples.only_baseline, verdict.examples.only_variant) == (145, 115)
    assert verdict.p == pytest.approx(0.0631, abs=5e-5)
    assert verdict.examples.p_exact == pytest.approx(0.0719, abs=5e-5)
    assert (
        "gpt35 0.476 (0.431 to 0.520); pandalm 0.435 (0.388 to 0.483)"
        in (found.data.results.findings[1])
    )


@needs_data
@pytest.mark.parametrize(
    ("truth", "others", "kappas"),
    [("annotator1", (2, 3), (0.852, 0.879)), ("annotator2", (1, 3), (0.852, 0.862))],
)
def test_annotators_agree_as_published(truth, others, kappas):
    names = [f"annotator{k}" for k in others]
    found = trialist.compare(
        Path(DATA or "") / "pandalm-judge" / "judgments.csv",
        wide=True, example="idx", truth=truth, columns=names,
    )  # fmt: skip
    said = found.data.results.findings[1]
    for name, value in zip(names, kappas, strict=True):
        assert f"{name} {value:.3f} (" in said


@needs_data
def test_win_rates_and_paired_differences_of_alpaca_eval_are_the_published_ones():
    path = Path(DATA or "") / "alpaca-eval" / "gpt4turbo_weighted_wide.csv.gz"
    options = {"wide": True, "example": "item", "metric": "preference", "goal": "maximize"}
    found = trialist.compare(path, baseline="vicuna-13b-v1.5", **options)
    rates = {one.name: 100 * (one.mean - 1) for one in found.data.results.variants}
    assert rates["gemma-7b-it"] == pytest.approx(6.94, abs=5e-3)
    assert rates["phi-2"] == pytest.approx(2.35, abs=5e-3)
    assert rates["Mixtral-8x7B-Instruct-v0.1_concise"] == pytest.approx(13.744040, abs=1e-4)
    assert "gpt-3.5-turbo-0301 0.00913" in found.data.results.findings[0]  # published .912966
    assert "3 empty cells in 'preference'" in " ".join(found.data.results.caveats)
    pairs = [
        ("vicuna-13b-v1.5", "gemma-7b-it", 0.22, 0.88, 805),
        ("vicuna-7b", "vicuna-7b-v1.5", 0.64, 0.62, 805),
        ("gpt35_turbo_instruct", "gpt-3.5-turbo-0301", 1.11, 0.87, 804),
        ("gpt-3.5-turbo-0301", "Mixtral-8x7B-Instruct-v0.1_concise", 4.12, 0.95, 805),
    ]
    for baseline, name, difference, error, n in pairs:
        verdict = trialist.compare(path, columns=[baseline, name], **options).verdicts[name]
        assert 100 * verdict.estimate == pytest.approx(difference, abs=6e-3)
        assert 100 * verdict.interval.half_width / 1.963 == pytest.approx(error, abs=5e-3)
        assert verdict.examples.n == n
