from pathlib import Path

import pytest

import trialist
from trialist.values.nextround import Step

TRIAL = """
import random


def train(config, run):
    luck = random.Random(f"{run.seed.train} {config}").gauss(0, 0.003)
    return {"val/accuracy": 0.9 - (config["lr"] - 0.4) ** 2 + luck}
"""

STUDY = """
name: needless
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize}
config: {lr: 0.1}
space:
  lr: {low: 0.0, high: 1.0}
  useless: {low: 0.0, high: 1.0}
search: {method: quasi_random, trials: 64}
seeds: 2
resources: {workers: 1}
"""


@pytest.mark.slow
def test_what_made_no_difference_is_fixed_in_the_next_round(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("trial.py").write_text(TRIAL)
    Path("study.yaml").write_text(STUDY)
    trialist.run("study.yaml")
    found = trialist.next_round("needless", write="next.yaml", step="fix_parameter")
    (proposal,) = [one for one in found.proposals if one.step is Step.FIX_PARAMETER]
    assert proposal.title == "fix what makes no difference: useless"
    space = trialist.load_study("next.yaml").space
    assert 0.0 <= space["useless"]["fixed"] <= 1.0
    assert "made no difference in needless" in space["useless"]["caveat"]
