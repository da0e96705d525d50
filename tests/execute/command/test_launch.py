import json
import os
import sys
from pathlib import Path

import pytest

from trialist.execute.command import starter
from trialist.execute.command.launch import launch_of
from trialist.values.command import ArgStyle, Cwd
from trialist.values.errors import TrialError

CONFIG = {"lr": 0.1, "model": {"width": 64}, "name": "a b"}


@pytest.fixture
def launch(make_command, project, kept):
    def launch(template, config=None, **fields):
        return launch_of(make_command(template, **fields), project, config or CONFIG, kept)

    return launch


@pytest.mark.parametrize(
    ("template", "argv"),
    [
        ("python t.py --lr {lr}", (sys.executable, "t.py", "--lr", "0.1")),
        ("./t --x={name} {model}", ("./t", "--x=a b", '{"width":64}')),
        ("./t {args}", ("./t", "--lr", "0.1", "--model.width", "64", "--name", "a b")),
        ("./t {seed} {{x}}", ("./t", "3", "{x}")),
        ("./t {wandb.args}", ("./t", "--lr=0.1", "--name=a b", "--model={'width': 64}")),
        ("./t {wandb.args_json}", ("./t", '{"lr": 0.1, "name": "a b", "model": {"width": 64}}')),
        (
            "echo {wandb.args_no_hyphens} | cat",
            ("/bin/sh", "-c", "echo lr=0.1 'name=a b' 'model={'\"'\"'width'\"'\"': 64}' | cat"),
        ),
        ("./t '--all {args}'", ("./t", "--all --lr 0.1 --model.width 64 --name 'a b'")),
        ("echo {name} | cat", ("/bin/sh", "-c", "echo 'a b' | cat")),
        (
            "echo {args} | cat",
            ("/bin/sh", "-c", "echo --lr 0.1 --model.width 64 --name 'a b' | cat"),
        ),
    ],
)
def test_fills_the_words_in(launch, template, argv):
    assert launch(template).argv == argv


def test_variables_of_the_environment_are_looked_up_when_a_run_starts(launch, monkeypatch):
    monkeypatch.setenv("DATA_DIR", "/data")
    assert launch("./t --at={env.DATA_DIR}/x").argv == ("./t", "--at=/data/x")
    assert launch("./t {env.A}", {"env": {"A": 1}}).argv == ("./t", "1")
    monkeypatch.delenv("DATA_DIR")
    with pytest.raises(TrialError, match="wants the variable DATA_DIR, which is not set"):
        launch("./t {env.DATA_DIR}")


def test_a_hydra_script_finds_its_configuration_in_the_runs_folder(launch, kept):
    made = launch("python app.py --config-path {run_dir} --config-name config")
    assert kept.directory / "config.yaml" in made.files
    assert kept.directory / "config.yaml" not in launch("python app.py {run_dir}").files


def test_the_random_sources_have_names_of_their_own(launch, kept):
    found = launch("./t {seed.split} {seed.order} {seed.init} {seed.train}").argv[1:]
    seeds = kept.seed
    assert found == tuple(map(str, (seeds.split, seeds.data, seeds.model, seeds.train)))
    said = json.loads(launch("./t").env["TRIALIST_SEEDS"])
    assert [said[name] for name in ("split", "order", "init", "train")] == [int(x) for x in found]


def test_a_script_runs_in_the_studys_folder_or_in_the_runs_own(launch, project, kept):
    (project / "t.py").write_text("")
    assert launch("python t.py t.py?").cwd == project
    own = launch("python t.py none.py {lr}", cwd=Cwd.RUN)
    assert own.cwd == kept.directory
    assert own.argv == (sys.executable, str(project / "t.py"), "none.py", "0.1")
    assert launch("./t {study_dir} {run_dir}").argv[1:] == (str(project), str(kept.directory))


def test_the_configuration_is_a_file_with_the_seed_filled_in(launch, kept):
    config = {"seed": "{seed}", "dir": "{run_dir}/x", "keep": "{other}", "deep": [{"s": "{seed}"}]}
    found = launch("./t {config_file} {config_json}", config)
    want = {
        "seed": 3,
        "dir": f"{kept.directory}/x",
        "keep": "{other}",
        "deep": [{"s": 3}],
    }
    assert json.loads(found.files[kept.directory / "config.json"]) == want
    assert found.files[kept.directory / "config.yaml"].startswith('"seed": 3\n')
    assert found.argv[1:] == tuple(
        str(kept.directory / name) for name in ("config.yaml", "config.json")
    )
    assert list(launch("./t").files) == [kept.directory / "config.json"]


def test_the_environment_says_everything(launch, kept, monkeypatch):
    monkeypatch.setenv("PATH", "/somewhere")
    env = launch("./t", env={"LR": "{lr}", "PYTHONUNBUFFERED": "0"}).env
    assert env["LR"] == "0.1"
    assert env["PYTHONUNBUFFERED"] == "0"
    assert env["PATH"] == f"{Path(sys.executable).parent}{os.pathsep}/somewhere"
    assert env["TRIALIST_RUN_DIR"] == str(kept.directory)
    assert env["TRIALIST_SEED"] == "3"
    assert env["TRIALIST_METRIC"] == "val/accuracy"
    assert env["TRIALIST_SPOOL"] == str(kept.directory / "spool.jsonl")
    monkeypatch.setenv("PATH", env["PATH"])
    assert launch("./t").env["PATH"] == env["PATH"]


def test_a_seed_from_outside_comes_before_the_script(launch, kept):
    found = launch("python -u t.py {lr}", seed="inject").argv
    seed = str(kept.seed.train)
    assert found == (sys.executable, "-u", starter.__file__, seed, "t.py", "0.1")
    assert launch("python -m t", seed="inject").argv[-3:] == (seed, "-m", "t")


def test_what_is_started_is_plain_data(launch, project):
    said = launch("./t", args=ArgStyle.EQUALS).to_dict()
    assert said["argv"] == ["./t"]
    assert said["cwd"] == str(project)
    assert json.dumps(said)


def test_a_word_that_is_no_path_stays(launch):
    assert launch("./t {x}", {"x": "y" * 5000}, cwd=Cwd.RUN).argv[1] == "y" * 5000
