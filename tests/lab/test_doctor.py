"""The doctor starts the baseline a few times, finds what differs, and writes nothing."""

import json
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from trialist.cli.doctor import command
from trialist.lab.doctor import doctor
from trialist.values.errors import ConfigError, RunsFailedError, TrialLoadError
from trialist.values.finding import Severity
from trialist.values.study import Study

STUDY = """
trial: trial.py:train
metric: {name: val/loss, goal: minimize}
config: {lr: 0.1}
seeds: 3
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(trial):
        Path("trial.py").write_text(textwrap.dedent(trial), encoding="utf-8")
        Path("study.yaml").write_text(STUDY, encoding="utf-8")
        return Path("study.yaml")

    return write


@pytest.mark.slow
def test_a_clock_in_the_training_is_found(write):
    study = write(
        """
        import time
        def train(config, run):
            run.log({"train/loss": time.time()}, step=1)
            return 1.0
        """
    )
    report = doctor(study)
    assert [one.code for one in report.findings] == ["not-repeatable"]
    assert report.findings[0].evidence.startswith("train/loss at step 1: ")
    assert not report.is_healthy
    assert sorted(path.name for path in Path().iterdir()) in (
        ["study.yaml", "trial.py"],
        ["__pycache__", "study.yaml", "trial.py"],
    )


@pytest.mark.slow
def test_an_operation_of_the_step_is_found_in_torch_s_lists(write):
    pytest.importorskip("torch")
    study = write(
        """
        import torch
        def train(config, run):
            weight = torch.nn.Parameter(torch.ones(4))
            for step in range(1, 100):
                if run.should_stop():
                    break
                loss = (weight * torch.zeros(4).put_(torch.tensor([0]), torch.ones(1))).sum()
                loss.backward()
                run.log({"train/loss": loss, "val/loss": loss}, step=step)
        """
    )
    result = CliRunner().invoke(command, [str(study), "--json"], standalone_mode=False)
    assert result.return_value == 1
    told = json.loads(result.output)
    assert told["findings"][0]["code"] == "warned"
    assert told["findings"][0]["message"].startswith("put_ has no deterministic form")
    assert [one["severity"] for one in told["findings"]].count("warning") == 1
    assert "compared bit by bit: 1 row." in told["remarks"][0]
    assert "forward and backward" in told["remarks"][1]


def test_a_trial_that_fails_or_cannot_be_loaded_is_said(write):
    with pytest.raises(RunsFailedError, match="ZeroDivisionError"):
        doctor(write("def train(config, run):\n    return 1 / 0\n"))
    with pytest.raises(TrialLoadError, match="raised ZeroDivisionError"):
        doctor(write("1 / 0\ndef train(config, run):\n    return 1\n"))
    with pytest.raises(TrialLoadError, match="ended with code 3"):
        doctor(write("import os\ndef train(config, run):\n    os._exit(3)\n"))


def test_what_is_no_function_in_a_file_cannot_be_traced(tmp_path):
    study = Study(
        metric={"name": "val/loss", "goal": "minimize"}, trial=lambda config, run: 1.0, name="x"
    )
    with pytest.raises(ConfigError, match="only a function in a file can be traced"):
        doctor(study)


def test_notes_alone_are_healthy():
    from trialist.lab.doctor import DoctorReport
    from trialist.values.finding import Finding

    note = Finding(code="a", severity=Severity.NOTE, message="b", evidence="c", cure="d")
    assert DoctorReport(study="s", findings=(note,), remarks=()).is_healthy


TASK = """
    import torch
    from torch import nn
    from torch.nn import functional
    from trialist.train import AdamW, Task, TensorData

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(130, 6, generator=generator)
    y = (x[:, 0] > 0).long()

    train = Task(
        model=lambda hp: nn.Sequential(
            nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2), nn.Dropout(hp.drop)
        ),
        loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y),
        data=TensorData(train=(x, y), val=(x, y)),
        optimizer=AdamW(lr="lr"),
        steps=20,
    )
"""


@pytest.mark.slow
def test_the_model_of_a_task_is_looked_at(write):
    pytest.importorskip("torch")
    study = write(TASK)
    text = study.read_text(encoding="utf-8").replace("{lr: 0.1}", "{lr: 0.1, drop: 0.0}")
    study.write_text(text, encoding="utf-8")
    healthy = doctor(study, determinism=False, model=True)
    assert healthy.findings == ()
    assert healthy.remarks[0].startswith("The model was looked at before its first step")
    assert "on 64 examples the loss is" in healthy.remarks[0]
    sick = CliRunner().invoke(command, [str(study), "config.drop=0.5", "--model", "--json"])
    found = json.loads(sick.stdout)
    assert [one["code"] for one in found["findings"]] == ["dropout-on-output"]
    assert not found["healthy"]


@pytest.mark.slow
def test_of_a_function_nobody_knows_the_model(write):
    pytest.importorskip("torch")
    study = write("def train(config, run):\n    return 1.0\n")
    with pytest.raises(ConfigError, match="nobody but itself knows"):
        doctor(study, determinism=False, model=True)
