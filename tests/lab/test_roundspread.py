"""Spreads are lent among studies whose values stand for the same."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import trialist
from trialist.lab.bothways import refusal_of
from trialist.lab.prepare import prepare
from trialist.lab.roundspread import SEED, replicate_of, search_spread, seed_sd
from trialist.lab.study import as_study
from trialist.ledger.journal import with_checksum
from trialist.ledger.store import Store
from trialist.values.plan import Plan
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter

STORE = Store(Path("experiments"))


def searched(plan, *, tuned=Tuned.RECIPE, trials=16):
    gain = Parameter(name="gain", low=0.0, high=1.0)
    search = SearchPlan(
        method=Method.QUASI_RANDOM,
        arms=tuple(Arm(variant=one.name, parameters=(gain,)) for one in plan.variants),
        trials=trials,
        replicates=4,
        seed=0,
        tuned=tuned,
    )
    return replace(plan, search=search)


def ran(path, name):
    """Run a study, and give its registered plan's file and data."""
    trialist.run(path)
    file = Path("experiments", name, "plan.json")
    return file, json.loads(file.read_text(encoding="utf-8"))


def as_winners(file, data):
    """Let the runs of a study stand for those of the winners of searches."""
    before = Plan.from_dict(data)
    after = searched(before)
    file.write_text(json.dumps(after.to_dict()), encoding="utf-8")
    for journal in file.parent.rglob("journal.jsonl"):
        lines = journal.read_bytes().splitlines()
        changed = [line.replace(before.hash.encode(), after.hash.encode()) for line in lines]
        assert changed != lines
        events = [b"%s}" % line[: -len(b',"c":"01234567"}')] for line in changed]
        journal.write_bytes(b"".join(map(with_checksum, events)))


@pytest.fixture
def plan(small):
    return prepare(as_study(small(seeds="4"))).plan


def test_a_seed_of_a_recipe_stands_for_a_search(plan):
    assert replicate_of(plan) == SEED
    assert replicate_of(searched(plan, tuned=Tuned.CONFIGURATION)) == SEED
    recipe = replicate_of(searched(plan))
    assert recipe == ("search", Method.QUASI_RANDOM, 4, 1)
    assert recipe != replicate_of(searched(plan, trials=32))


def test_nothing_is_known_before_anything_ran(plan):
    assert search_spread(STORE, searched(plan)) is None
    assert seed_sd(STORE, plan) is None


@pytest.mark.slow
def test_searches_alike_lend_the_spread_of_their_winners(small, plan):
    file, data = ran(small(seeds="4"), "small")
    known = trialist.plan("study.yaml").plan
    assert search_spread(STORE, known) is None  # seeds lend to no search
    sd = seed_sd(STORE, searched(known))
    assert 0 < sd < 0.1
    as_winners(file, data)
    found = search_spread(STORE, searched(known))
    assert (found.study, 0 < found.sd < 0.1) == ("small", True)
    assert search_spread(STORE, searched(known, trials=32)) is None
    assert seed_sd(STORE, known) is None  # the winners' spread has the luck of the search in it
    assert refusal_of(STORE, known) is None


@pytest.mark.slow
def test_several_studies_are_pooled(small):
    for name in ("one", "two"):
        file, data = ran(small(seeds="4", name=name), name)
        known = trialist.plan("study.yaml").plan
        as_winners(file, data)
    found = search_spread(STORE, searched(known))
    assert found.study == "2 earlier studies"


def test_other_metrics_and_broken_plans_lend_nothing(small):
    file, data = ran(small(seeds="4"), "small")
    known = trialist.plan("study.yaml").plan
    other = {**data, "metric": {**data["metric"], "name": "val/loss"}}
    file.write_text(json.dumps(other), encoding="utf-8")
    assert seed_sd(STORE, known) is None
    file.write_text("{}", encoding="utf-8")
    assert seed_sd(STORE, known) is None


def test_a_damaged_study_lends_nothing(small):
    ran(small(seeds="4"), "small")
    known = trialist.plan("study.yaml").plan
    for journal in Path("experiments").rglob("journal.jsonl"):
        text = journal.read_text(encoding="utf-8")
        journal.write_text(text.replace(known.hash, known.hash.upper()), encoding="utf-8")
    assert seed_sd(STORE, known) is None


def test_runs_without_spread_lend_nothing(small):
    flat = "def train(config, run):\n    return {'val/accuracy': 0.5}\n"
    file, data = ran(small(trial=flat, seeds="3"), "small")
    known = trialist.plan("study.yaml").plan
    assert seed_sd(STORE, known) is None
    as_winners(file, data)
    assert search_spread(STORE, searched(known)) is None


def test_recipes_are_not_refused_by_the_spread_of_seeds(small):
    tiny = "{name: val/accuracy, goal: maximize, relevant: 0.00001}"
    ran(small(seeds="4", metric=tiny), "small")
    known = trialist.plan("study.yaml").plan
    assert refusal_of(STORE, known) is not None
    assert refusal_of(STORE, searched(known)) is None
