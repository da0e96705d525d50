"""The store's commands: the exit code says whether the record is whole."""

import json

import pytest
from click.testing import CliRunner

import trialist
from trialist.cli.main import trialist as command


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed in range(2):
        with trialist.start_run("mine", config={"lr": 0.1}, seed=seed) as run:
            run.log({"train/loss": 0.5}, step=3)
    return tmp_path / "experiments"


def call(*words):
    done = CliRunner().invoke(command, words, standalone_mode=False, catch_exceptions=False)
    return done.return_value or 0, done.stdout


def data(*words):
    return json.loads(call(*words, "--json")[1])


def test_check_exits_1_where_a_record_is_damaged(store):
    assert call("store", "check") == (0, "mine is sound: 2 runs sound.\n1 of 1 study sound.\n")
    path = next(store.glob("mine/trials/*/seed-0/attempt-1/journal.jsonl"))
    path.write_bytes(path.read_bytes().replace(b'"step":3', b'"step":4'))
    code, shown = call("store", "check", "mine")
    assert code == 1
    assert "journal.jsonl:2" in shown
    assert data("store", "check", "--repair")["studies"][0]["set_aside"]
    assert not path.exists()


def test_copy_says_what_it_copied(store):
    assert "checked by digest" in call("store", "copy", "experiments", "copy")[1]
    assert data("store", "copy", "experiments", "copy", "mine")["studies"][0]["written"] == 0


def test_compact_says_what_it_wrote(store):
    pytest.importorskip("pyarrow")
    assert "2 rows of 2 runs" in call("store", "compact")[1]
    assert data("store", "compact", "mine")["studies"][0]["rows"] == 2


def test_export_says_what_it_wrote(store):
    assert call("export", "--to", "runs.csv") == (0, "wrote  runs.csv: 2 rows of mine\n")
    assert data("export", "--to", "curves.csv", "--curves")["rows"] == 2
