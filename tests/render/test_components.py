import csv
import json

import pytest

from trialist.render.components import component_lines, component_rows, head_words
from trialist.render.figures.all import figures_of
from trialist.render.files import results_json, write_report
from trialist.render.html import report_html
from trialist.render.markdown import results_markdown
from trialist.render.style import TextStyle
from trialist.render.terminal import results_text
from trialist.values.metric import Goal, Metric

LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)


def figure_of(data):
    return next((figure for figure in figures_of(data) if figure.name == "components"), None)


def test_every_form_sorts_the_components_and_says_the_same(reports):
    data = reports["ablation"]
    components = data.results.ablation.components
    assert [one.name for one in components] == [
        "norm",
        "a_part-with-a-long-name",
        "dropout",
        "warmup",
    ]
    flat = " ".join(results_text(data).split())
    html, markdown = report_html(data), results_markdown(data)
    for one in components:
        assert one.sentence in flat
        assert one.sentence in html
    assert components[0].sentence in markdown
    for text in data.results.ablation.order:
        assert text in flat
        assert text in html


def test_the_table_shows_ranks_and_what_the_data_says(reports):
    data = reports["ablation"]
    rows = component_rows(data.results.ablation, data.results.metric)
    assert head_words(data.results) == (
        *("rank", "component", "worth, points", "95 % interval", "the data says"),
    )
    first, *_, last = rows
    assert (first.rank, first.name, first.said) == ("1", "norm", "helps")
    assert first.worth.startswith("+1.9")
    assert (last.rank, last.said) == ("4", "hurts")
    assert last.worth.startswith("-0.4")
    assert any(" to " in row.rank for row in rows)
    assert {row.said for row in rows[1:-1]} <= {"open", "not shown to matter", "does not matter"}


def test_a_study_that_ablates_nothing_has_none_of_it(reports):
    data = reports["improvement"]
    assert component_lines(data.results, TextStyle()) == []
    assert figure_of(data) is None
    assert "ablation" not in json.loads(results_json(data.results))
    assert 'id="ablation"' not in report_html(data)
    assert "Components" not in results_markdown(data)


def test_a_component_without_values_is_a_dash_and_draws_nothing(ablation):
    data = ablation({"full": [], "no-a": []}, with_curves=False)
    (row,) = component_rows(data.results.ablation, data.results.metric)
    assert (row.rank, row.worth, row.interval) == ("–", "–", "–")  # noqa: RUF001
    figure = figure_of(data)
    assert figure.is_empty
    assert figure.caption.startswith("No drops to show")
    assert "a: nothing can be said" in results_text(data)


def test_one_run_has_a_bar_without_an_interval(ablation):
    data = ablation({"full": [0.9], "no-a": [0.8], "no-b": []}, with_curves=False)
    figure = figure_of(data)
    assert not figure.is_empty
    assert "a: the data carries no interval" in " ".join(results_text(data).split())
    rows = list(csv.DictReader(figure.csv.splitlines()))
    assert [row["low"] for row in rows] == ["", ""]


def test_the_figure_says_what_is_supported_and_holds_its_numbers(reports):
    figure = figure_of(reports["ablation"])
    assert figure.caption.startswith(
        "Of 4 components, 2 make a difference (norm, warmup); 2 are not"
    )
    assert "drop in val/accuracy without the component, points" in figure.wide
    rows = list(csv.DictReader(figure.csv.splitlines()))
    assert rows[0]["component"] == "norm"
    assert float(rows[0]["low"]) < float(rows[0]["drop"]) < float(rows[0]["high"])


def test_where_lower_is_better_a_component_is_worth_a_rise(ablation):
    groups = {"full": [0.4, 0.41, 0.39, 0.4], "no-a": [0.5, 0.52, 0.49, 0.5]}
    data = ablation(groups, metric=LOSS, with_curves=False)
    figure = figure_of(data)
    assert "rise in val/loss without the component" in figure.wide
    assert "1 makes a difference (a)" in figure.caption
    assert data.results.ablation.components[0].drop == pytest.approx(0.1025)


def test_a_report_without_the_figure_removes_the_old_one(reports, tmp_path):
    write_report(tmp_path, reports["ablation"])
    assert (tmp_path / "figures" / "components.svg").exists()
    assert json.loads((tmp_path / "results.json").read_text())["ablation"]["components"]
    write_report(tmp_path, reports["improvement"])
    assert not (tmp_path / "figures" / "components.svg").exists()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_the_terminal(reports, width):
    for line in component_lines(reports["ablation"].results, TextStyle(width=width)):
        assert len(line) <= width
