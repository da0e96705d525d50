"""A W&B sweep file and its script, unchanged, from the file to the verdict."""

import json

import pytest

from trialist.lab.run import run
from trialist.lab.study import load_study

pytestmark = pytest.mark.slow

SCRIPT = """
import random

import wandb

with wandb.init(project="p", config={"lr": 9.0, "model.width": 1}):
    config = wandb.config
    base = config.lr + config["model.width"] + config.opt["momentum"]
    for step in range(3):
        wandb.log({"loss": base + 1 / (step + 1) + random.random() / 100})
"""
SWEEP = """
program: train.py
method: grid
metric: {name: loss, goal: minimize}
parameters:
  lr: {values: [1e-1, 1.0]}
  model.width: {values: [2, 3]}
  opt: {parameters: {momentum: {value: 0.5}}}
early_terminate: {type: hyperband, min_iter: 1}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    pytest.importorskip("wandb", reason="the script is one of W&B's")
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines_of(folder, kind):
    lines = map(json.loads, (folder / "ledger.jsonl").read_text().splitlines())
    return [line for line in lines if line["kind"] == kind]


def test_a_sweep_runs_to_the_number_of_its_winner_on_fresh_seeds(project):
    found = run("sweep.yaml", overrides=["seeds=3"], workers=1)
    folder = project / "experiments" / "sweep"
    plan = json.loads((folder / "plan.json").read_text())
    tried = [(one["params"]["lr"], one["params"]["model.width"])
             for one in plan["search"]["design"]]  # fmt: skip
    assert tried == [(0.1, 2), (0.1, 3), (1.0, 2), (1.0, 3)]
    (chosen,) = lines_of(folder, "selected")
    assert chosen["trial"] == ["tuned", 0, 0]
    told = {line["trial"][2]: line for line in lines_of(folder, "told")}
    assert told[0]["values"][0] == pytest.approx(0.1 + 2 + 0.5 + 1 / 3, abs=0.011)
    assert len(told) == 4
    (verdict,) = found.results.variants
    assert (verdict.name, verdict.sample.n) == ("tuned", 3)
    assert verdict.mean == pytest.approx(0.1 + 2 + 0.5 + 1 / 3, abs=0.011)


def test_the_plan_keeps_the_study_as_the_sweep_says_it(project):
    study = load_study("sweep.yaml")
    assert study.command == "python train.py {wandb.args}"
    assert study.config == {"model.width": None, "opt": {"momentum": 0.5}}
