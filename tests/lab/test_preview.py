"""`trialist preview`: from a study file to pictures."""

import io
import json

import pytest
from click.testing import CliRunner

import trialist
from trialist.cli.preview import command
from trialist.values.errors import ConfigError, TrialistError

pytest.importorskip("torch")

TASK = """
import torch
from torch import nn
from trialist.train import SGD, Task, TensorData

x, y = torch.rand(40, 3, 8, 8, generator=torch.Generator().manual_seed(0)), torch.arange(40) % 2
task = Task(
    model=lambda hp: nn.Sequential(nn.Flatten(), nn.Linear(192, 2)),
    loss=lambda model, batch: nn.functional.cross_entropy(model(batch.x), batch.y),
    data=TensorData(train=(x, y), val=(x[:8], y[:8])).normalized(),
    optimizer=SGD(lr=0.1), steps=5, batch_size=10, augment="augmentation",
)


def train(config, run):
    return {"val/accuracy": 0.5}
"""
STUDY = """
name: pets
trial: train.py:task
metric: {name: val/accuracy, goal: maximize}
config: {augmentation: weak}
ablate: {augmentation: none}
seeds: 5
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    (tmp_path / "train.py").write_text(TASK, encoding="utf-8")
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return path


@pytest.mark.slow
def test_a_page_shows_the_first_examples_of_a_training(study, tmp_path):
    found = trialist.preview(study, examples=3, tiers=["weak"])
    assert found.path.resolve() == tmp_path / "preview.html"
    assert found.path.read_text(encoding="utf-8").count("<img") == 3 * 3
    numbers = [one.number for one in found.shown.found.examples]
    assert found.to_dict() == {
        "format": 1, "study": "pets", "variant": "full", "seed": 0, "augmentation": "weak",
        "columns": ["original", "weak"], "examples": numbers,
        "notes": [], "file": "preview.html",
    }  # fmt: skip
    assert "full trains on what stands under 'weak'." in str(found)
    assert {one.name for one in tmp_path.iterdir()} >= {"preview.html", "study.yaml", "train.py"}
    assert not (tmp_path / "experiments").exists()


@pytest.mark.slow
def test_the_command_writes_one_picture_of_another_variant_and_seed(study, tmp_path):
    words = ["--variant", "no-augmentation", "--seed", "2", "--to", "out/grid.png", "--json"]
    done = CliRunner().invoke(command, [str(study), *words, "--tier", "weak", "--examples", "2"])
    told = json.loads(done.stdout)
    assert (told["variant"], told["seed"], told["augmentation"]) == ("no-augmentation", 2, None)
    image = pytest.importorskip("PIL.Image").open(
        io.BytesIO((tmp_path / told["file"]).read_bytes())
    )
    assert image.size == (4 + 3 * 100, 4 + 2 * 100)


@pytest.mark.slow
def test_a_function_is_no_task_and_data_may_have_no_pictures(study):
    with pytest.raises(ConfigError, match="is a function") as caught:
        trialist.preview(study, overrides=["trial=train.py:train"])
    assert caught.value.mistakes[0].todo
    study.with_name("train.py").write_text(TASK.replace("(40, 3, 8, 8,", "(40, 192,"))
    with pytest.raises(TrialistError, match=r"has shape \(10, 192\)"):
        trialist.preview(study, tiers=["weak"])


def test_files_of_other_kinds_and_unknown_variants_are_refused(study):
    with pytest.raises(ConfigError, match=r"'preview.jpg'") as caught:
        trialist.preview(study, to="preview.jpg")
    assert caught.value.mistakes[0].where == "--to"
    with pytest.raises(ConfigError, match="'ful' is no variant"):
        trialist.preview(study, variant="ful")
