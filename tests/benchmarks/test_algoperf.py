"""The AlgoPerf leaderboard and the alarm rates on its curves, from the raw logs."""

import csv
import importlib
import math
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("TRIALIST_DATA", "nowhere")) / "algoperf-curves"
pytestmark = [
    pytest.mark.skipif(not FOLDER.exists(), reason="needs TRIALIST_DATA with algoperf-curves"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def algoperf():
    """Give the benchmark."""
    pytest.importorskip("pyarrow")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))
        yield importlib.import_module("benchmarks.algoperf")


@pytest.fixture(scope="module")
def curves(algoperf):
    """Give the curves of the leaderboard."""
    return algoperf.example().load(algoperf.logs())


def test_the_leaderboard_is_the_published_one(algoperf, curves):
    found = algoperf.example()
    scores = found.scores(found.times_of(curves))
    assert list(scores.values()) == pytest.approx(found.PUBLISHED, abs=0.01)


def test_the_script_prints_what_its_page_shows(algoperf, capsys):
    algoperf.example().main()
    printed = capsys.readouterr().out
    folder = ROOT / "examples" / "algoperf-leaderboard"
    assert printed == (folder / "output.txt").read_text(encoding="utf-8")
    assert printed in (folder / "README.md").read_text(encoding="utf-8")


def test_the_times_are_those_of_another_program(algoperf, curves):
    times = algoperf.example().times_of(curves)
    with (FOLDER / "time_to_target_v05.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(times) == 11
    for row in rows:
        name = row.pop("")
        for workload, text in row.items():
            theirs = float(text) if text else math.inf
            assert times[name].get(workload, math.inf) == pytest.approx(theirs), (name, workload)


def test_the_alarms_are_those_of_the_specification(algoperf):
    found = algoperf.all_alarms(algoperf.example())
    every = algoperf.total(found.values())
    assert every.n == 3_873
    loss, _, improving, *_ = every.shares
    assert loss == pytest.approx(0.058, abs=0.001)
    assert improving == pytest.approx(0.64, abs=0.005)
    assert {name: found[name].shares[0] for name in NAMES} == pytest.approx(NAMES, abs=0.01)
    assert algoperf.alarm_table(found) in algoperf.PAGE.read_text(encoding="utf-8")


NAMES = {
    "ogbg": 0.30,
    "ogbg_gelu": 0.20,
    "ogbg_model_size": 0.15,
    "imagenet_resnet": 0.14,
    "criteo1tb": 0.0,
    "criteo1tb_embed_init": 0.0,
    "fastmri": 0.0,
    "fastmri_tanh": 0.0,
    "fastmri_model_size": 0.0,
}


def test_the_page_has_the_leaderboard_and_the_orders(algoperf, curves):
    text = algoperf.PAGE.read_text(encoding="utf-8")
    found = algoperf.example()
    assert algoperf.leaderboard_table(found, curves) in text
    assert algoperf.order_table(algoperf.orders(curves, found)) in text


def test_one_study_is_a_decision_for_every_submission_and_study(algoperf, curves):
    found = list(algoperf.decisions(curves, workloads=("fastmri",)))
    assert len(found) == 50
    assert {one.verdict for one in found} <= {"improvement", "regression", "inconclusive"}
    assert algoperf.split_table(found).count("\n") == 3


def test_a_table_takes_its_place_on_the_page(algoperf):
    page = "a\n<!-- one -->\nold\n<!-- end -->\nb\n<!-- two -->\n<!-- end -->\n"
    filled = algoperf.filled(page, {"two": "new", "one": "newer"})
    assert filled == (
        "a\n<!-- one -->\n\nnewer\n\n<!-- end -->\nb\n<!-- two -->\n\nnew\n\n<!-- end -->\n"
    )
    assert algoperf.filled(filled, {"two": "new", "one": "newer"}) == filled
