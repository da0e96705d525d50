"""A study with a space as a plan: its searches, its variants, its seeds and what it will claim."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialist.design.caveats import caveats_of_plan
from trialist.design.protocol import build_plan
from trialist.design.searchplan import search_of, searched_of
from trialist.values.errors import ConfigError
from trialist.values.judging import Variance
from trialist.values.plan import Plan
from trialist.values.replicate import Replicate
from trialist.values.searchplan import Method, Pruner, Tuned
from trialist.values.space import Arm
from trialist.values.study import Study

LR = {"low": 1e-4, "high": 1.0, "log": True}
OPTIMIZER = {"choices": ["sgd", "adam"], "role": "scientific"}
RECIPES = {
    "optimizer": OPTIMIZER,
    "lr": {**LR, "per": "optimizer"},
    "momentum": {"low": 0.5, "high": 0.99, "scale": "one_minus_log", "when": {"optimizer": "sgd"}},
    "decay": {"low": 1e-6, "high": 1e-2, "log": True, "switch": True},
    "batch": {"fixed": 128, "caveat": "batch size was not tuned"},
}


def study(space=RECIPES, **more):
    given = {
        "trial": "t.py:train",
        "metric": {"name": "val/accuracy", "goal": "maximize", "relevant": 0.01},
        "config": {"optimizer": "sgd", "width": 32},
        **more,
    }
    return Study(space=space, **given)


def planned(space=RECIPES, **more):
    return build_plan(study(space, **more), code=(), trial="t.py:train")


def mistakes(space=RECIPES, **more):
    with pytest.raises(ConfigError) as caught:
        planned(space, **more)
    return [(one.where, one.message) for one in caught.value.mistakes]


def test_a_study_without_a_space_has_no_search():
    assert search_of(study({})) is None
    assert searched_of(study({})) is None
    assert planned({}).search is None
    assert "search" not in planned({}).to_dict()


def test_recipes_are_searched_four_times_and_judged_once():
    plan = planned()
    assert (plan.search.tuned, plan.search.replicates, plan.search.trials) == (Tuned.RECIPE, 4, 32)
    assert plan.seeds == (4, 5, 6, 7)
    assert [look.n for look in plan.looks] == [4]
    assert plan.paired == ("order", "init", "train")
    assert plan.max_runs == 2 * 32 + 2 * 4
    assert plan.protocol.replicate is Replicate.SEARCH
    assert plan.scope == "these recipes: tuning included, on this validation set"


def test_the_variants_begin_with_what_is_not_searched():
    assert {one.name: one.config for one in planned().variants} == {
        "sgd": {"optimizer": "sgd", "width": 32, "batch": 128},
        "adam": {"optimizer": "adam", "width": 32, "batch": 128},
    }
    assert planned().baseline == "sgd"
    assert planned(baseline="adam").baseline == "adam"


def test_a_configuration_is_confirmed_with_fresh_seeds_as_usual():
    plan = planned({"lr": LR}, search={"trials": 12, "seeds": 2})
    assert plan.search.tuned is Tuned.CONFIGURATION
    assert plan.seeds == tuple(range(2, 22))
    assert [look.n for look in plan.looks] == [5, 8, 12, 20]
    assert plan.max_runs == 2 * 20 + 12 * 2
    assert plan.protocol.replicate is Replicate.FRESH_SEED
    assert plan.scope == "these configurations, not the recipes, on this validation set"


def test_seeds_may_be_counted_or_named():
    assert planned({"lr": LR}, seeds=5).seeds == (1, 2, 3, 4, 5)
    assert planned({"lr": LR}, seeds=(7, 9, 11)).seeds == (7, 9, 11)
    assert planned(seeds=4).seeds == (4, 5, 6, 7)


def test_seeds_begin_where_a_study_that_is_followed_ends():
    plan = build_plan(study({"lr": LR}, seeds=3), code=(), trial="t.py:train", first_seed=40)
    assert plan.seeds == (40, 41, 42)


def test_pairs_are_as_the_study_says():
    assert planned(paired=("init",)).paired == ("init",)
    assert planned({"lr": LR}, variance="history", history="h.csv").paired == ()
    assert planned({"lr": LR}, variance="history", history="h.csv").variance is Variance.HISTORY


def test_what_is_explored_or_open_is_judged_as_ever():
    assert [look.n for look in planned({"lr": LR}, mode="explore").looks] == [20]
    assert len(planned({"lr": LR}, looks="open").looks) == 16


def test_the_budget_is_in_every_configuration():
    plan = planned(budget={"max_train_steps": 600})
    assert all(one.config["max_train_steps"] == 600 for one in plan.variants)
    assert all(one.config["max_train_steps"] == 600 for one in plan.search.design)
    plain = planned({}, budget={"max_train_steps": 600})
    assert plain.config_of("baseline")["max_train_steps"] == 600


def test_trials_may_end_early_where_they_have_a_length():
    plan = planned(search={"pruner": "asha"}, budget={"max_train_steps": 600})
    assert plan.search.pruner == Pruner(name="asha", resource=600)
    told = planned(
        search={"pruner": {"name": "median", "startup": 5, "rungs": [300, 100]}},
        config={"optimizer": "sgd", "max_train_steps": 300},
    )
    assert told.search.pruner == Pruner(name="median", resource=300, startup=5, rungs=(100, 300))


def test_many_trials_end_early_by_themselves():
    steps = {"max_train_steps": 600}
    assert planned({"lr": LR}, search={"trials": 200}, budget=steps).search.pruner.name == "asha"
    assert planned({"lr": LR}, search={"trials": 200}).search.pruner is None
    several = {"trials": 200, "objectives": {"val/loss": "minimize"}}
    assert planned({"lr": LR}, search=several, budget=steps).search.pruner is None
    never = {"trials": 200, "pruner": "none"}
    assert planned({"lr": LR}, search=never, budget=steps).search.pruner is None


def test_what_the_study_says_is_in_the_plan():
    search = planned(
        {"lr": LR},
        search={
            "method": "pbt",
            "trials": 8,
            "seed": 3,
            "price": 0.01,
            "options": {"population": 8},
            "objectives": {"val/loss": "minimize"},
        },
    ).search
    assert (search.method, search.seed, search.price) == (Method.PBT, 3, 0.01)
    assert (search.options, search.objectives) == ({"population": 8}, {"val/loss": "minimize"})
    assert planned().search.roles == {"optimizer": "scientific", "batch": "fixed"}


def test_what_a_search_with_several_goals_leaves_out_is_told():
    several = {"trials": 8, "objectives": {"val/loss": "minimize"}}
    (said,) = [one for one in planned(search=several).search.caveats if "looked for" in one]
    assert "looked for low val/loss: the winner is the best in val/accuracy alone" in said
    assert said.endswith("that none beats in both.")
    several["objectives"] = {"val/loss": "minimize", "val/f1": "maximize"}
    (said,) = [one for one in planned(search=several).search.caveats if "looked for" in one]
    assert "low val/loss and high val/f1" in said
    assert said.endswith("that none beats in all.")
    assert not any("looked for" in one for one in planned().search.caveats)


def test_variants_of_a_study_are_each_searched():
    plan = planned(
        {"lr": LR}, config={"dropout": 0.0}, variants={"baseline": {}, "dropout": {"dropout": 0.3}}
    )
    assert [arm.given for arm in plan.search.arms] == [{"dropout": 0.0}, {"dropout": 0.3}]
    assert plan.baseline == "baseline"


def test_an_ablation_is_searched_too():
    plan = planned({"lr": LR}, config={"dropout": 0.3, "lr": 0.1}, ablate=("dropout",))
    assert [arm.variant for arm in plan.search.searched] == ["full", "no-dropout"]
    assert plan.baseline == "full"
    assert plan.ablation == {"no-dropout": "dropout"}


def test_everything_that_is_wrong_is_told_at_once():
    assert mistakes({"lr": {"low": 1, "high": 0}}, search={"trials": 0}, budget={"runs": -1}) == [
        ("budget.runs", "budget.runs is -1, expected more than 0"),
        ("space.lr.low", "space.lr: low 1 is not below high 0"),
        ("search.trials", "search.trials is 0, expected 1 to 100,000"),
    ]
    assert mistakes({}, search={}) == [("search", "search has no space to search")]
    assert mistakes(search={"extends": "earlier"}) == [
        (None, "search.extends is 'earlier', and its trials are not at hand")
    ]
    assert mistakes(baseline="rmsprop") == [
        ("baseline", "baseline is 'rmsprop', which is not a variant")
    ]
    assert mistakes({"lr": LR}, variants={"baseline": {}, "wide": {"widht": 64}}) == [
        (None, "variant wide: 'widht' is not a key of config")
    ]
    assert mistakes({f"p{k}": LR for k in range(60)}) == [
        ("space", "tuned has 60 parameters to search")
    ]
    both = {key: {**OPTIMIZER, "choices": list(range(8))} for key in ("a", "b", "c")}
    assert mistakes({**both, "lr": LR}) == [
        ("space.c.choices", "a, b, c make 512 variants, and 64 are the most")
    ]


def test_a_variant_may_set_what_only_the_space_knows():
    plan = planned({"lr": LR, "m": LR}, variants={"baseline": {}, "held": {"m": 0.5}})
    assert plan.config_of("held")["m"] == 0.5


def test_what_was_not_tuned_is_a_caveat():
    plan = planned()
    caveats = caveats_of_plan(plan)
    assert "batch is held at 128: batch size was not tuned." in caveats
    assert "width was not tuned: the result holds for its value." in caveats
    held = planned({"lr": LR, "b": {"fixed": None}}, config={"a": 1, "m": {"w": 2}}).search
    assert held.caveats == (
        "b is held at null: the result holds for this value.",
        "a, m.w were not tuned: the result holds for their values.",
    )
    assert planned({"lr": LR, "m": {"choices": [{"w": 1}, {"w": 2}]}}, config={"m": {"w": 1}}
                   ).search.caveats == ()  # fmt: skip
    many = planned({"lr": LR}, config={f"key{k}": k for k in range(20)}).search.caveats[0]
    assert many.endswith("key11 and 8 more were not tuned: the result holds for their values.")


def test_a_slip_in_a_name_is_a_caveat():
    config = {"weight_decay": 0.1, "beta1": 0.9}
    caveats = planned({"weight_decy": LR, "beta2": LR}, config=config).search.caveats
    assert caveats[0] == (
        "weight_decy is in the space and weight_decay in config: are they meant to be one?"
    )
    assert len(caveats) == 2
    assert len(planned({"weight_decay": LR}, config=config).search.caveats) == 1


def test_more_tuning_of_one_variant_is_a_caveat():
    search = planned({"lr": LR, "m": LR}, variants={"baseline": {"m": 0.5}, "tuned": {}}).search
    less = "m is searched in tuned and set by baseline: the latter had less tuning."
    assert less in search.caveats


def test_an_unmeasured_luck_of_the_search_is_a_caveat():
    few = planned(search={"replicates": 1}, seeds=1).search.caveats
    hardly = (
        "Study variance is hardly measured: 1 search per variant, and 4 tell the luck of the "
        "search from the recipe."
    )
    assert hardly in few
    three = " ".join(planned(search={"replicates": 3}).search.caveats)
    assert "3 searches per variant" in three
    one = planned(search={"claim": "configuration"}).search.caveats
    assert any(said.startswith("Study variance is not measured") for said in one)


SPACES = st.fixed_dictionaries(
    {"lr": st.just(LR)},
    optional={
        "optimizer": st.just(OPTIMIZER),
        "norm": st.just({"choices": [None, [1, 2], {"eps": 1e-5}], "role": "scientific"}),
        "depth": st.just({"low": 1, "high": 4, "integer": True}),
        "clip": st.just({"low": 0.1, "high": 1.0, "when": {"depth": [2, 3]}}),
        "x": st.just({"law": "beta", "shape": [2, 3]}),
        "act": st.just({"choices": ["relu", "gelu"], "probabilities": [0.2, 0.8]}),
        "batch": st.just({"fixed": 64}),
    },
)


@settings(max_examples=20)
@given(
    SPACES.filter(lambda space: "clip" not in space or "depth" in space),
    st.fixed_dictionaries(
        {"trials": st.integers(4, 40)},
        optional={
            "method": st.sampled_from(["auto", "random", "quasi_random", "tpe"]),
            "seeds": st.integers(1, 3),
            "pruner": st.sampled_from(["none", "asha", {"name": "median", "startup": 4}]),
        },
    ),
)
def test_a_plan_read_back_is_the_plan(space, search):
    plan = planned(space, search=search, budget={"max_train_steps": 50})
    assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    again = planned(space, search=search, budget={"max_train_steps": 50})
    assert again.hash == plan.hash


def test_another_design_is_another_plan():
    assert planned().hash != planned(search={"seed": 1}).hash
    plan = planned()
    arms = (*plan.search.arms[:1], Arm(variant="adam"))
    assert replace(plan, search=replace(plan.search, arms=arms)).hash != plan.hash
