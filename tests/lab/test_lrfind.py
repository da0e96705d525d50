"""`trialist lr-find`: a study's task, its range, and what cannot be asked."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from trialist.cli.lr_find import command
from trialist.lab.lrfind import lr_find
from trialist.values.errors import ConfigError

pytest.importorskip("torch")

TRAIN = """
import torch
from torch import nn
from torch.nn import functional
from trialist.train import AdamW, Task, TensorData

x = torch.randn(400, 6, generator=torch.Generator().manual_seed(0))
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).long()

task = Task(
    model=lambda hp: nn.Sequential(nn.Linear(6, hp.width), nn.ReLU(), nn.Linear(hp.width, 2)),
    loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y),
    data=TensorData(train=(x[:300], y[:300]), val=(x[300:], y[300:])),
    optimizer=AdamW(lr="lr"),
    steps=10,
    batch_size="size",
)
"""
STUDY = """
trial: train.py:task
metric: {name: val/accuracy, goal: maximize}
config: {width: 16, lr: 0.01, size: 32}
variants: {baseline: {}, wide: {width: 32}}
seeds: 3
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text(TRAIN, encoding="utf-8")
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    return Path("study.yaml")


@pytest.mark.slow
def test_the_range_of_a_variant_over_seeds(study):
    report = lr_find(study, variant="wide", seeds=2)
    data = report.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert (data["variant"], data["optimizer"], data["batch_size"], data["key"]) == (
        "wide", "AdamW", 32, "lr",
    )  # fmt: skip
    centers = [one["center"] for one in data["tests"]]
    assert report.center == pytest.approx(math.sqrt(math.prod(centers)))
    assert report.low < 0.01 < report.high
    assert [one["seed"] for one in data["tests"]] == [0, 1]
    text = str(report)
    assert text.startswith("Search lr from ")
    assert "wide of study · AdamW · batch size 32 · seeds 0, 1" in text
    assert not Path("experiments").exists()


@pytest.mark.slow
def test_the_command_writes_json_and_refuses_with_exit_code_1(study):
    found = CliRunner().invoke(
        command, ["study.yaml", "--json", "--high", "1e-4"], standalone_mode=False
    )
    data = json.loads(found.output)
    assert found.return_value == 1
    assert data["low"] is None
    assert data["refusal"] == "3 of 3 tests: nothing exploded up to the rate 0.0001"
    assert [one["seed"] for one in data["tests"]] == [0, 1, 2]
    assert data["todo"].startswith("raise `high`")


def test_a_variant_or_a_number_of_seeds_that_is_not_there_is_refused(study):
    with pytest.raises(ConfigError, match="'wider' is no variant") as caught:
        lr_find(study, variant="wider")
    assert "did you mean 'wide'" in caught.value.mistakes[0].todo
    for seeds in (0, 4):
        with pytest.raises(ConfigError, match=f"{seeds} seeds are asked for"):
            lr_find(study, seeds=seeds)


def test_a_script_and_a_notebook_s_function_are_refused(study):
    Path("study.yaml").write_text(
        STUDY.replace("trial: train.py:task", "command: python train.py {args} --seed {seed}")
    )
    with pytest.raises(ConfigError, match="this study runs a command"):
        lr_find(study)

    from trialist.values.metric import Goal, Metric
    from trialist.values.study import Study

    own = Study(trial=lambda config, run: 1.0, metric=Metric(name="val/loss", goal=Goal.MINIMIZE))
    with pytest.raises(ConfigError, match="this one is in a notebook"):
        lr_find(own)
