"""The report and the terminal text on many tasks, from tables made by hand."""

import json
import random
import re
import xml.etree.ElementTree as ET

import pytest

import trialist
from trialist.render.style import TextStyle
from trialist.render.tasktable import KINDS, task_cells, variant_rows
from trialist.values.missing import Missing

MODELS = {"small": 0.0, "wide": 0.002, "deep": 0.04}


def compared(tmp_path, *, tasks=8, n=5, models=MODELS, **options):
    rng = random.Random(5)
    rows = [
        f"{model},task{task},{seed},{0.5 + task / 50 + gain + rng.gauss(0, 0.004):.4f}"
        for task in range(tasks)
        for model, gain in models.items()
        for seed in range(n)
    ]
    path = tmp_path / "models.csv"
    path.write_text("\n".join(["variant,task,seed,acc", *rows]) + "\n", encoding="utf-8")
    return trialist.compare(path, task="task", goal="maximize", baseline="small", **options)


def page(result, folder):
    return result.report(folder).read_text(encoding="utf-8")


def test_the_page_holds_every_task_variant_and_caveat(tmp_path):
    result = compared(tmp_path)
    text = page(result, tmp_path / "out")
    for words in ("task0", "task7", "wide", "deep", "critical difference"):
        assert words in text
    for caveat in result.to_dict()["caveats"]:
        assert caveat in text
    assert "<script" not in text


def test_the_figures_are_pictures_with_their_numbers(tmp_path):
    compared(tmp_path).report(tmp_path / "out")
    for name in ("ranks", "profiles", "matrix"):
        ET.parse(tmp_path / "out" / "figures" / f"{name}.svg")
        lines = (tmp_path / "out" / "figures" / f"{name}.csv").read_text("utf-8").splitlines()
        assert len(lines) > 2
    ranks = (tmp_path / "out" / "figures" / "ranks.csv").read_text("utf-8").splitlines()
    assert ranks[1].startswith("deep,1.0,")


def test_markdown_says_the_same_sentences(tmp_path):
    result = compared(tmp_path)
    result.report(tmp_path / "out")
    text = (tmp_path / "out" / "results.md").read_text(encoding="utf-8")
    assert text.startswith("# models: 8 tasks by task")
    for sentence in result.data.told.sentences.values():
        assert sentence.partition(":**")[2].strip() in text.replace("\\", "")


def test_what_cannot_be_drawn_says_why(tmp_path):
    result = compared(tmp_path, tasks=2)
    text = page(result, tmp_path / "out")
    assert "No average ranks to show: ranks of 3 variants on 2 tasks carry no test." in text
    assert "No profiles to show" in text
    assert not (tmp_path / "out" / "figures" / "ranks.svg").exists()
    assert "Average ranks" in text


def test_figures_of_an_earlier_report_are_taken_away(tmp_path):
    compared(tmp_path).report(tmp_path / "out")
    compared(tmp_path, tasks=2).report(tmp_path / "out")
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert names == {"matrix.svg", "matrix.csv"}


def test_many_variants_and_tasks_still_fit(tmp_path):
    models = {"small": 0.0, **{f"a-rather-long-model-name-{k}": k / 500 for k in range(16)}}
    result = compared(tmp_path, tasks=24, n=3, models=models)
    text = page(result, tmp_path / "out")
    assert "Each of the 16 variants" in text
    for width in (60, 80, 120):
        lines = result.text(style=TextStyle(width=width)).splitlines()
        tables = [line for line in lines if not line.startswith("caveat")]
        assert max(map(len, tables)) <= max(width, 72)


def test_one_bar_joins_all_where_no_ranking_shows(tmp_path):
    text = page(compared(tmp_path, models={"small": 0.0, "a": 0.0, "b": 0.0}), tmp_path / "out")
    assert "so one bar joins all variants" in text
    assert "none is told apart" in text
    assert "No common ranking shows" in text


def test_variants_that_share_no_bar_have_none(tmp_path):
    models = {"small": 0.0, "deep": 0.1}
    text = page(compared(tmp_path, tasks=12, models=models), tmp_path / "out")
    assert "no two variants are joined" in text


def test_the_text_shows_ranks_counts_and_signs(tmp_path):
    text = compared(tmp_path).text(style=TextStyle(width=80))
    assert re.search(r"^variant +rank +IQM +better +worse +open +12345678$", text, re.MULTILINE)
    assert re.search(r"^deep +1\.\d +\+\d.* 8 +0 +0 +\+{8}$", text, re.MULTILINE)
    assert "+ better" in text


def test_few_comparisons_are_shown_one_by_one_and_many_are_not(tmp_path):
    assert "difference to small" in compared(tmp_path, tasks=3).text()
    assert "difference to small" not in compared(tmp_path, tasks=20).text()
    two = compared(tmp_path, tasks=3, models={"small": 0.0, "deep": 0.04}).text()
    assert re.search(r"^task +difference to small", two, re.MULTILINE)


def test_quiet_gives_the_sentences_only(tmp_path):
    result = compared(tmp_path)
    quiet = result.text(quiet=True)
    assert "caveat" not in quiet
    flat = " ".join(quiet.split())
    for sentence in (*result.data.told.headline, *result.data.told.sentences.values()):
        assert sentence.replace("**", "") in flat


def test_ties_are_said_in_the_metrics_unit(tmp_path):
    tied = " ".join(compared(tmp_path, relevant=0.01).text().split())
    assert "means within 1 point share one" in tied
    assert "equal but for rounding" in " ".join(compared(tmp_path).text().split())


def test_the_correction_is_named(tmp_path):
    assert "each a family (Holm)" in compared(tmp_path).text()
    explored = compared(tmp_path, mode="explore")
    assert "each a family (explored, Benjamini-Hochberg)" in explored.text()
    assert "Welch t against small" in page(explored, tmp_path / "out")


def test_links_come_last(tmp_path):
    text = compared(tmp_path).text(links=[("report", "out/report.html")])
    assert text.endswith("report  out/report.html\n")


def test_ascii_is_enough(tmp_path):
    compared(tmp_path).text(style=TextStyle(unicode=False)).encode("ascii")


def test_rows_of_the_tables_name_every_variant_and_task(tmp_path):
    data = compared(tmp_path).data
    rows = variant_rows(data)
    assert rows[0].name == "deep"
    assert all(len(row.codes) == 8 for row in rows)
    head, cells = task_cells(data)
    assert head[-3:] == [KINDS[0], KINDS[1], KINDS[3]]
    assert [row[0] for row in cells] == [f"task{k}" for k in range(8)]


def test_single_runs_have_no_difference_to_show(tmp_path):
    result = compared(tmp_path, tasks=3, n=1)
    text = result.text()
    assert "refused" in text
    page(result, tmp_path / "out")
    data = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert data["over_tasks"]["ranking"] is None
    assert "3 tasks" in data["over_tasks"]["missing"]["ranking"]


def test_ranks_that_agree_wholly_have_no_f_in_json(tmp_path):
    result = compared(tmp_path, tasks=7, models={"small": 0.0, "a": 0.1, "b": 0.2})
    friedman = result.to_dict()["over_tasks"]["ranking"]["friedman"]
    assert friedman["f"] is None
    assert 0 < friedman["p"] < 0.001
    assert not isinstance(result.data.over.ranking, Missing)


@pytest.mark.parametrize("scale", ["percent", "none"])
def test_the_scale_is_named(tmp_path, scale):
    result = compared(tmp_path, scale=scale)
    assert result.data.over.scale.words in " ".join(result.text().split())
