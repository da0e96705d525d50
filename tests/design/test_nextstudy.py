"""The study file of the next round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialist.design.difference import config_changes
from trialist.design.nextstudy import next_study, validation_study
from trialist.values.baselinehistory import BaselineRound
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal, Metric
from trialist.values.nextround import Proposal, Step
from trialist.values.plan import Look, Plan, PlannedVariant
from trialist.values.playbook import Change
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm
from trialist.values.study import Mode

DATA = {
    "name": "opt",
    "trial": "train.py:train",
    "metric": {"name": "val/accuracy", "goal": "maximize"},
    "config": {"lr": 0.1, "max_train_steps": 100},
    "space": {
        "optimizer": {"choices": ["sgd", "adam"], "role": "scientific"},
        "lr": {"low": 1e-4, "high": 0.1, "log": True, "per": "optimizer"},
        "decay": {"low": 0.0, "high": 0.1},
    },
    "search": {"trials": 32, "replicates": 4},
}
SEARCH = SearchPlan(
    method=Method.QUASI_RANDOM,
    arms=tuple(Arm(variant=one, given={"optimizer": one}) for one in ("sgd", "adam")),
    trials=32,
    replicates=4,
    seed=0,
    tuned=Tuned.RECIPE,
)


def plan(search=SEARCH):
    return Plan(
        study="opt",
        question="",
        trial="train.py:train",
        code=(),
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=(PlannedVariant(name="sgd", config={"lr": 0.1}),),
        baseline="sgd",
        seeds=(4, 5, 6, 7),
        looks=(Look(n=4, thresholds=(0.05,)),),
        paired=(),
        vary=("train",),
        mode=Mode.CONFIRM,
        threads=1,
        retries=None,
        timeout=None,
        search=search,
    )


def made(step, *changes, amount=None, data=DATA, search=SEARCH):
    proposal = Proposal(step=step, title="", why="", changes=changes, amount=amount)
    return next_study(data, proposal, plan(search), "opt-r2")


def extended(**more):
    return Change(kind="extend_range", **{"parameter": "lr", "low": 1e-4, "high": 1.0, **more})


def test_a_range_of_one_arm_is_extended_for_that_arm():
    found = made(Step.EXTEND, extended(variant="adam"))
    lr = found["space"]["lr"]
    assert lr["ranges"] == {"adam": {"low": 1e-4, "high": 1.0}}
    assert lr["high"] == 0.1
    assert (found["name"], found["search"]["extends"]) == ("opt-r2", "opt")
    assert DATA["space"]["lr"].get("ranges") is None


def test_a_range_that_all_arms_share_is_extended_for_all():
    found = made(Step.EXTEND, extended(parameter="decay", variant="adam", low=0.0))
    assert found["space"]["decay"] == {"low": 0.0, "high": 1.0}
    every = made(Step.EXTEND, extended())
    assert every["space"]["lr"]["high"] == 1.0
    others = replace(SEARCH, arms=(Arm(variant="adam", given={"width": 4}),))
    assert made(Step.EXTEND, extended(variant="adam"), search=others)["space"]["lr"]["high"] == 1.0


def test_a_parameter_that_the_file_does_not_have_is_an_error():
    with pytest.raises(ConfigError, match="has no 'beta'"):
        made(Step.EXTEND, extended(parameter="beta"))
    with pytest.raises(ConfigError, match="has no 'lr'"):
        made(Step.EXTEND, extended(), data={"name": "opt"})


def test_more_trials_go_on_from_the_old_ones():
    found = made(Step.MORE_TRIALS, Change(kind="more_trials", amount=64))
    assert found["search"] == {"trials": 64, "replicates": 4, "extends": "opt"}


def test_more_searches_keep_their_size():
    found = made(Step.MORE_REPLICATES, amount=10)
    assert found["search"] == {"trials": 80, "replicates": 10}
    assert made(Step.MORE_REPLICATES, amount=10, search=None)["search"]["trials"] == 10


def test_longer_runs_change_the_budget_and_the_configuration():
    change = Change(kind="longer_runs", amount=400)
    found = made(Step.LONGER_RUNS, change)
    assert found["config"]["max_train_steps"] == 400
    assert "budget" not in found
    both = made(Step.LONGER_RUNS, change, data={**DATA, "budget": {"runs": 100}})
    assert both["budget"] == {"runs": 100, "max_train_steps": 400}
    neither = made(Step.LONGER_RUNS, change, data={**DATA, "config": {}})
    assert neither["budget"] == {"max_train_steps": 400}
    with pytest.raises(ConfigError, match="not known"):
        made(Step.LONGER_RUNS, Change(kind="longer_runs"))


def test_a_parameter_is_fixed_with_a_caveat():
    found = made(Step.FIX_PARAMETER, Change(kind="fix_parameter", parameter="decay", low=0.01))
    assert found["space"]["decay"]["fixed"] == 0.01
    assert "was not tuned" in found["space"]["decay"]["caveat"]
    at = made(Step.FIX_PARAMETER, Change(kind="fix_parameter", parameter="lr"))
    assert at["space"]["lr"]["fixed"] == 0.1
    whole = {"integer": True, "low": 1, "high": 8}
    data = {**DATA, "space": {"depth": whole, "width": {"choices": [16, 32]}}}
    for name, value in (("depth", 4.0), ("width", 32.0)):
        change = Change(kind="fix_parameter", parameter=name, low=value)
        fixed = made(Step.FIX_PARAMETER, change, data=data)["space"][name]["fixed"]
        assert (fixed, type(fixed)) == (value, int)
    with pytest.raises(ConfigError, match="at which value decay"):
        made(Step.FIX_PARAMETER, Change(kind="fix_parameter", parameter="decay"))


def test_a_change_that_no_file_can_hold_changes_nothing():
    found = made(Step.REMOVE_FEATURE, Change(kind="remove_feature", parameter="decay"))
    assert found == {**DATA, "name": "opt-r2"}


def test_a_follow_up_names_its_parent_and_asks_for_new_seeds():
    found = made(Step.MORE_SEEDS, amount=9)
    assert (found["parent"], found["seeds"]) == ("opt", {"min": 3, "max": 9})
    assert made(Step.MORE_SEEDS)["seeds"] == {"min": 3, "max": 3}


def round_of(before, after):
    return BaselineRound(
        number=1,
        study="opt",
        plan_hash="sha256:0",
        variant="adam",
        baseline="sgd",
        decision="adopt",
        verdict="improvement",
        estimate=0.01,
        interval=None,
        price=0.0,
        changes=config_changes(before, after),
        config=after,
        learned="",
        reason=None,
        source="",
        by="",
        time=0.0,
    )


def test_a_validation_compares_with_the_configuration_before():
    adopted = round_of({"lr": 0.1, "opt": {"b": 1, "c": 2}}, {"lr": 0.1, "opt": {"b": 3, "c": 2}})
    data = {**DATA, "budget": {"max_train_steps": 100, "runs": 9}, "expect": {"adam": "> 0"}}
    found = validation_study(data, adopted, (8, 9), "opt-validation", paired=("order", "init"))
    assert found["paired"] == ["order", "init"]
    assert found["config"] == {"lr": 0.1, "opt": {"b": 3, "c": 2}}
    assert found["variants"] == {"before": {"opt": {"b": 1}}, "adopted": {}}
    assert (found["baseline"], found["seeds"]) == ("before", [8, 9])
    assert found["budget"] == {"max_train_steps": 100}
    assert not {"space", "search", "expect"} & set(found)


def test_a_validation_asks_for_no_relevant_difference():
    metric = {"name": "val/accuracy", "goal": "maximize", "relevant": 0.005}
    adopted = round_of({"lr": 0.1}, {"lr": 0.2})
    found = validation_study({**DATA, "metric": metric}, adopted, (8, 9), "v")
    assert found["metric"] == {"name": "val/accuracy", "goal": "maximize"}
    assert "metric" not in validation_study({"name": "opt"}, adopted, (8, 9), "v")


def test_configurations_with_other_keys_each_are_validated_alone():
    adopted = round_of({"lr": 0.1}, {"lr": 0.1, "momentum": 0.9})
    found = validation_study({**DATA, "budget": {"runs": 9}}, adopted, (8, 9), "v")
    assert found["variants"] == {"adopted": {}}
    assert found["baseline"] == "adopted"
    assert "budget" not in found
    assert "budget" not in validation_study(DATA, adopted, (8, 9), "v")
