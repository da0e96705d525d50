"""Before a round: a baseline that runs, and that is better than chance."""

from pathlib import Path

import pytest

import trialist
from trialist.lab.firstruns import first_runs_advice
from trialist.ledger.store import Store

STORE = Store(Path("experiments"))
GUESSING = """
import random


def train(config, run):
    return {"val/accuracy": 0.1 + random.Random(run.seed.train).gauss(0, 0.001)}
"""
CONFIG = "{gain: 0.0, n_classes: 10}"


def advised(path):
    return first_runs_advice(STORE, trialist.plan(path).plan, is_new=False)


def test_without_a_run_the_baseline_comes_first(small):
    (said,) = first_runs_advice(STORE, trialist.plan(small()).plan, is_new=True)
    assert said.startswith("No run of this code is known here.")


def test_a_baseline_that_guesses_is_named(small):
    trialist.run(small(trial=GUESSING, config=CONFIG, seeds="3"))
    assert advised("study.yaml") == (
        (
            "The baseline has run before: an accuracy of 10 % is no better than chance (10 % for "
            "10 classes): the training does not work yet."
        ),
    )
    metric = "{name: val/loss, goal: minimize}"
    assert advised(small(trial=GUESSING, config=CONFIG, metric=metric)) == ()
    assert advised(small(trial=GUESSING)) == ()
    other = "{gain: 0.5, n_classes: 10}"
    assert advised(small(trial=GUESSING, config=other)) == ()


@pytest.mark.slow
def test_a_baseline_that_learns_and_a_damaged_study_are_not(small):
    trialist.run(small(config=CONFIG, seeds="3"))
    assert advised("study.yaml") == ()
    known = trialist.plan("study.yaml").plan
    for journal in Path("experiments").rglob("journal.jsonl"):
        text = journal.read_text(encoding="utf-8")
        journal.write_text(text.replace(known.hash, known.hash.upper()), encoding="utf-8")
    assert first_runs_advice(STORE, known, is_new=False) == ()
