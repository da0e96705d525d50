"""A follow-up: its parent, its seeds, its family, and what verify says of them."""

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import trialist
from trialist.lab.followup import follow_up_of
from trialist.lab.registration import history_of
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import ConfigError, PlanChangedError

STORE = Store(Path("experiments"))
VARIANTS = {"baseline": {}, "better": {"gain": 0.05}, "same": {"gain": 0.0001}}


def study(name, parent=None, **changes):
    def trial(config, run):
        luck = random.Random(f"{run.seed.train} {config}").gauss(0, 0.003)
        return {"val/accuracy": 0.8 + config["gain"] + luck}

    fields = {
        "trial": trial,
        "name": name,
        "metric": {"name": "val/accuracy", "goal": "maximize", "relevant": 0.005},
        "config": {"gain": 0.0},
        "variants": VARIANTS,
        "seeds": {"min": 3, "max": 5},
        "parent": parent,
    }
    return trialist.Study(**{**fields, **changes})


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def first():
    return trialist.run(study("first"))


def mistakes(given):
    with pytest.raises(ConfigError) as caught:
        trialist.plan(given)
    return [one.message for one in caught.value.mistakes]


def test_a_follow_up_takes_new_seeds_and_joins_the_family(first):
    variants = {name: VARIANTS[name] for name in ("baseline", "better")}
    again = trialist.run(study("again", "first", variants=variants))
    plan = read_plan(STORE.study("again"))
    assert plan.seeds == (5, 6, 7, 8, 9)
    assert plan.parent.n_comparisons == 2
    assert plan.protocol.n_family == 3
    assert len(plan.looks[0].thresholds) == 3
    family = again.to_dict()["family"]
    assert family["n_comparisons"] == 3
    assert family["error_rate"] == 0.067
    assert [one["study"] for one in family["studies"]] == ["first", "again"]
    assert family["studies"][0]["seeds"] == list(range(len(family["studies"][0]["seeds"])))
    codes = {one["variant"]: one["verdict"] for one in family["studies"][0]["comparisons"]}
    assert codes == {name: one.name.value for name, one in first.verdicts.items()}
    assert any(caveat.startswith("A follow-up of first") for caveat in again.results.caveats)
    assert not set(plan.seeds) & set(first.results.variants[0].sample.seeds)
    assert "3 comparisons, 2 of them from earlier studies" in again.results.methods.plain
    found = trialist.verify("again")
    assert found.holds
    assert found.remarks == ()


def test_the_family_grows_with_every_follow_up(first):
    trialist.run(study("again", "first"))
    third = trialist.run(study("third", "again"))
    plan = read_plan(STORE.study("third"))
    assert plan.seeds[0] == 10
    assert plan.parent.n_comparisons == 4
    family = third.to_dict()["family"]
    assert [one["study"] for one in family["studies"]] == ["first", "again", "third"]
    assert family["error_rate"] == pytest.approx(0.05 * (1 + 1 / 2 + 1 / 3), abs=0.001)
    assert mistakes(study("fourth", "third", seeds=(1, 6, 11, 20))) == [
        "seeds 1, 6, 11 were used by third or a study before it"
    ]


def test_the_same_command_goes_on_and_says_the_same(first):
    given = study("again", "first")
    before = trialist.run(given)
    assert trialist.run(given).to_dict() == before.to_dict()
    assert trialist.report("again").to_dict() == before.to_dict()
    new = trialist.run(given, new=True)
    assert new.results.study == "again-2"
    assert new.results.plan_hash == before.results.plan_hash


def test_every_mistake_is_told_at_once(first):
    changed = {**VARIANTS, "better": {"gain": 0.06}, "wild": {}}
    metric = {"name": "val/loss", "goal": "minimize"}
    found = mistakes(study("again", "first", variants=changed, metric=metric, seeds=(0, 7, 8)))
    assert found == [
        "metric.name is val/loss, and that of first is val/accuracy",
        "metric.goal is minimize, and that of first is maximize",
        "variant better differs from that of first in gain",
        "variant wild is not in first",
        "seed 0 was used by first or a study before it",
    ]


