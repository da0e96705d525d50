"""The rendered example is what the commands give today, not a picture of an older one."""

import importlib.util
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
CIFAR = EXAMPLE.with_name("parts-on-cifar10")
PUBLISHED = EXAMPLE.with_name("published-on-mnist1d")


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
    result = trialist.run("study.yaml", overrides=["config.max_train_steps=10", "seeds=3"])
    assert result.finished
    assert result.n_failed == 0
    assert [verdict.n for verdict in result.verdicts.values()] == [3, 3, 3]
    assert len(result.results.ablation.components) == 3
    assert (
        tmp_path / "experiments" / "ablation-on-mnist1d" / "figures" / "components.svg"
    ).exists()


def task_of(example, data):
    if not (Path(os.environ.get("TRIALIST_DATA", "nowhere")) / data).exists():
        pytest.skip("needs TRIALIST_DATA")
    pytest.importorskip("torch")
    spec = importlib.util.spec_from_file_location(f"example_{example.name}", example / "train.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.task


def test_the_studies_of_other_data_sets_can_be_planned():
    told = trialist.plan(CIFAR / "study.yaml").plan
    assert [one.name for one in told.variants] == [
        "full", "no-augmentation", "no-residual", "no-warmup",
    ]  # fmt: skip
    assert (told.looks[0].n, told.paired) == (5, ("split", "order", "init"))
    assert len(trialist.plan(PUBLISHED / "study.yaml").plan.variants) == 4


@pytest.mark.slow
def test_the_network_without_its_connections_starts_from_the_same_weights():
    pytest.importorskip("PIL")
    task = task_of(CIFAR, "cifar10-small")
    import torch

    from trialist.train.task import Hyperparameters

    one, other = (
        task.built(Hyperparameters({"width": 4, "depth": 2, "residual": residual}), 3)
        for residual in (True, False)
    )
    assert one.state_dict().keys() == other.state_dict().keys()
    assert all(map(torch.equal, one.state_dict().values(), other.state_dict().values()))
    x = task.data.split("train")["x"][:8]
    assert not torch.allclose(one(x), other(x))
    assert (task.data.n_train, task.data.n_val) == (8_000, 2_000)
    assert torch.bincount(task.data.split("val")["y"]).tolist() == [200] * 10


@pytest.mark.slow
@pytest.mark.parametrize("model", ["logistic", "mlp", "cnn", "gru"])
def test_the_published_models_learn(model):
    task = task_of(PUBLISHED, "mnist1d")
    from trialist.train.alone import Alone

    done = task.trained({"model": model, "lr": 0.01, "steps": 60}, Alone(0))
    assert done.last["val/accuracy"] > 0.15
