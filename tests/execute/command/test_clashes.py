import json
import os

import pytest

from trialist.execute.command.clashes import OWN_OUTPUT, WRITTEN, Clashes, own_output


@pytest.fixture
def runs(tmp_path):
    """Give a function that makes the folder of a run in a store inside of the study's folder."""

    def runs(seed):
        folder = tmp_path / "experiments" / "s" / "trials" / "a" / f"seed-{seed}" / "attempt-1"
        folder.mkdir(parents=True)
        return folder

    return runs


def report(clashes):
    told = []
    clashes.report(told.append)
    return told


def test_two_runs_at_a_time_that_write_one_file_are_told(tmp_path, runs):
    first, second = Clashes(tmp_path, runs(0)), Clashes(tmp_path, runs(1))
    for name in ("model.pt", "runs/a/log", "runs/a/b/deep", ".git/x", "experiments/y"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert report(first) == []
    (said,) = report(second)
    assert "model.pt, runs/a/log; give each" in said


def test_what_the_study_itself_prints_to_is_passed_over(tmp_path, runs, monkeypatch):
    with (tmp_path / "log.txt").open("w") as log:
        monkeypatch.setenv(OWN_OUTPUT, own_output([log.fileno(), 10_000]))
        first, second = Clashes(tmp_path, runs(0)), Clashes(tmp_path, runs(1))
        log.write("x")
    assert report(first) == []
    assert report(second) == []


def test_runs_one_after_the_other_are_not(tmp_path, runs):
    first = Clashes(tmp_path, runs(0))
    (tmp_path / "model.pt").write_text("x")
    assert report(first) == []
    written = json.loads(
        (tmp_path / f"experiments/s/trials/a/seed-0/attempt-1/{WRITTEN}").read_text()
    )
    assert written["files"] == ["model.pt"]
    second = Clashes(tmp_path, runs(1))
    os.utime(tmp_path / "model.pt")
    assert report(second) == []


def test_a_run_that_writes_nothing_leaves_no_trace(tmp_path, runs):
    folder = runs(0)
    (tmp_path / "old").write_text("x")
    os.utime(tmp_path / "old", (1, 1))
    assert report(Clashes(tmp_path, folder)) == []
    assert not (folder / WRITTEN).exists()


def test_many_files_are_named_in_part(tmp_path, runs):
    first, second = Clashes(tmp_path, runs(0)), Clashes(tmp_path, runs(1))
    for number in range(8):
        (tmp_path / f"f{number}").write_text("x")
    report(first)
    (said,) = report(second)
    assert "f0, f1, f2, f3, f4 and 3 more" in said
