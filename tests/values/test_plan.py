"""The plan: what its hash sees, and that it reads back as it was."""

import json
from dataclasses import replace

import pytest

from trialist.values.expectation import expectation_of
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Goal, Metric, Names
from trialist.values.plan import CodeFile, Look, Parent, Plan, PlannedVariant
from trialist.values.prior import SpreadPrior
from trialist.values.replicate import Replicate
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter

PLAN = Plan(
    study="digits",
    question="Does it help?",
    trial="train.py:train",
    code=(CodeFile(path="train.py", digest="ab"),),
    metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
    variants=(
        PlannedVariant(name="wide", config={"width": 64, "layers": [1, 2]}),
        PlannedVariant(name="baseline", config={"width": 32}),
    ),
    baseline="baseline",
    seeds=(0, 1, 2),
    looks=(Look(n=2, thresholds=(0.01,)), Look(n=3, thresholds=(0.04,))),
    paired=("init",),
    vary=("order", "init", "train"),
    mode=Mode.CONFIRM,
    threads=1,
    retries=None,
    timeout=None,
)


def test_a_plan_reads_back_from_json_as_it_was():
    back = Plan.from_dict(json.loads(json.dumps(PLAN.to_dict())))
    assert back == PLAN
    assert back.hash == PLAN.hash


def test_the_hash_of_a_plan_never_changes_between_versions():
    assert PLAN.hash == "sha256:0ebca096e853f6b4ca17c2849be9f9812225243be2e9d5caada1384e86c16a5e"


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Does it hurt?"},
        {"trial": "train.py:other"},
        {"code": (CodeFile(path="train.py", digest="cd"),)},
        {"metric": replace(PLAN.metric, relevant=0.01)},
        {"variants": PLAN.variants[::-1]},
        {"baseline": "wide"},
        {"seeds": (0, 1, 3)},
        {"looks": PLAN.looks[:1]},
        {"paired": ()},
        {"vary": ("init", "train")},
        {"mode": Mode.EXPLORE},
        {"threads": 2},
        {"retries": 1},
        {"timeout": 5.0},
        {"data": ("x.csv", "images/*")},
        {"memory": 2**30},
        {"gpus": 0},
        {"names": Names.STRICT},
        {"alpha": 0.01},
        {"expect": (expectation_of("wide", "> 0.005", relevant=None),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_plan_is_in_its_hash(change):
    assert replace(PLAN, **change).hash != PLAN.hash


def test_judging_gets_what_it_needs():
    protocol = PLAN.protocol
    assert protocol.variants == ("wide", "baseline")
    assert protocol.candidates == ("wide",)
    assert protocol.paired
    assert protocol.is_sequential
    assert not replace(PLAN, looks=PLAN.looks[-1:]).protocol.is_sequential
    assert PLAN.max_runs == 6
    assert PLAN.config_of("baseline") == {"width": 32}


@pytest.mark.parametrize(
    ("vary", "scope"),
    [
        (("order", "init", "train"), "this recipe on this validation set"),
        (("init",), "this recipe, partly fixed on this validation set"),
        (("split", "order", "init", "train"), "this recipe on splits of this data set"),
    ],
)
def test_the_scope_says_what_varied(vary, scope):
    assert replace(PLAN, vary=vary).scope == scope


def test_rare_parts_of_a_plan_survive_a_file():
    rare = replace(
        PLAN,
        variance=Variance.HISTORY,
        prior=SpreadPrior(sd=0.1, df=12.5, n_groups=20),
        parent=Parent(study="first", plan_hash="sha256:1", head="2", n_comparisons=3),
        expect=(expectation_of("wide", "> 0.005", relevant=None),),
        names=Names.STRICT,
    )
    assert Plan.from_dict(json.loads(json.dumps(rare.to_dict()))) == rare
    assert rare.hash != PLAN.hash
    assert rare.protocol.n_family == PLAN.protocol.n_family + 3


def test_a_plan_without_them_says_nothing_of_them():
    assert {"variance", "prior", "open", "parent", "expect"}.isdisjoint(PLAN.to_dict())


def test_the_most_seeds_of_an_open_study_are_no_part_of_its_hash():
    def opened(n_max, **changes):
        looks = tuple(Look(n=n, thresholds=(0.05,)) for n in range(5, n_max + 1))
        seeds = tuple(range(n_max))
        return replace(PLAN, is_open=True, seeds=seeds, looks=looks, **changes)

    assert opened(10).hash == opened(40).hash
    assert opened(10).hash != replace(opened(10), is_open=False).hash
    assert opened(10).hash != opened(10, question="another").hash
    assert Plan.from_dict(opened(40).to_dict()) == opened(40)


def test_a_search_makes_runs_and_is_what_the_verdict_is_about():
    arms = (Arm(variant="baseline", shares="baseline"),)
    search = SearchPlan(
        method=Method.TPE, arms=arms, trials=8, replicates=1, seed=0, tuned=Tuned.CONFIGURATION
    )
    plan = replace(PLAN, search=search, vary=("init", "split"))
    assert plan.max_runs == PLAN.max_runs
    assert plan.protocol.replicate is Replicate.FRESH_SEED
    assert plan.scope == "these configurations, not the recipes, on splits of this data set"
    tuned = Arm(variant="tuned", parameters=(Parameter(name="lr", low=0.1, high=1.0),))
    recipes = replace(search, arms=(*arms, tuned), tuned=Tuned.RECIPE)
    plan = replace(PLAN, search=recipes)
    assert plan.max_runs == PLAN.max_runs + 8
    assert plan.protocol.replicate is Replicate.SEARCH
    assert plan.scope.startswith("these recipes: tuning included, on ")
    assert plan.hash != PLAN.hash
