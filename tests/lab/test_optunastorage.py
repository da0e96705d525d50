"""Optuna's own storages, opened to be read."""

import hashlib

import optuna
import pytest
from optuna.storages.journal import JournalFileBackend

from trialist.lab.optunastorage import open_study
from trialist.values.errors import LedgerError

optuna.logging.set_verbosity(optuna.logging.ERROR)
pytestmark = pytest.mark.slow


def fill(storage, *names):
    for name in names:
        study = optuna.create_study(storage=storage, study_name=name)
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Give a journal with one study, and an SQLite file with two."""
    folder = tmp_path_factory.mktemp("optuna")
    fill(optuna.storages.JournalStorage(JournalFileBackend(str(folder / "one.log"))), "a")
    fill(f"sqlite:///{folder}/two.db", "b", "c")
    return folder


def digests(folder):
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("{}/one.log", "a"),
        ("optuna://{}/one.log", "a"),
        ("{}/one.log#a", "a"),
        ("{}/two.db#c", "c"),
        ("sqlite:///{}/two.db#b", "b"),
        ("optuna://sqlite:///{}/two.db#b", "b"),
    ],
)
def test_a_study_is_opened_and_nothing_is_written(files, source, name):
    before = digests(files)
    study = open_study(source.format(files))
    assert (study.study_name, len(study.trials)) == (name, 2)
    assert digests(files) == before


@pytest.mark.parametrize(
    ("source", "message", "todo"),
    [
        ("{}/two.db", "this storage holds 2 studies: b, c", "name one: {}/two.db#b"),
        ("{}/two.db#d", "there is no study 'd'", "known: b, c"),
        ("{}/none.db", "there is no file {}/none.db", "give the URL or the file"),
        ("sqlite:///{}/none.db", "there is no file {}/none.db", "give the URL or the file"),
        ("{}/text.log", "this is no journal of Optuna's: ", "JournalStorage"),
        ("{}/other.db", "this is no storage of Optuna's that can be read: ", "storage upgrade"),
        ("{}/empty.log", "this storage holds no study", "name another file"),
        ("mysql+nodriver://h/x", "this is no storage of Optuna's", "storage upgrade"),
    ],
)
def test_what_is_no_storage_or_no_study_is_told(files, tmp_path, source, message, todo):
    import sqlite3

    place = files if "two" in source else tmp_path
    (tmp_path / "text.log").write_text("hello\nyou\n")
    (tmp_path / "empty.log").write_text("")
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("create table x (y)")
    connection.close()
    with pytest.raises(LedgerError) as caught:
        open_study(source.format(place))
    (mistake,) = caught.value.mistakes
    assert mistake.message.startswith(message.format(place))
    assert todo.format(place) in mistake.todo


def test_a_missing_driver_is_named():
    with pytest.raises(LedgerError, match="a library that is not installed") as caught:
        open_study("mysql+mysqldb://host/x")
    assert "pip install" in caught.value.mistakes[0].todo
