"""Sweep files of W&B's, read as studies."""

import json
from pathlib import Path

import pytest

from trialist.design.sweepfile import is_sweep, load_sweep
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal
from trialist.values.metricsource import SourceKind

RECORDED = json.loads((Path(__file__).parent / "sweeps" / "recorded.json").read_text())
SOUND = """\
program: train.py
method: random
run_cap: 12
metric: {name: val_loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 1e-5, max: 0.1}
  layers: {value: 3}
"""


@pytest.fixture
def load(tmp_path):
    (tmp_path / "train.py").write_text("import wandb\nrun = wandb.init()\nwandb.config.lr\n")

    def load(text, *overrides, **given):
        path = tmp_path / "sweep.yaml"
        path.write_text(text, encoding="utf-8")
        return load_sweep(path, overrides, **given)

    return load


@pytest.fixture
def mistakes(load, tmp_path):
    def mistakes(text, *overrides):
        with pytest.raises(ConfigError) as caught:
            load(text, *overrides)
        path = str(tmp_path / "sweep.yaml")
        return [
            (one.message, (one.where or "").replace(path, "s"), one.todo)
            for one in caught.value.mistakes
        ]

    return mistakes


def test_a_sweep_file_is_a_study(load, tmp_path):
    study = load(SOUND)
    assert study.name == "sweep"
    assert study.command == "python train.py {wandb.args}"
    assert study.config == {"layers": 3}
    assert study.space == {"lr": {"low": 1e-5, "high": 0.1, "scale": "log"}}
    assert (study.metric.name, study.metric.goal) == ("val/loss", Goal.MINIMIZE)
    source = study.metrics["val/loss"]
    assert (source.kind, source.key) == (SourceKind.WANDB, "val_loss")
    assert (study.search.method, study.search.trials, study.search.claim) == (
        "random", 12, "configuration",
    )  # fmt: skip
    assert study.variants == {"tuned": {}}
    assert (study.seeds, study.seed, study.folder) == (5, "inject", tmp_path)
    assert study.notes == (
        "W&B takes 1e-5 for text; here they are the numbers that they look like",
    )


def test_seeds_and_trials_are_said_on_the_command_line(load):
    study = load(SOUND.replace("run_cap: 12\n", ""), "search.trials=40", "seeds=8")
    assert (study.search.trials, study.seeds) == (40, 8)


def test_a_search_without_an_end_asks_for_a_budget(mistakes):
    for method in ("random", "bayes"):
        text = SOUND.replace("run_cap: 12\n", "").replace("random", method)
        ((message, where, todo),) = mistakes(text)
        assert message == "the sweep has no run_cap, so W&B would go on until somebody stops it"
        assert where == "s:2:1"
        assert todo == "add run_cap: 40 to the file, or --trials 40 to the command"


@pytest.mark.parametrize("name", RECORDED["grids"])
def test_a_grid_has_wandbs_points_in_wandbs_order(load, name):
    case = RECORDED["grids"][name]
    study = load(
        json.dumps({"program": "train.py", "method": "grid", "metric": {"name": "val/x"},
                    "parameters": case["parameters"]})
    )  # fmt: skip
    from itertools import product

    points = list(product(*(entry["choices"] for entry in study.space.values())))
    assert study.search.trials == len(points) == len(case["runs"])
    for point, run in zip(points, case["runs"], strict=True):
        for key, value in zip(study.space, point, strict=True):
            there = run
            for part in key.split("."):
                there = there[part]
            assert (there, type(there)) == (value, type(value))


def test_a_run_cap_that_ends_a_grid_early_is_told(load, mistakes):
    text = SOUND.replace("random", "grid").replace(
        "{distribution: log_uniform_values, min: 1e-5, max: 0.1}", "{values: [1, 2, 3]}"
    )
    assert load(text).search.trials == 3
    assert load(text.replace("12", "3")).search.trials == 3
    assert load(text.replace("run_cap: 12\n", "")).search.trials == 3
    ((message, where, todo),) = mistakes(text.replace("12", "2"))
    assert message.startswith("run_cap is 2, and the grid has 3 runs: its last values")
    assert (where, "run_cap: 3" in todo) == ("s:3:10", True)


