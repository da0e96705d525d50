"""The calibration runs in a short form: every rate of error lies where it is promised."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

TIMED = {"speed", "peers"}
"""Groups that measure seconds, or ask other tools: no test depends on either."""


@pytest.fixture
def calibration(monkeypatch):
    """Give the benchmark's modules by name."""
    monkeypatch.syspath_prepend(str(ROOT))
    return lambda name: importlib.import_module(f"benchmarks.calibration.{name}")


def groups() -> list[str]:
    """Give the names of the groups from the folder, so that a forgotten one is noticed."""
    helpers = {"__init__", "__main__", "rows", "draws", "twin", "methods", "results", "pages"}
    folder = ROOT / "benchmarks" / "calibration"
    return sorted({path.stem for path in folder.glob("*.py")} - helpers - TIMED)


@pytest.mark.parametrize("name", groups())
def test_every_check_of_the_short_form_holds(name, calibration, tmp_path):
    rows = calibration("rows")
    scale = rows.Scale(studies=2_000, quick=True, data=os.environ.get("TRIALIST_DATA"))
    found = calibration("results").measure(scale, [name])[name]
    assert [check.name for check in found.checks if not check.holds] == []
    assert found.checks or found.grids or (name == "realnull" and scale.data is None)


def test_the_list_of_groups_is_complete(calibration):
    listed = {name.partition(".")[0] for name in calibration("results").GROUPS}
    assert listed == {*groups(), *TIMED}


def test_the_same_seed_gives_the_same_numbers(calibration):
    scale = calibration("rows").Scale(studies=500, quick=True)
    measure = calibration("sequential").measure
    assert measure(scale) == measure(scale)


def test_a_wrong_test_is_noticed(calibration):
    """The benchmark fails where the error is not what is promised: here a bootstrap's."""
    rows, methods, draws = calibration("rows"), calibration("methods"), calibration("draws")
    scale = rows.Scale(studies=2_000)
    values = draws.normal(scale.rng("wrong"), 2_000, 2, 3)
    cell = rows.share("n=3", methods.paired_percentile(values, scale.rng("resamples")))
    check = rows.Check(name="type I", cells=(cell,), high=0.055)
    assert check.standing == rows.MISSED
    assert not check.holds
