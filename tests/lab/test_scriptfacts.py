"""Where the numbers of a script's own run come from."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import trialist
from trialist.lab.scriptfacts import facts_of_script
from trialist.ledger.attemptfacts import read_attempt_facts
from trialist.ledger.journal import read_journal

SCRIPT = """
import trialist, part
with trialist.start_run("mine", config={"lr": 0.1}, seed=part.SEED) as run:
    run.log({"val/loss": 1.0}, step=1)
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIALIST_RUN_DIR", raising=False)


def test_code_command_and_packages_of_a_script_are_kept():
    Path("train.py").write_text(SCRIPT)
    Path("part.py").write_text("SEED = 3\n")
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TRIALIST_")}
    subprocess.run([sys.executable, "train.py", "--x"], env=environ, check=True)
    (journal,) = Path("experiments/mine").glob("trials/*/*/*/journal.jsonl")
    start = read_journal(journal).start
    own = read_attempt_facts(journal.parent, start["provenance"])
    assert own["command"] == ["train.py", "--x"]
    assert own["facts"] == start["facts"]
    (place,) = Path("experiments/mine/provenance").iterdir()
    assert start["facts"].startswith(place.name)
    kept = sorted(path.name for path in (place / "files").iterdir())
    assert kept == ["part.py", "train.py"]
    facts = json.loads((place / "facts.json").read_text())
    assert facts["software"]["python"]


def test_runs_of_the_same_code_share_their_facts():
    for seed in (0, 1):
        with trialist.start_run("mine", seed=seed) as run:
            run.log({"val/loss": 1.0}, step=1)
    assert len(list(Path("experiments/mine/provenance").iterdir())) == 1
    assert trialist.verify("mine").holds


@pytest.mark.parametrize("words", [[], ["-c"], ["no/such.py"], [pytest.__file__]])
def test_without_a_script_the_folder_counts(monkeypatch, words, tmp_path):
    monkeypatch.setattr(sys, "argv", words)
    assert facts_of_script(tmp_path / "experiments").content["place"] == str(tmp_path.resolve())
