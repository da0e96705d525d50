"""The list of a study's runs is the same from the index and from the journals."""

import shutil

import pytest

from trialist.lab.storedruns import runs_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock
from trialist.ledger.store import Store


def plain(runs):
    return [repr(run.to_dict()) for run in runs]


def indexed(store, study="mixed"):
    return Store.indexed(store).study(study)


def test_the_list_is_the_same_with_and_without_an_index(stored):
    wanted = plain(runs_of(StudyFolder(stored / "mixed")))
    assert len(wanted) == 12
    for _ in range(3):
        assert plain(runs_of(indexed(stored))) == wanted


def test_runs_that_finished_diverged_and_failed_say_so(stored):
    runs = {run.variant: run for run in runs_of(indexed(stored)) if run.seed == 0}
    assert {name: run.status for name, run in runs.items()} == {
        "baseline": "finished", "gain0.1": "finished", "gain8": "diverged", "gain9": "failed",
    }  # fmt: skip
    assert runs["gain8"].value != runs["gain8"].value
    assert (runs["gain9"].value, runs["gain9"].failure) == (None, "error")
    assert runs["baseline"].config == {"gain": 0.0, "opt": {"lr": 0.1}}


def test_a_remembered_list_is_not_read_again(stored, monkeypatch):
    wanted = plain(runs_of(indexed(stored)))
    monkeypatch.setattr("trialist.lab.storedruns.read_records", None)
    assert plain(runs_of(indexed(stored))) == wanted


def test_a_folder_that_went_is_noticed(stored):
    runs_of(indexed(stored))
    shutil.rmtree(stored / "mixed" / "trials" / "baseline" / "seed-1")
    assert len(runs_of(indexed(stored))) == 11


def test_a_run_that_nobody_writes_any_more_is_stopped(stored):
    path = stored / "mixed" / "trials" / "baseline" / "seed-1" / "attempt-1" / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    def status():
        found = runs_of(indexed(stored))
        return next(one.status for one in found if (one.variant, one.seed) == ("baseline", 1))

    assert status() == "stopped"
    lock = StudyLock(stored / "mixed" / "lock")
    try:
        assert status() == "running"
    finally:
        lock.release()


def test_a_study_that_was_never_registered_has_no_runs(stored):
    (stored / "mixed" / "ledger.jsonl").write_bytes(b"")
    shutil.rmtree(stored / "mixed" / "trials")
    assert runs_of(indexed(stored)) == ()
    assert runs_of(StudyFolder(stored / "none")) == ()


@pytest.mark.parametrize("seed", [3, None])
def test_runs_without_a_plan_are_rows_too(tmp_path, monkeypatch, seed):
    import trialist

    monkeypatch.chdir(tmp_path)
    with trialist.start_run("mine", config={"lr": 0.1}, seed=seed) as run:
        run.log({"train/loss": 0.5}, step=1)
    (found,) = runs_of(indexed(tmp_path / "experiments", "mine"))
    assert (found.seed, found.status, found.goal) == (seed, "finished", None)
    assert found.to_dict()["last.train/loss"] == 0.5
    again = runs_of(indexed(tmp_path / "experiments", "mine"))
    assert plain(again) == plain([found])
