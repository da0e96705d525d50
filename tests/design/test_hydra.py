"""Configuration folders, composed by the real Hydra."""

import sys

import pytest

pytest.importorskip("hydra", reason="the folders are composed by Hydra itself")

from trialist.design.hydra import is_hydra, load_hydra, study_text
from trialist.design.studyfile import load_study
from trialist.values.errors import ConfigError, MissingExtraError

CONFIG = """\
defaults:
  - model: small
  - _self_
lr: 0.1
steps: ${model.width}
trialist:
  trial: train.py:train
  metric: {name: val/loss, goal: minimize}
  variants: {baseline: {}, low: {lr: 0.01}}
"""
STUDY = """\
defaults: [_self_, {model@config.model: small}]
trial: train.py:train
metric: {name: val/loss, goal: minimize}
config: {lr: 0.1}
"""


@pytest.fixture
def conf(tmp_path):
    (tmp_path / "train.py").write_text("def train(config, run): ...\n")
    folder = tmp_path / "conf"
    (folder / "model").mkdir(parents=True)
    (folder / "model" / "small.yaml").write_text("width: 8\n")
    (folder / "model" / "resnet.yaml").write_text("width: 64\nskip: true\n")
    (folder / "config.yaml").write_text(CONFIG)
    return folder


def mistakes(path, *overrides):
    with pytest.raises(ConfigError) as caught:
        load_hydra(path, overrides)
    return [(one.message, one.where, one.todo) for one in caught.value.mistakes]


def test_what_stands_beside_the_studys_keys_is_the_configuration(conf):
    study = load_hydra(conf)
    assert study.config == {"lr": 0.1, "steps": 8, "model": {"width": 8}}
    assert study.variants == {"baseline": {}, "low": {"lr": 0.01}}
    assert (study.name, study.folder, study.trial) == ("conf", conf.parent, "train.py:train")


def test_overrides_are_hydras(conf):
    study = load_hydra(conf, ["model=resnet", "lr=0.5", "+depth=3", "~trialist.variants"])
    assert study.config == {
        "lr": 0.5, "steps": 64, "model": {"width": 64, "skip": True}, "depth": 3,
    }  # fmt: skip
    assert study.variants == {}
    assert load_hydra(conf, ["+trialist.name=x"]).name == "x"


def test_seeds_and_trials_are_the_studys(conf):
    space = "+trialist.space={lr:{low:0.1,high:1.0}}"
    study = load_hydra(conf, [space, "~trialist.variants", "seeds=7", "search.trials=9"])
    assert (study.seeds, study.search.trials) == (7, 9)


def test_a_composed_study_is_one_as_it_is(conf):
    (conf / "other.yaml").write_text(STUDY)
    study = load_hydra(conf / "other.yaml", ["model@config.model=resnet", "config.lr=1"])
    assert study.config == {"lr": 1, "model": {"width": 64, "skip": True}}
    assert (study.name, study.folder) == ("other", conf.parent)


def test_what_was_composed_is_a_study_file_that_can_be_run_alone(conf):
    (conf.parent / "alone.yaml").write_text(study_text(conf, ["model=resnet"]))
    alone = load_study(conf.parent / "alone.yaml")
    assert alone.config == load_hydra(conf, ["model=resnet"]).config


@pytest.mark.parametrize(
    ("overrides", "message", "where", "todo"),
    [
        (["modl=a"], "Hydra cannot compose this: Could not override 'modl'.",
         "command line: modl=a", "+KEY=VALUE adds a key"),
        (["model=big"], "Hydra cannot compose this: In 'config': Could not find 'model/big'",
         "config.yaml, composed by Hydra", "Hydra's own"),
        (["lr"], "Hydra cannot compose this: Error parsing override 'lr'", "command line: lr",
         "Hydra's own"),
        (["lr=1,2"], "Hydra cannot compose this: Ambiguous value for argument",
         "command line: lr=1,2", "`space:` of the study"),
        (["steps=${nope}"], "Hydra cannot compose this: Interpolation key 'nope' not found",
         "config.yaml, composed by Hydra", "Hydra's own"),
        (["lr=???"], "lr is ???: a value that has to be given", "composed by Hydra",
         "give it: lr=VALUE"),
        (["+x={1:2}"], "the key 1 is not text", "composed by Hydra", "put it into quotes: '1'"),
        (["~trialist"], "the composed configuration says neither what is run nor", "composed",
         "add a key `trialist:`"),
        (["trialist=3"], "trialist is no mapping", "composed", "let trialist: hold"),
        (["+trialist.config={a: 1}"], "trialist.config is given, and what stands beside",
         "composed", "move its keys"),
        (["+trialist.foo=1"], "'foo' is not a key of a study", "composed", ""),
        (["+trialist.seeds=many"], "seeds is 'many'", "composed", ""),
        (["+seeds=3", "seeds=4"], "seeds=4 may mean the study's seeds or the configuration's",
         "command line: seeds=4", "write ++trialist.seeds=4, or ++seeds=4"),
    ],
)  # fmt: skip
def test_what_cannot_be_composed_or_is_no_study_is_told(conf, overrides, message, where, todo):
    ((found_message, found_where, found_todo),) = mistakes(conf, *overrides)
    assert found_message.startswith(message)
    assert where in found_where
    assert todo in found_todo


def test_values_that_are_no_plain_data_are_told(conf):
    (conf / "config.yaml").write_text(
        CONFIG + "  data: []\ndeep: [{raw: !!binary aGVsbG8=}]\n"
    )  # fmt: skip
    ((message, _, _),) = mistakes(conf)
    assert message == "config.deep.0.raw is a bytes, and a configuration is plain data"


def test_a_folder_without_a_configuration_names_its_files(conf):
    ((message, _, todo),) = mistakes(conf / "model")
    assert message == f"{conf / 'model'} has no config.yaml"
    assert "resnet.yaml" in todo


def test_a_folder_or_a_defaults_list_is_hydras(conf, tmp_path):
    (tmp_path / "study.yaml").write_text("trial: a.py:b\nconfig:\n  defaults: []\n")
    (tmp_path / "empty").mkdir()
    assert is_hydra(conf)
    assert is_hydra(conf / "model")
    assert is_hydra(conf / "config.yaml")
    assert not is_hydra(tmp_path / "study.yaml")
    assert not is_hydra(tmp_path / "empty")
    assert not is_hydra(tmp_path / "train.py")
    assert not is_hydra(tmp_path / "none.yaml")


def test_without_hydra_the_extra_is_named(conf, monkeypatch):
    monkeypatch.setitem(sys.modules, "hydra", None)
    with pytest.raises(MissingExtraError) as caught:
        load_hydra(conf)
    assert caught.value.mistakes[0].todo == "pip install 'trialist[hydra]'"
