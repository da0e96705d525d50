"""What the checks found is in the results, the same from the log alone."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import trialist
from trialist.lab.report import result_from_store
from trialist.ledger.store import Store

UNSTEADY = """
import random


def train(config, run):
    rng = random.SystemRandom()
    run.log({"train/loss": rng.random()}, step=1)
    return {"val/accuracy": 0.8 + rng.gauss(0, 0.01)}
"""


def test_a_study_that_does_not_repeat_is_unpaired_live_and_later(small):
    study = small(UNSTEADY)
    result = trialist.run(study)
    data = result.to_dict()
    assert data["caveats"][0].startswith("Not repeatable: baseline/seed-0, made once more")
    assert "at step 1 (" in data["caveats"][0]
    assert data["deviations"][0].startswith("The analysis is unpaired, not paired as planned")
    assert {one["design"] for one in data["comparisons"]} == {"unpaired"}
    assert trialist.verify("small").holds
    again = result_from_store(Store(Path("experiments")).study("small"))
    assert again.to_dict() == data
    assert trialist.run(study).to_dict() == data


def test_an_unpaired_study_that_does_not_repeat_has_a_caveat_only(small):
    data = trialist.run(small(UNSTEADY, paired="")).to_dict()
    assert data["caveats"][0].endswith("and no run can be reproduced.")
    assert data["deviations"] == []


def test_a_repeat_that_fails_is_a_finding(small):
    trial = """
def train(config, run):
    if "checks" in run.directory.parts:
        raise RuntimeError("no second time")
    return {"val/accuracy": 0.8 + config["gain"] + run.seed.train / 2**70}
"""
    data = trialist.run(small(trial)).to_dict()
    (finding,) = data["findings"]
    assert finding.startswith("baseline/seed-0 was to be made once more, to see whether it repeats")
    assert finding.endswith("and that failed: RuntimeError: no second time (trial.py:4)")
    assert not [one for one in data["caveats"] if "repeat" in one]


def test_little_that_agrees_is_a_caveat(small):
    data = trialist.run(small("def train(config, run):\n    return 0.9\n")).to_dict()
    assert data["caveats"][0].startswith("All that seeds 0, 1, 2 of baseline logged is equal")


@pytest.mark.slow
def test_a_coordinator_that_is_killed_in_the_repeat_makes_it_again(small):
    trial = """
import time
from pathlib import Path


def train(config, run):
    run.log({"train/loss": run.seed.train / 2**63}, step=1)
    if run.directory.name == "attempt-1" and "checks" in run.directory.parts:
        time.sleep(600)
    return {"val/accuracy": 0.8 + config["gain"] + run.seed.train / 2**70}
"""
    study = small(trial)
    command = [sys.executable, "-m", "trialist", "run", str(study)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    place = Path("experiments/small/checks/repeat")
    deadline = time.monotonic() + 180
    while not (place / "attempt-1" / "journal.jsonl").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    first.kill()
    first.wait()
    ledger = Path("experiments/small/ledger.jsonl")
    assert '"kind":"look"' not in ledger.read_text(encoding="utf-8")  # it waits for the repeat
    subprocess.run(command, check=True, capture_output=True)
    text = ledger.read_text(encoding="utf-8")
    assert text.count('"check":"repeat"') == 1
    assert '"folder":"checks/repeat/attempt-2"' in text
    assert text.index('"check":"repeat"') < text.index('"kind":"look"')
    assert len(list(Path("experiments/small/trials/baseline/seed-0").glob("attempt-*"))) == 1
    assert trialist.verify("small").holds
