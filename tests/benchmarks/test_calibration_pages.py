"""The tables of the pages are those that were measured, and nobody wrote them by hand."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks" / "calibration"
NAMED = {"bootstrap", "overlap", "two-sds", "peeking", "winners-curse", "three-seeds", "pairing"}


@pytest.fixture
def calibration(monkeypatch):
    """Give the benchmark's modules by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.calibration.{name}")


@pytest.fixture
def data(calibration):
    """Give the committed measurements."""
    return calibration("results").load(FOLDER / "results.json")


def test_every_page_shows_the_tables_that_were_measured(calibration, data):
    pages = calibration("pages")
    grids = pages.grids_of(data)
    for page in pages.marked():
        text = page.read_text(encoding="utf-8")
        assert text == pages.filled(text, grids), page.name


def test_every_choice_that_is_explained_has_its_table(calibration):
    marked = {page.stem for page in calibration("pages").marked()}
    assert marked >= NAMED


def test_the_table_of_results_is_made_from_the_committed_numbers(calibration, data):
    written = (FOLDER / "results.md").read_text(encoding="utf-8")
    assert written == calibration("results").markdown(data)


def test_the_committed_checks_hold(calibration, data):
    measured = calibration("rows").Measured
    checks = [
        check for group in data["groups"].values() for check in measured.from_dict(group).checks
    ]
    assert len(checks) > 80
    assert [check.name for check in checks if not check.holds] == []


def test_every_group_was_measured(calibration, data):
    assert list(data["groups"]) == list(calibration("results").GROUPS)


def test_results_can_be_read_back(calibration, data):
    measured = calibration("rows").Measured
    group = data["groups"]["normal"]
    again = json.loads(json.dumps(measured.from_dict(group).to_dict()))
    assert again["checks"] == group["checks"]
    assert again["grids"] == group["grids"]


def test_a_page_with_an_unknown_table_is_refused(calibration, tmp_path, monkeypatch, capsys):
    pages = calibration("pages")
    page = tmp_path / "page.md"
    page.write_text("<!-- table: nothing -->\n<!-- /table -->\n", encoding="utf-8")
    monkeypatch.setattr(pages, "DOCS", tmp_path)
    assert pages.write({"groups": {}}) == 1
    assert "page.md: no table 'nothing'" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == "<!-- table: nothing -->\n<!-- /table -->\n"


def test_a_number_outside_of_its_target_counts_by_its_standard_error(calibration):
    rows = calibration("rows")
    near = rows.Check(name="x", cells=(rows.share("a", [True] * 58 + [False] * 942),), high=0.05)
    far = rows.Check(name="x", cells=(rows.share("a", [True] * 80 + [False] * 920),), high=0.05)
    inside = rows.Check(name="x", cells=(rows.share("a", [True] * 50 + [False] * 950),), high=0.05)
    exact = rows.Check(name="x", cells=(rows.fact("a", 0.06),), high=0.05)
    untargeted = rows.Check(name="x", cells=(rows.fact("a", 0.06),))
    assert [one.standing for one in (near, far, inside, exact, untargeted)] == [
        "within noise", "MISSED", "yes", "MISSED", "",
    ]  # fmt: skip
