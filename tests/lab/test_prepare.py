"""What a study is made of before it runs: source, code, plan, what to import early."""

from pathlib import Path

import pytest

from trialist.lab.prepare import prepare
from trialist.lab.study import load_study
from trialist.values.metric import Goal, Metric
from trialist.values.study import Study

ACCURACY = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
TRAIN = "\ndef train(config, run):\n    return 1.0\n"


@pytest.mark.parametrize(
    ("imports", "early"),
    [
        ("import torch", ("torch", "torch._dynamo")),
        ("import torch, numpy", ("torch", "torch._dynamo", "numpy")),
        ("from some_framework import fit", ("torch", "torch._dynamo")),
        ("import json, random", ()),
        ("import numpy\nimport sklearn.datasets\nimport tqdm", ("numpy",)),
    ],
)
def test_torch_is_imported_early_wherever_a_run_may_use_it(small, imports, early):
    pytest.importorskip("torch")
    study = load_study(small(trial=imports + TRAIN))
    assert prepare(study).preload == early


def test_the_code_of_a_plan_is_the_trial_and_what_it_imports_from_the_project(small):
    study = small(trial="import helper" + TRAIN)
    Path("helper.py").write_text("x = 1\n")
    Path("other.py").write_text("y = 1\n")
    plan = prepare(load_study(study)).plan
    assert [file.path for file in plan.code] == ["helper.py", "trial.py"]


def test_the_code_of_a_notebooks_function_is_what_it_uses_also_of_the_projects_files(
    tmp_path, monkeypatch
):
    (tmp_path / "my_model.py").write_text("from my_layers import width\ndef model(): ...\n")
    (tmp_path / "my_layers.py").write_text("width = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = {"__name__": "__main__"}
    cell = "from my_model import model\nimport json\ndef train(config, run): return model()\n"
    exec(compile(cell, "<cell>", "exec"), names)
    study = Study(trial=names["train"], metric=ACCURACY, folder=tmp_path)
    plan = prepare(study).plan
    assert [file.path for file in plan.code] == ["my_layers.py", "my_model.py", "train"]
    (tmp_path / "my_layers.py").write_text("width = 4\n")
    assert prepare(study).plan.hash != plan.hash