def test_scalars_mean_what_they_mean_to_wandb(load):
    study = load(SOUND + "  amp: {values: [yes, off]}\n  mode: {value: 010}\n")
    assert study.space["amp"] == {"choices": [True, False]}
    assert study.config["mode"] == 8


def test_many_odd_numbers_are_told_shortly(load):
    study = load(SOUND + "  x: {values: [1e-1, 1e-2, 1e-3, 1e-1]}\n")
    assert study.notes[0].startswith("W&B takes 1e-5, 1e-1, 1e-2, ... for text")


def test_every_mistake_is_told_in_the_order_of_the_file_with_its_place(mistakes):
    found = mistakes(
        "program: train.py\nmethod: custom\nmetrics: []\nfoo: 1\njob: a\n"
        "metric: {name: val/x, goal: lower, target: 1}\n"
        "parameters:\n  lr: {min: 2, max: 1}\n  5x: {value: 1}\n"
    )
    assert [(message.split(":")[0], where) for message, where, _ in found] == [
        ("method", "s:2:9"),
        ("'metrics' cannot be honoured", "s:3:1"),
        ("'foo' is not a key of a sweep", "s:4:1"),
        ("'job' cannot be honoured", "s:5:1"),
        ("metric.goal is 'lower', expected minimize or maximize", "s:6:29"),
        ("metric.target cannot be honoured", "s:6:36"),
        ("lr", "s:8:13"),
        ("the parameter's name '5x' is not taken by W&B", "s:9:3"),
    ]
    assert all(todo for _, _, todo in found)


def test_the_rules_of_a_study_hold_too(mistakes):
    ((message, where, todo),) = mistakes(SOUND.replace("train.py", "trian.py"))
    assert message == "there is no file 'trian.py' (seen from the study file)"
    assert (where, "train.py" in todo) == ("s:1:10", True)


def test_what_is_no_mapping_is_told(mistakes):
    ((message, _, _),) = mistakes("- 1\n")
    assert "a study is a mapping of keys" in message


def test_the_program_may_be_named_from_where_one_stands(load, tmp_path):
    elsewhere = tmp_path / "project"
    (elsewhere / "src").mkdir(parents=True)
    (elsewhere / "src" / "train.py").write_text("import wandb\nwandb.config\n")
    text = SOUND.replace("train.py", "src/train.py")
    assert load(text, here=elsewhere).folder == elsewhere
    assert load(SOUND, here=elsewhere).folder == tmp_path
    with pytest.raises(ConfigError, match=r"no file 'src/train\.py'"):
        load(text, here=tmp_path)


def test_another_method_on_the_command_line_needs_the_budget_that_it_needs(load):
    text = SOUND.replace("run_cap: 12\n", "").replace(
        "{distribution: log_uniform_values, min: 1e-5, max: 0.1}", "{values: [1, 2, 3]}"
    )
    assert load(text, "search.method=grid").search.trials is None


def test_an_override_of_the_search_as_a_whole_is_checked_as_such(mistakes):
    ((message, where, _),) = mistakes(SOUND, "search=3")
    assert "search is 3" in message
    assert where == "command line: search=3"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (SOUND, True),
        ("'method': grid\n\"parameters\" : {}\n", True),
        ("program: x\nparameters: {}\n", True),
        ("parameters: {}\n", False),
        ("trial: a.py:b\nmethod: grid\nparameters: {}\n", False),
        ("metric: {name: val/x}\nconfig:\n  method: a\n  parameters: {}\n", False),
    ],
)
def test_a_sweep_file_is_known_by_its_keys(text, is_one):
    assert is_sweep(text) is is_one
