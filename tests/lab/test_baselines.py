"""The history of baselines."""

from __future__ import annotations

import dataclasses
import shutil

import pytest

import trialist
from trialist.lab.adopt import adopt
from trialist.lab.baselines import baseline_histories
from trialist.lab.storecopy import copy_store


def study(name, *, gain, base=0.0, seeds=3):
    def train(config, run):
        return {"val/accuracy": 0.5 + config["gain"] + (run.seed.base * 7 % 5) / 1000 * config["k"]}

    return trialist.Study(
        name=name,
        trial=train,
        metric={"name": "val/accuracy", "goal": "maximize"},
        config={"gain": base, "k": 1.0 + base},
        variants={"baseline": {}, "more": {"gain": gain, "k": 1.0 + gain}},
        seeds=seeds,
    )


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trialist.run(study("one", gain=0.1), store="experiments")
    adopt("one", store="experiments")
    return tmp_path / "experiments"


def test_rounds_follow_each_other(store):
    trialist.run(study("two", gain=0.2, base=0.1), store=store)
    adopt("two", store=store)
    (history,) = baseline_histories(store)
    assert [(one.number, one.study) for one in history.rounds] == [(1, "one"), (2, "two")]
    assert history.latest.study == "two"
    assert history.metric == "val/accuracy"
    assert history.to_dict()["rounds"][0]["changes"][0] == {
        "key": "gain", "before": 0.0, "after": 0.1,
    }  # fmt: skip


def test_three_seeds_are_no_validation_until_another_study_runs_new_ones(store):
    (history,) = baseline_histories(store)
    assert not history.latest.is_validated
    assert history.latest.validation.n == 3
    trialist.run(study("check", gain=0.1, seeds=(0, 1, 2, 10, 11, 12, 13, 14)), store=store)
    (history,) = baseline_histories(store)
    assert history.latest.is_validated
    assert (history.latest.validation.study, history.latest.validation.n) == ("check", 5)


def test_a_study_that_is_gone_is_remembered(store):
    (before,) = baseline_histories(store)
    shutil.rmtree(store / "one")
    (after,) = baseline_histories(store)
    assert after.latest.is_gone
    assert after.latest.config == before.latest.config
    assert after.latest.time == before.latest.time


def test_without_the_stores_record_the_studies_tell(store):
    (before,) = baseline_histories(store)
    shutil.rmtree(store / ".record")
    assert baseline_histories(store) == (before,)


def test_a_store_without_adoptions_has_no_history(tmp_path):
    assert baseline_histories(tmp_path) == ()


def test_what_the_studies_before_showed_is_part_of_the_round(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = study("first", gain=0.1, seeds=2)
    trialist.run(first, store="experiments")
    again = dataclasses.replace(first, name="again", parent="first", seeds=4)
    trialist.run(again, store="experiments")
    adopt("again", store="experiments")
    (history,) = baseline_histories("experiments")
    ((name, learned),) = history.latest.before
    assert name == "first"
    assert "seeds" in learned
    shutil.rmtree("experiments/first")
    assert baseline_histories("experiments")[0].latest.before == history.latest.before


def test_a_study_before_that_is_gone_is_said_to_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = study("first", gain=0.1, seeds=2)
    trialist.run(first, store="experiments")
    again = dataclasses.replace(first, name="again", parent="first", seeds=4)
    trialist.run(again, store="experiments")
    shutil.rmtree("experiments/first")
    adopt("again", store="experiments")
    (history,) = baseline_histories("experiments")
    assert history.latest.before == (("first", "This study is not in the store any more."),)


def test_a_copy_of_the_store_remembers_it_too(store, tmp_path):
    (before,) = baseline_histories(store)
    shutil.rmtree(store / "one")
    trialist.run(study("rest", gain=0.1), store=store)
    copy_store(store, tmp_path / "copy")
    (after,) = baseline_histories(tmp_path / "copy")
    assert after.latest.config == before.latest.config
    assert after.latest.is_gone