def test_a_parent_that_is_not_there_is_refused_with_near_names(first):
    with pytest.raises(ConfigError, match="'frist'") as caught:
        trialist.plan(study("again", "frist"))
    assert "did you mean 'first'?" in caught.value.mistakes[0].todo
    with pytest.raises(ConfigError) as caught:
        trialist.plan(study("again", "first"), store="elsewhere")
    assert "run the parent first" in caught.value.mistakes[0].todo
    assert mistakes(study("first", "first")) == [
        "the study is called 'first', and so is its parent"
    ]


def test_a_parent_that_is_not_finished_is_refused():
    trialist.run(study("first"))
    log = Path("experiments/first/ledger.jsonl")
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    assert mistakes(study("again", "first")) == ["the parent first is not finished"]
    log.write_text(log.read_text().replace("started", "startet", 1))
    assert mistakes(study("again", "first")) == ["the record of the parent first does not hold"]


def test_an_open_parent_that_was_given_more_seeds_is_not_finished():
    given = study("first", looks="open", seeds={"min": 3, "max": 4})
    trialist.run(given)
    assert trialist.plan(study("again", "first")).plan.seeds[0] == 4
    plan = Path("experiments/first/plan.json")
    longer = trialist.plan(replace(given, seeds=trialist.values.study.SeedRange(min=3, max=6)))
    plan.write_text(json.dumps(longer.plan.to_dict()))
    assert mistakes(study("again", "first")) == ["the parent first is not finished"]


def test_verify_says_that_the_record_of_the_parent_went_on(first):
    given = study("again", "first")
    trialist.run(given)
    shutil.rmtree("experiments/first/trials/better/seed-0")
    trialist.run(study("first"))  # notes that a folder was removed
    found = trialist.verify("again")
    assert found.holds
    message = "The record of first went on after this study was registered."
    assert found.to_dict()["remarks"] == [message]
    more = trialist.run(given)
    assert more.results.deviations == (message,)
    assert trialist.run(given).results.deviations == (message,)
    assert trialist.verify("again").holds


def test_verify_says_that_the_record_of_the_parent_is_another_one(first):
    trialist.run(study("again", "first"))
    shutil.rmtree("experiments/first")
    found = trialist.verify("again")
    assert found.holds
    assert "is not in this store" in found.remarks[0]
    assert trialist.run(study("again", "first")).results.deviations == ()
    trialist.run(study("first"))
    found = trialist.verify("again")
    assert [fault.message for fault in found.faults] == [
        "The record of first is not the one that this study follows up."
    ]


def test_another_study_under_the_parents_name_is_another_plan(first):
    given = study("again", "first")
    trialist.run(given)
    shutil.rmtree("experiments/first")
    trialist.run(study("first", seeds=4))
    with pytest.raises(PlanChangedError, match="parent"):
        trialist.run(given)


def test_other_follow_ups_and_changed_code_are_told(first):
    trialist.run(study("again", "first"))

    def another(config, run):
        return {"val/accuracy": 0.8 + config["gain"] + run.seed.train % 97 / 1e5}

    given = study("other", "first", trial=another)
    caveats = trialist.plan(given).caveats
    assert caveats[0].startswith("A follow-up of first")
    assert "another" in caveats[1]
    assert caveats[2] == "again follows up first too: its comparisons are not counted here."
    Path("experiments/again/plan.json").write_text("{")
    assert len([one for one in trialist.plan(given).caveats if "follows up" in one]) == 0


def test_the_commands_of_a_report_run_the_parent_before_it(small):
    path = small(seeds="3", metric="{name: val/accuracy, goal: maximize}")
    trialist.run(path)
    text = path.read_text().replace("name: small", "name: again\nparent: small")
    Path("again.yaml").write_text(text)
    again = trialist.run("again.yaml")
    assert dict(again.data.commands)["again"] == (
        "trialist run study.yaml --store again && trialist run again.yaml --store again"
    )
    assert trialist.run("study.yaml", store="again").finished
    assert trialist.run("again.yaml", store="again").finished


def test_a_study_without_a_parent_follows_up_nothing(first):
    assert follow_up_of(study("again"), STORE) is None
    assert "family" not in first.to_dict()
    assert "follows" not in history_of(STORE.study("first")).registered
