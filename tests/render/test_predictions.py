"""Predictions in every form of the report: they all say the same."""

import json
from dataclasses import replace

import pytest

from trialist.decide.predictions import predictions_of
from trialist.render.files import results_json
from trialist.render.html import report_html
from trialist.render.markdown import results_markdown
from trialist.render.predictions import prediction_head, prediction_lines, prediction_rows
from trialist.render.style import TextStyle
from trialist.render.terminal import results_text
from trialist.values.expectation import expectation_of
from trialist.values.predictions import Tally

TALLY = "In this store 7 of 12 predictions came true, 3 did not, 2 are open."


@pytest.fixture
def data(reports):
    plain = reports["improvement"]
    expectations = [
        expectation_of("dropout", "> 0", relevant=0.005),
        expectation_of("wide", "~ 0", relevant=0.005),
    ]
    found = predictions_of(expectations, plain.results.comparisons, plain.results.metric)
    results = replace(plain.results, predictions=found)
    return replace(plain, results=results, tally=Tally(n_true=7, n_false=3, n_open=2))


def test_every_form_says_the_same(data):
    text = " ".join(results_text(data).split())
    html, markdown = report_html(data), results_markdown(data)
    for one in data.results.predictions:
        assert one.sentence in text
        assert one.sentence in html
        assert one.sentence.partition(" (")[0].replace("~", "\\~") in markdown
    for form in (text, html, markdown):
        assert TALLY in form
    assert 'id="predictions"' in html
    assert "## What was predicted" in markdown
    assert "## All variants" in markdown
    told = json.loads(results_json(data.results))["predictions"]
    assert [one["variant"] for one in told] == ["dropout", "wide"]


def test_the_table_has_what_was_predicted_beside_what_was_found(data):
    rows = prediction_rows(data.results.predictions, data.results.metric)
    assert prediction_head(data.results) == [
        *("variant", "predicted", "difference, points", "95 % interval", "outcome"),
    ]
    assert rows[0].cells[:2] == ["dropout", "helps"]
    assert rows[0].found.startswith("+1.0")
    assert {row.outcome for row in rows} <= {"came true", "did not come true", "open"}


def test_the_share_of_the_store_is_no_part_of_the_results(data):
    assert "7 of 12" not in results_json(data.results)
    alone = replace(data, tally=Tally())
    assert "In this store" not in results_text(alone) + report_html(alone)
    assert "In this store" not in results_markdown(alone)


def test_a_study_that_predicts_nothing_has_none_of_it(reports):
    data = reports["improvement"]
    assert prediction_lines(data, TextStyle()) == []
    assert 'id="predictions"' not in report_html(data)
    assert "predicted" not in results_markdown(data)
    assert "predictions" not in json.loads(results_json(data.results))


def test_what_was_not_found_is_a_dash(reports):
    plain = reports["no_value"]
    verdict = plain.results.comparisons[0]
    expectation = expectation_of(verdict.variant, "> 0", relevant=None)
    (row,) = prediction_rows(
        predictions_of([expectation], [verdict], plain.results.metric), plain.results.metric
    )
    assert (row.found, row.interval, row.outcome) == ("–", "–", "open")  # noqa: RUF001
