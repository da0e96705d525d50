"""`trialist reproduce`, from a store to bits: in place, rebuilt, elsewhere, and where it cannot."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import trialist
from trialist.cli.main import trialist as command
from trialist.ledger.protocol_log import read_chain
from trialist.values.errors import LedgerError, ReproduceError

RUN = "baseline/seed-0"
HELPED = """
import random

import helper


def train(config, run):
    rng = random.Random(run.seed.train)
    for step in range(1, 4):
        run.log({"train/loss": 1 / step + rng.random() / 100, "val/accuracy": 0.8}, step=step)
    return {"val/accuracy": helper.BASE + config["gain"] + rng.gauss(0, 0.002)}
"""


def git(*words, cwd=None):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    done = subprocess.run(
        ["git", *identity, *words], cwd=cwd, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def ran(small):
    """Give a study that ran, without git."""
    return trialist.run(small(seeds="2"))


@pytest.fixture
def project(small):
    """Give a study that ran in a repository: one changed file, one that git does not know."""
    study = small(trial=HELPED.replace("import helper", "").replace("helper.BASE", "0.8"),
                  seeds="2")  # fmt: skip
    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=one")
    Path("trial.py").write_text(HELPED)
    Path("helper.py").write_text("BASE = 0.8\n")
    trialist.run(study)
    return Path.cwd()


def entries():
    return [one.fields for one in read_chain(Path("experiments/small/ledger.jsonl")).entries]


def test_a_run_is_made_again_bit_by_bit(ran):
    before = Path("experiments/small/results.json").read_bytes()
    found = trialist.reproduce("better/seed-1")
    assert found.is_equal
    assert (found.likeness.n, found.code, found.unlike, found.out) == (7, "in place", (), None)
    assert str(found).startswith("small/better/seed-1 is reproduced: 7 of 7 values equal")
    last = entries()[-1]
    assert (last["kind"], last["run"], last["equal"]) == ("reproduced", "better/seed-1", True)
    assert trialist.verify("small").holds
    trialist.report("small")
    assert Path("experiments/small/results.json").read_bytes() == before
    assert "better/seed-1: 7 of 7 values equal" in Path("experiments/small/report.html").read_text()


def test_the_new_run_is_kept_where_that_is_asked_for(ran, tmp_path):
    found = trialist.reproduce(RUN, out="kept")
    assert found.out == tmp_path / "kept"
    assert json.loads(Path("kept/comparison.json").read_text()) == found.to_dict()
    assert Path("kept/attempt-1/journal.jsonl").exists()
    with pytest.raises(ReproduceError, match="not empty"):
        trialist.reproduce(RUN, out="kept")


def test_code_that_was_changed_is_built_again_without_git(ran):
    Path("trial.py").write_text("broken(")
    found = trialist.reproduce(RUN)
    assert (found.is_equal, found.code) == (True, "rebuilt")
    assert Path("trial.py").read_text() == "broken("


def test_code_in_place_is_run_where_that_is_asked_for_and_the_difference_told(ran):
    text = Path("trial.py").read_text()
    Path("trial.py").write_text(text.replace('"train/loss": 1 / step', '"train/loss": 2 / step'))
    found = trialist.reproduce(RUN, here=True)
    assert not found.is_equal
    assert (found.likeness.first.metric, found.likeness.first.step) == ("train/loss", 1)
    assert found.likeness.n_unlike == (("train/loss", 3),)
    assert [(one.kind, one.name) for one in found.unlike] == [("code", "trial.py")]
    assert (found.out / "comparison.json").exists()
    shutil.rmtree(found.out)
    assert trialist.reproduce(RUN, here=True, ignore=["train/*"]).is_equal


def test_a_dirty_repository_is_built_again_and_left_alone(project):
    git("checkout", "--quiet", "trial.py")
    Path("helper.py").unlink()
    Path("other.py").write_text("1\n")
    git("add", "other.py")
    git("commit", "--quiet", "--message=two")
    before = (git("status", "--porcelain"), git("worktree", "list"), git("branch", "--all"))
    found = trialist.reproduce(RUN, out="kept")
    assert (found.is_equal, found.code, found.unlike) == (True, "rebuilt", ())
    assert Path("kept/code/helper.py").exists()
    shutil.rmtree("kept")
    assert (git("status", "--porcelain"), git("worktree", "list"), git("branch", "--all")) == before


def test_a_fresh_clone_with_the_store_copied_there_reproduces(project, tmp_path, monkeypatch):
    clone = tmp_path / "elsewhere" / "clone"
    clone.parent.mkdir()
    git("clone", "--quiet", str(project), str(clone))
    shutil.copytree(project / "experiments", clone / "experiments")
    shutil.rmtree(project / ".git")
    (project / "trial.py").unlink()
    monkeypatch.chdir(clone)
    found = trialist.reproduce(RUN)
    assert (found.is_equal, found.code) == (True, "rebuilt")


def test_a_commit_that_no_repository_has_is_said(project):
    shutil.rmtree(".git")
    Path("helper.py").unlink()
    with pytest.raises(ReproduceError, match="which no repository here has"):
        trialist.reproduce(RUN)


def test_other_commits_in_place_are_told_where_the_trials_code_is_the_same(project):
    git("add", "--all")
    git("commit", "--quiet", "--message=two")
    found = trialist.reproduce(RUN)
    assert (found.is_equal, found.code) == (True, "in place")
    assert [one.name for one in found.unlike] == ["commit"]


def test_facts_that_were_altered_stop_it(ran):
    (lock,) = Path("experiments/small/provenance").glob("*/environment.lock")
    lock.write_text("other")
    with pytest.raises(LedgerError, match="not the one that was written"):
        trialist.reproduce(RUN)
    verified = trialist.verify("small")
    assert [one.where for one in verified.faults] == [str(lock)]


def test_a_failing_run_says_the_end_of_its_errors(ran):
    text = Path("trial.py").read_text()
    Path("trial.py").write_text(text.replace("def train(config, run):", "def train(config, run):\n"
                                             "    raise ValueError('no data')\n"))  # fmt: skip
    with pytest.raises(ReproduceError, match="ValueError: no data") as caught:
        trialist.reproduce(RUN, here=True)
    place = Path(caught.value.mistakes[0].where)
    assert place.exists()
    shutil.rmtree(place.parents[1])


def test_a_worker_that_dies_is_said(ran):
    text = Path("trial.py").read_text()
    Path("trial.py").write_text("import os\n" + text.replace("rng =", "os._exit(7)\n    rng =", 1))
    with pytest.raises(ReproduceError, match="exited with code 7") as caught:
        trialist.reproduce(RUN, here=True)
    shutil.rmtree(Path(caught.value.mistakes[0].where).parents[1])


def test_a_log_that_cannot_be_written_is_only_noted(ran):
    before = len(entries())
    lock = Path("experiments/small/lock")
    lock.unlink()
    lock.mkdir()
    found = trialist.reproduce(RUN)
    assert found.is_equal
    assert found.not_logged
    assert len(entries()) == before


@pytest.mark.parametrize(
    ("run", "message"),
    [
        ("nonsense", "names no run"),
        ("bettr/seed-0", "no runs of 'bettr'"),
        ("better/seed-9", "no run better/seed-9"),
        ("other/better/seed-0", "no study 'other'"),
    ],
)
def test_a_run_that_is_not_there_is_named(ran, run, message):
    with pytest.raises(LedgerError, match=message):
        trialist.reproduce(run)


def test_a_run_without_a_result_cannot_be_compared(small):
    study = small(seeds="2")
    trialist.run(study)
    for path in Path("experiments/small/trials/better/seed-1").glob("*/journal.jsonl"):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(LedgerError, match="has no result to compare with"):
        trialist.reproduce("better/seed-1")


def test_a_function_of_a_notebook_cannot_be_brought_back(small):
    small()
    study = trialist.Study(
        trial=lambda config, run: {"val/accuracy": 0.8 + run.seed.train % 97 / 1e4},
        name="inline",
        metric={"name": "val/accuracy", "goal": "maximize"},
        seeds=2,
    )
    result = trialist.run(study)
    assert "one run again" not in dict(result.data.commands)
    with pytest.raises(ReproduceError, match="as in a notebook"):
        trialist.reproduce("inline/baseline/seed-0")
    with pytest.raises(ReproduceError, match="is not here"):
        trialist.reproduce("inline/baseline/seed-0", here=True)


def test_a_command_is_made_again(small):
    study = small()
    Path("script.py").write_text(
        "import random, sys\n"
        "rng = random.Random(sys.argv[1])\n"
        "for step in range(3):\n    print(f'step {step} loss {rng.random()}')\n"
        "print('acc', rng.random())\n"
    )
    study.write_text(
        "name: small\ncommand: python script.py {seed}\nconfig: {}\nseeds: 2\n"
        "metric: {name: val/accuracy, goal: maximize, pattern: 'acc ([0-9.]+)'}\n"
        "metrics: {train/loss: 'step (?P<step>[0-9]+) loss ([0-9.]+)'}\n"
    )
    trialist.run(study)
    found = trialist.reproduce("baseline/seed-1")
    assert found.is_equal
    assert found.likeness.n >= 4


def test_the_command_line_says_it_with_its_exit_code(ran):
    runner = CliRunner()
    done = runner.invoke(command, ["reproduce", RUN], standalone_mode=False)
    assert done.return_value == 0
    assert done.output.startswith("small/baseline/seed-0 is reproduced: 7 of 7")
    Path("trial.py").write_text(Path("trial.py").read_text().replace("0.8 + shared", "shared"))
    words = ["reproduce", RUN, "--here", "--out", "kept", "--json"]
    done = runner.invoke(command, words, standalone_mode=False)
    assert done.return_value == 1
    assert json.loads(done.output)["n_different"] == {"returned val/accuracy": 1}


RESUMED = """
import os
import random

import torch


def train(config, run):
    state = run.restore() or {"step": 0}
    for step in range(state["step"] + 1, 7):
        rng = random.Random(f"{run.seed.train}/{step}")
        run.log({"train/loss": rng.random()}, step=step)
        if step == 3:
            run.checkpoint({"step": 3})
        if step == 5 and state["step"] == 0 and os.environ.get("DIE"):
            os._exit(1)
    return {"val/accuracy": 0.8 + random.Random(run.seed.train).random() / 100}
"""


@pytest.mark.slow
def test_a_run_that_went_on_from_a_checkpoint_is_compared_as_a_whole(small, monkeypatch):
    pytest.importorskip("torch")
    study = small(trial=RESUMED, seeds="2", variants="")
    text = "".join(
        line for line in study.read_text().splitlines(keepends=True) if not line.startswith("  ")
    )
    study.write_text(text)
    monkeypatch.setenv("DIE", "1")
    trialist.run(study)
    monkeypatch.delenv("DIE")
    found = trialist.reproduce(RUN)
    assert found.attempt == 2
    assert (found.is_equal, found.likeness.n) == (True, 7)
