"""`trialist store copy`: a copy that verifies like its source."""

import json
import shutil

import pytest

import trialist
from trialist.lab.storecopy import copy_store
from trialist.ledger.lock import StudyLock
from trialist.values.errors import LedgerError


def test_a_copied_study_verifies_and_is_not_anchored(stored, tmp_path):
    done = copy_store(stored, tmp_path / "copy")
    assert set(done.studies) == {"mixed", "other"}
    found = trialist.verify("mixed", store=tmp_path / "copy")
    assert found.holds
    assert found.anchored == 0
    assert not (tmp_path / "copy" / ".index.sqlite").exists()
    assert json.loads(json.dumps(done.to_dict()))["anchored"] is False


def test_one_study_can_be_copied_alone_and_again(stored, tmp_path):
    for written in (True, False):
        done = copy_store(stored, tmp_path / "copy", "other")
        assert list(done.studies) == ["other"]
        assert bool(done.studies["other"].n_written) is written


def test_a_study_that_is_being_run_is_not_copied(stored, tmp_path):
    lock = StudyLock(stored / "other" / "lock")
    try:
        with pytest.raises(LedgerError, match="other is being run"):
            copy_store(stored, tmp_path / "copy", "other")
    finally:
        lock.release()


def test_a_store_is_not_copied_into_itself(stored):
    with pytest.raises(LedgerError, match="into itself"):
        copy_store(stored, stored / ".." / stored.name)


@pytest.mark.parametrize("inside", ["backup", "mixed", "mixed/trials"])
def test_a_store_is_not_copied_into_a_folder_of_its_own(stored, inside):
    before = sorted(stored.rglob("*"))
    with pytest.raises(LedgerError, match="into itself"):
        copy_store(stored, stored / inside)
    assert sorted(stored.rglob("*")) == before


def test_another_study_of_the_name_is_left_alone(stored, tmp_path):
    target = tmp_path / "copy"
    shutil.copytree(stored / "other", target / "mixed")
    with pytest.raises(LedgerError, match="is another study"):
        copy_store(stored, target, "mixed")


def test_artifacts_go_along(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights").write_text("1 2 3")
    with trialist.start_run("mine", config={}, seed=0) as run:
        run.log({"train/loss": 0.5}, step=1)
        run.artifact("weights", name="weights")
    done = copy_store("experiments", "copy")
    assert done.artifacts.n_files > 0
    assert done.unlike == ()
    from trialist.lab.artifacts import get_artifact

    (tmp_path / "out").mkdir()
    get_artifact("weights", out="out", store="copy")


def test_an_empty_store_says_so(tmp_path):
    with pytest.raises(LedgerError, match="no study here yet"):
        copy_store(tmp_path, tmp_path / "copy")
