"""The two examples of tuned comparisons, in a small version: every step of them, seconds each."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import trialist
from trialist.lab.adopt import adopt
from trialist.lab.nextround import next_round
from trialist.lab.opentest import open_test
from trialist.ledger.storelog import OPENINGS, remembered
from trialist.values.errors import AdoptionRefusedError
from trialist.values.nextround import Step
from trialist.values.verdict import VerdictCode

EXAMPLES = Path(__file__).parents[2] / "examples"
ROUNDS = EXAMPLES / "tuned-optimizers-on-digits"
PROTOCOLS = EXAMPLES / "tuning-protocol-on-digits"
STUDIES = ("lr-only", "lr-and-momentum", "everything")
SMALL = ["search.trials=24", "search.replicates=3", "budget.max_train_steps=60"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_small_version_of_the_journey_from_a_baseline_to_the_sealed_test(place):
    for name in ("round-1.yaml", "train.py"):
        shutil.copy(ROUNDS / name, place / name)
    first = trialist.run("round-1.yaml", overrides=SMALL)
    assert first.verdicts["adam"].name is VerdictCode.NOT_COMPARABLE
    assert "sgd.lr" in first.verdicts["adam"].sentence
    with pytest.raises(AdoptionRefusedError):
        adopt("round-1")
    assert not (place / "baseline.yaml").exists()

    assert next_round("round-1", write="round-2.yaml").written.step is Step.EXTEND
    trialist.run("round-2.yaml")
    trials = {one: kept_and_new(place, one) for one in ("round-1", "round-1-r2")}
    assert trials["round-1"] == (0, 48)
    assert trials["round-1-r2"] == (48, 24)  # the old ones stay, half as many are new

    adopt("round-1-r2", "adam", reason="a small version decides nothing")
    assert trialist.load_study("round-2.yaml").config["optimizer"] == "sgd"
    assert "optimizer: adam" in (place / "baseline.yaml").read_text()
    assert next_round("round-1-r2", write="validate.yaml").written.step is Step.VALIDATE
    validated = trialist.run("validate.yaml")
    assert [one.sample.n for one in validated.results.variants] == [5, 5]

    assert next_round().recommended.step is Step.OPEN_TEST
    opened, again = open_test(), open_test()
    assert (opened.is_new, again.is_new) == (True, False)
    assert opened.result == again.result
    assert len(list(remembered(place / "experiments", OPENINGS))) == 1
    assert next_round().recommended.step is Step.DONE
    page = opened.page.read_text(encoding="utf-8")
    assert "History of the baseline" in page
    assert "a small version decides nothing" in page
    for study in ("round-1", "round-1-r2", "round-1-r2-validation"):
        assert trialist.verify(study).faults == ()


def kept_and_new(place, study):
    """How many trials of other rounds a search took over, and how many it ran itself."""
    search = json.loads((place / "experiments" / study / "plan.json").read_text())["search"]
    folders = list((place / "experiments" / study / "trials").glob("*-????????"))
    planned = 2 * search["trials"]
    return planned - len(folders), len(folders)


@pytest.mark.slow
def test_a_small_version_of_a_protocol_comes_to_its_verdict(place):
    for name in ("everything.yaml", "train.py"):
        shutil.copy(PROTOCOLS / name, place / name)
    small = ["search.trials=9", "search.replicates=3", "budget.max_train_steps=10"]
    result = trialist.run("everything.yaml", overrides=small)
    assert result.finished
    assert result.n_failed == 0
    assert result.verdicts["adam"].n in {0, 3}  # a refused one compares nothing


def committed(study):
    return json.loads((PROTOCOLS / study / "results.json").read_text())


@pytest.mark.parametrize("study", STUDIES)
def test_the_committed_results_are_those_of_the_protocols(study):
    results = committed(study)
    assert results["plan_hash"] == trialist.plan(PROTOCOLS / f"{study}.yaml").hash, (
        "run `make example`"
    )


def test_the_protocols_differ_by_what_is_tuned_and_by_nothing_else():
    plans = [trialist.plan(PROTOCOLS / f"{study}.yaml").plan for study in STUDIES]
    assert len({(one.seeds, one.search.trials, one.search.replicates) for one in plans}) == 1
    assert len({json.dumps(dict(one.variants[0].config), sort_keys=True) for one in plans}) == 1
    tuned = [{p.name for arm in one.search.arms for p in arm.parameters} for one in plans]
    assert tuned[0] < tuned[1] < tuned[2]


@pytest.mark.parametrize(
    "page", ["examples/tuning-protocol-on-digits/README.md", "docs/explanation/tuning-protocol.md"]
)
def test_the_pages_say_what_came_out(page):
    text = (EXAMPLES.parent / page).read_text(encoding="utf-8")
    for study in STUDIES:
        (verdict,) = committed(study)["comparisons"]
        (line,) = re.findall(rf"^\| `{study}` .*$", text, flags=re.MULTILINE)
        low, high = (100 * end for end in verdict["interval"])
        assert f"{100 * verdict['estimate']:+.1f} \\[{low:+.1f}, {high:+.1f}\\]" in line
        assert verdict["verdict"].replace("_", " ") in line


def test_the_committed_rounds_are_those_of_the_commands():
    said = (ROUNDS / "output.txt").read_text(encoding="utf-8")
    commands = (ROUNDS / "journey.sh").read_text(encoding="utf-8").splitlines()
    assert [line for line in said.splitlines() if line.startswith("$ trialist")][:1] == [
        f"$ {commands[0]}"
    ]
    assert all(f"$ {line}\n" in said for line in commands)
    results = json.loads((ROUNDS / "results.json").read_text())
    assert results["plan_hash"] == trialist.plan(ROUNDS / "validate.yaml").hash, (
        "run `make example`"
    )
    assert results["test"]["opening"] == 1
    page = (ROUNDS / "README.md").read_text(encoding="utf-8")
    validated, tested = (one["variants"][1]["mean"] for one in (results, results["test"]))
    assert f"| {100 * validated:.1f} points on five seeds" in page
    assert f"| {100 * tested:.1f} points on the sealed images" in page


def test_the_readme_shows_the_first_two_rounds_as_they_were():
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    study = (ROUNDS / "round-1.yaml").read_text(encoding="utf-8")
    assert f"```yaml\n{study}```" in readme
    (shown,) = re.findall(
        r"^```text\n(\$ trialist run round-1.*?)^```$", readme, re.DOTALL | re.MULTILINE
    )
    said = (ROUNDS / "output.txt").read_text(encoding="utf-8")
    for piece in shown.split("...\n"):
        assert piece in said
