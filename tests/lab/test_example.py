"""The rendered example is what the commands give today, not a picture of an older one."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import trialist
from trialist.lab.init import init

EXAMPLE = Path(__file__).parents[2] / "examples" / "dropout-on-digits"
ABLATION = EXAMPLE.with_name("ablation-on-mnist1d")


def test_the_committed_files_are_those_that_init_writes(tmp_path):
    for path in init(tmp_path):
        assert (EXAMPLE / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("example", [EXAMPLE, ABLATION], ids=lambda path: path.name)
def test_the_committed_results_are_those_of_this_plan(example):
    made = trialist.plan(example / "study.yaml")
    results = json.loads((example / "results.json").read_text())
    assert results["plan_hash"] == made.hash, "run `make example`"


def test_the_example_shows_a_difference_and_one_that_is_not_supported():
    results = json.loads((EXAMPLE / "results.json").read_text())
    codes = [one["verdict"] for one in results["comparisons"]]
    assert len(set(codes)) == 2


def test_the_ablation_has_a_verdict_for_each_of_three_components():
    results = json.loads((ABLATION / "results.json").read_text())
    components = results["ablation"]["components"]
    assert {one["name"] for one in components} == {"augmentation", "norm", "dropout"}
    assert [one["drop"] for one in components] == sorted(
        (one["drop"] for one in components), reverse=True
    )
    assert {one["supported"] for one in components} == {True, False}
    for one, verdict in ((one, by_name(results)[one["variant"]]) for one in components):
        low, high = verdict["interval"]
        assert (one["drop"], one["interval"]) == (-verdict["estimate"], [-high, -low])
    assert any("no-norm also has" in caveat for caveat in results["caveats"])


def by_name(results):
    return {one["variant"]: one for one in results["comparisons"]}


def test_the_bundled_data_are_the_published_ones_without_the_test_part():
    with np.load(ABLATION / "mnist1d.npz") as data:
        signals, labels = data["x"], data["y"]
    assert signals.shape == (4000, 40)
    assert sorted(np.unique(labels)) == list(range(10))
    assert (ABLATION / "mnist1d.npz").stat().st_size < 2**20
    assert "Apache License" in (ABLATION / "LICENSE").read_text()
    assert "mnist1d.npz" in (ABLATION / "NOTICE").read_text()
    source = Path(os.environ.get("TRIALIST_DATA", ".")) / "mnist1d" / "mnist1d.npz"
    if source.exists():
        with np.load(source) as data:
            assert np.array_equal(signals, data["x"].astype(np.float32))
            assert np.array_equal(labels, data["y"])


@pytest.mark.slow
def test_a_small_version_of_the_ablation_runs(tmp_path, monkeypatch):
    pytest.importorskip("torch")
    for name in ("study.yaml", "train.py", "mnist1d.npz"):
        shutil.copy(ABLATION / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    result = trialist.run("study.yaml", overrides=["config.max_train_steps=40", "seeds=3"])
    assert result.finished
    assert result.n_failed == 0
    assert [verdict.n for verdict in result.verdicts.values()] == [3, 3, 3]
    assert len(result.results.ablation.components) == 3
    assert (
        tmp_path / "experiments" / "ablation-on-mnist1d" / "figures" / "components.svg"
    ).exists()
