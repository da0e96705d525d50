"""Getting a study: a study file, a sweep file, a folder of Hydra's."""

import pytest

from trialist.lab.study import as_study, load_study, study_text
from trialist.values.errors import ConfigError

STUDY = "trial: train.py:train\nmetric: {name: val/x, goal: minimize}\n"
SWEEP = """\
program: src/fit.py
method: random
run_cap: 3
metric: {name: val/x}
parameters: {lr: {values: [1, 2]}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "train.py").write_text("def train(config, run): ...\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "fit.py").write_text("import wandb\nwandb.config.lr\n")
    (tmp_path / "study.yaml").write_text(STUDY)
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "sweeps" / "lr.yaml").write_text(SWEEP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_study_file_a_sweep_file_and_a_study_are_taken(project):
    study = load_study("study.yaml", ["seeds=3"])
    assert (study.name, study.seeds) == ("study", 3)
    assert as_study(study) is study
    sweep = as_study("sweeps/lr.yaml", ["search.trials=2"])
    assert (sweep.name, sweep.search.trials, sweep.folder) == ("lr", 2, project)
    assert study_text("study.yaml") == STUDY
    assert study_text("sweeps/lr.yaml") == SWEEP


def test_a_folder_of_hydras_is_composed(project):
    pytest.importorskip("hydra")
    (project / "conf").mkdir()
    (project / "conf" / "config.yaml").write_text(STUDY + "config: {lr: 1}\n")
    assert load_study("conf", ["config.lr=2"]).config == {"lr": 2}
    assert "lr: 2" in study_text("conf", ["config.lr=2"])


def test_a_folder_that_is_none_and_a_file_that_is_not_there_are_told(project):
    with pytest.raises(ConfigError, match="is a folder, not a study file"):
        load_study("src")
    with pytest.raises(ConfigError, match="there is no file"):
        load_study("none.yaml")
