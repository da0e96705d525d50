"""The store: which studies there are."""

import json
import os
from dataclasses import replace

import pytest

from trialist.ledger.store import Store, read_plan
from trialist.values.errors import LedgerError


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "experiments")
    store.create()
    return store


@pytest.fixture
def add(store, plan):
    def add(name, study=None, *, age=0):
        folder = store.study(name)
        folder.root.mkdir()
        folder.ledger.write_text("")
        os.utime(folder.ledger, (1e9 - age, 1e9 - age))
        if study:
            folder.plan_file.write_text(json.dumps(replace(plan, study=study).to_dict()))
        return folder

    return add


def test_a_store_keeps_itself_out_of_the_repository(store):
    assert (store.root / ".gitignore").read_text() == "*\n"
    (store.root / ".gitignore").write_text("mine\n")
    store.create()
    assert (store.root / ".gitignore").read_text() == "mine\n"


def test_only_folders_with_a_log_are_studies(store, add):
    add("wide")
    add("deep")
    (store.root / "notes").mkdir()
    (store.root / "file").write_text("")
    assert [folder.name for folder in store.studies()] == ["deep", "wide"]


def test_a_store_that_is_not_there_is_empty(tmp_path):
    assert Store(tmp_path / "nowhere").studies() == ()


def test_a_study_is_found_by_its_name(store, add):
    folder = add("digits")
    assert store.find("digits") == folder


def test_without_a_name_the_newest_study_is_meant(store, add):
    add("a", age=50)
    add("b", age=10)
    add("c", age=90)
    assert store.find(None).name == "b"


def test_a_wrong_name_gets_the_near_one(store, add):
    add("dropout-on-digits")
    with pytest.raises(LedgerError, match="no study 'dropout-on-digit' here") as caught:
        store.find("dropout-on-digit")
    mistake = caught.value.mistakes[0]
    assert mistake.where == str(store.root)
    assert "did you mean 'dropout-on-digits'?" in (mistake.todo or "")


@pytest.mark.parametrize("name", [None, "digits"])
def test_an_empty_store_says_how_to_begin(store, name):
    with pytest.raises(LedgerError, match="no study here yet") as caught:
        store.find(name)
    assert "trialist init" in (caught.value.mistakes[0].todo or "")


def test_a_series_is_the_study_and_its_successors_oldest_first(store, add):
    for name in ("digits", "digits-10", "digits-2"):
        add(name, "digits")
    for name in ("digits-1", "digits-0", "digits-x", "mydigits"):
        add(name, "digits")
    assert [folder.name for folder in store.series("digits")] == ["digits", "digits-2", "digits-10"]


def test_another_study_with_a_number_in_its_name_is_no_successor(store, add):
    add("mlp", "mlp")
    add("mlp-2", "mlp-2")
    assert [folder.name for folder in store.series("mlp")] == ["mlp"]
    assert [folder.name for folder in store.series("mlp-2")] == ["mlp-2"]


def test_a_study_whose_plan_is_gone_is_still_its_own_series(store, add):
    add("digits")
    add("digits-2")
    assert [folder.name for folder in store.series("digits")] == ["digits"]


def test_runs_without_their_log_are_not_called_no_study(store, add):
    folder = add("digits")
    (folder.root / "trials").mkdir(exist_ok=True)
    add("other")
    folder.ledger.unlink()
    assert store.find(None).name == "other"
    with pytest.raises(LedgerError, match="the log of digits is gone"):
        store.find("digits")
    store.find("other").ledger.unlink()
    with pytest.raises(LedgerError, match="the log of digits is gone"):
        store.find(None)
    (folder.root / ".copying").touch()
    with pytest.raises(LedgerError, match="no study here yet"):
        store.find("digits")


def test_the_registered_plan_reads_back(add, plan):
    assert read_plan(add("digits", "digits")) == plan


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '"x"', None, "relevant"],
)
def test_an_unreadable_plan_is_named(add, plan, text):
    folder = add("digits")
    if text == "relevant":
        text = json.dumps(plan.to_dict()).replace('"relevant": null', '"relevant": -1')
    if text is not None:
        folder.plan_file.write_text(text)
    with pytest.raises(LedgerError, match="plan of digits cannot be read") as caught:
        read_plan(folder)
    assert caught.value.mistakes[0].where == str(folder.plan_file)
