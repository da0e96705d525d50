"""The share of a store's predictions that came true, from plans and logs alone."""

import json
from pathlib import Path

import trialist
from trialist.lab.predictions import tally_of
from trialist.ledger.store import Store
from trialist.values.predictions import Tally

STORE = Store(Path("experiments"))


def train(config, run):
    luck = (run.seed.train % 1009) / 1e6
    return {"val/accuracy": 0.8 + config["gain"] + luck}


def study(name, expect, **changes):
    def trial(config, run):
        return train(config, run)

    fields = {
        "trial": trial,
        "name": name,
        "metric": {"name": "val/accuracy", "goal": "maximize", "relevant": 0.005},
        "config": {"gain": 0.0},
        "variants": {"baseline": {}, "better": {"gain": 0.05}, "same": {"gain": 0.00001}},
        "expect": expect,
        "seeds": 4,
    }
    return trialist.Study(**{**fields, **changes})


def test_every_study_of_the_store_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tally_of(STORE) == Tally()
    first = trialist.run(study("first", {"better": "> 0.04", "same": "> 0.01"}))
    assert [one.outcome.value for one in first.results.predictions] == [
        "came_true",
        "did_not_come_true",
    ]
    assert "In this store 1 of 2 predictions came true, 1 did not." in first.text(
        style=None
    ).replace("\n", " ")
    trialist.run(study("silent", {}))
    second = trialist.run(study("second", {"better": "> 0.05"}, seeds=3))
    assert tally_of(STORE).n == 3
    assert second.data.tally == tally_of(STORE)
    found = trialist.status("silent")
    assert found.tally.n_true >= 1
    assert found.to_dict()["predictions_of_store"]["did_not_come_true"] == 1
    assert all(trialist.verify(name).holds for name in ("first", "second", "silent"))


def test_a_study_without_a_verdict_leaves_its_predictions_open(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trialist.run(study("first", {"better": "> 0.04"}))
    log = Path("experiments/first/ledger.jsonl")
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    assert tally_of(STORE) == Tally(n_open=1)


def test_a_plan_that_is_not_the_registered_one_counts_for_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trialist.run(study("first", {"better": "> 0.06"}))
    plan = Path("experiments/first/plan.json")
    data = json.loads(plan.read_text())
    data["expect"] = [{**data["expect"][0], "low": 0.01, "text": "> 0.01"}]
    plan.write_text(json.dumps(data))
    assert tally_of(STORE) == Tally()
    assert not trialist.verify("first").holds
    plan.write_text("{")
    assert tally_of(STORE) == Tally()


def test_what_became_of_a_prediction_is_checked_against_the_log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trialist.run(study("first", {"better": "> 0.04"}))
    last = json.loads(Path("experiments/first/ledger.jsonl").read_text().splitlines()[-1])
    assert last["predictions"] == {"better": "came_true"}
    results = Path("experiments/first/results.json")
    results.write_text(results.read_text().replace('"came_true"', '"open"'))
    found = trialist.verify("first")
    assert [fault.message for fault in found.faults] == [
        "'predictions' is not what the journals say"
    ]


def test_what_is_expected_belongs_to_the_plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = study("first", {"better": "> 0.04"})
    made = trialist.plan(given)
    assert "expect  better gains more than 4 points" in str(made)
    assert "expect" not in trialist.plan(study("first", {})).plan.to_dict()
    assert made.hash != trialist.plan(study("first", {"better": "> 0.05"})).hash
