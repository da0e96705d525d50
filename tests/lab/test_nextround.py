"""What `trialist next` says and writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import trialist
from trialist.lab import nextround
from trialist.lab.adopt import adopt
from trialist.lab.nextround import next_round
from trialist.values.errors import ConfigError
from trialist.values.nextround import Step
from trialist.values.playbook import Change, Check, Level

TRIAL = """
def train(config, run):
    noise = (run.seed.base * 7 % 5) / 1000
    return {"val/accuracy": 0.8 + config["gain"] + noise * (1 + config["gain"])}
"""


STUDY = """
name: small
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize}
config: {gain: 0.0}
variants: {baseline: {}, better: {gain: 0.05}}
seeds: 4
paired: [split, order, init]
data: [trial.py]
resources: {workers: 1}
"""


@pytest.fixture
def answered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("trial.py").write_text(TRIAL)
    Path("study.yaml").write_text(STUDY)
    trialist.run("study.yaml")
    return Path("experiments")


@pytest.mark.slow
def test_the_way_from_a_verdict_to_a_validated_baseline(answered):
    assert next_round().recommended.step is Step.ADOPT
    adopt()
    found = next_round(write="check.yaml")
    assert found.written.step is Step.VALIDATE
    study = trialist.load_study("check.yaml")
    assert study.name == "small-validation"
    assert study.seeds == (4, 5, 6, 7, 8)
    assert study.config == {"gain": 0.05}
    assert study.variants == {"before": {"gain": 0.0}, "adopted": {}}
    trialist.run("check.yaml")
    assert next_round("small").recommended.step is Step.NEW_QUESTION
    assert Path("check.yaml").read_text().startswith("# After small: validate better on 5 fresh")


@pytest.mark.slow
def test_files_are_refused_where_they_cannot_be(answered):
    adopt()
    with pytest.raises(ConfigError, match="is there already"):
        next_round(write="study.yaml")
    with pytest.raises(ConfigError, match="no folder"):
        next_round(write="none/next.yaml")
    with pytest.raises(ConfigError, match="is not proposed"):
        next_round(write="n.yaml", step="extend_range")
    with pytest.raises(ConfigError, match="--step says which"):
        next_round(step="validate")
    Path("below").mkdir()
    next_round(write="below/next.yaml")
    moved = trialist.load_study("below/next.yaml")
    assert (moved.trial, moved.data) == ("../trial.py:train", ("../trial.py",))
    assert sorted(Path("below").iterdir()) == [Path("below/next.yaml")]
    text = (answered / "small" / "study.yaml").read_text()
    (answered / "small" / "study.yaml").write_text("method: grid\n")
    with pytest.raises(ConfigError, match="is not a study file"):
        next_round(write="n.yaml")
    (answered / "small" / "study.yaml").write_text(text + "history: spreads.csv\n")
    with pytest.raises(ConfigError, match="history"):  # the file is read before it gets its name
        next_round(write="below/n.yaml")
    (answered / "small" / "study.yaml").unlink()
    with pytest.raises(ConfigError, match="was made in Python"):
        next_round(write="n.yaml")
    Path("below/next.yaml").unlink()
    assert list(Path("below").iterdir()) == []


@pytest.mark.slow
def test_a_check_becomes_a_study_that_follows(answered, monkeypatch):
    edge = Check(
        check="budget",
        level=Level.STILL_IMPROVING,
        sentence="runs still improve",
        change=Change(kind="longer_runs", amount=400),
        blocks=True,
    )
    made = nextround.result_from_store

    def with_edge(folder):
        result = made(folder)
        data = replace(result.data, results=replace(result.results, checks=(edge,)))
        return replace(result, data=data)

    monkeypatch.setattr(nextround, "result_from_store", with_edge)
    found = next_round()
    assert [one.step for one in found.proposals] == [Step.LONGER_RUNS]


def test_the_next_study_is_called_after_the_one_before():
    assert nextround._next_name("small") == "small-r2"
    assert nextround._next_name("small-r2") == "small-r3"
    assert nextround._next_name("adam-rmsprop") == "adam-rmsprop-r2"


def test_a_step_that_is_no_study_is_not_written(stored):
    with pytest.raises(ConfigError, match="the next step is no study"):
        next_round("other", store=stored, write="n.yaml")
    assert next_round("other", store=stored).to_dict()["file"] is None


@pytest.mark.slow
def test_without_the_folder_of_the_study_file_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("code").mkdir()
    Path("code/trial.py").write_text(TRIAL)
    Path("code/study.yaml").write_text(STUDY)
    trialist.run("code/study.yaml")
    adopt()
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    with pytest.raises(ConfigError, match="folder of small's study file is not here"):
        next_round(store="../experiments", write="n.yaml")
