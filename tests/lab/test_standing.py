"""Where a study stands: what follows from it, from its validation, and from the sealed test."""

from __future__ import annotations

from pathlib import Path

import pytest

import trialist
from trialist.lab.adopt import adopt
from trialist.lab.nextround import next_round
from trialist.lab.opentest import open_test
from trialist.values.nextround import Step

TRIAL = """
def train(config, run):
    noise = (run.seed.base * 7 % 5) / 1000
    run.checkpoint({"gain": config["gain"] + noise})
    return {"val/accuracy": 0.8 + config["gain"] + noise * (1 + config["gain"])}


def tested(config, run):
    return {"test/accuracy": 0.7 + run.restore()["gain"]}
"""
STUDY = """
name: small
trial: trial.py:train
test: {trial: trial.py:tested}
metric: {name: val/accuracy, goal: maximize, relevant: 0.005}
config: {gain: 0.0}
variants: {baseline: {}, better: {gain: 0.05}}
seeds: 4
resources: {workers: 1}
"""


@pytest.mark.slow
def test_what_was_adopted_is_validated_then_tested_and_then_the_question_is_answered(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("trial.py").write_text(TRIAL)
    Path("study.yaml").write_text(STUDY)
    trialist.run("study.yaml")
    adopt()
    next_round(write="check.yaml")
    trialist.run("check.yaml")
    report = Path("experiments/small-validation/report.html").read_text(encoding="utf-8")
    assert "History of the baseline" in report
    assert "5, validated" in report
    for study in ("small", "small-validation"):  # both know that the validation is to be tested
        found = next_round(study).recommended
        assert found.step is Step.OPEN_TEST
        assert found.command == "trialist open-test small-validation"
    assert open_test("small-validation").result.opening == 1
    for study in ("small", "small-validation"):
        found = next_round(study).recommended
        assert found.step is Step.DONE
        assert found.command == "trialist report small-validation"
