"""A search that goes on from another."""

from dataclasses import replace

import pytest

from trialist.design.extension import Extended, measured_alike
from trialist.design.protocol import build_plan
from trialist.design.searchplan import search_of
from trialist.values.errors import ConfigError
from trialist.values.events import RunStatus
from trialist.values.plan import CodeFile
from trialist.values.searchplan import Method
from trialist.values.searchtable import SearchTrial
from trialist.values.study import Study

LR = {"low": 1e-3, "high": 1.0, "log": True}
OPTIMIZER = {"choices": ["sgd", "adam"], "role": "scientific"}


def study(space, **more):
    return Study(
        **{
            "trial": "t.py:train",
            "metric": {"name": "val/accuracy", "goal": "maximize"},
            "config": {"optimizer": "sgd"},
            "space": space,
            **more,
        }
    )


def went(trial, **more):
    return SearchTrial(
        **{
            "variant": trial.variant,
            "search": trial.search,
            "number": trial.number,
            "name": trial.name,
            "params": trial.params,
            "status": RunStatus.FINISHED,
            "value": 0.5,
            "seeds": trial.seeds,
            **more,
        }
    )


def after(space, *, change=went, **search):
    first = search_of(study(space, search=search))
    return Extended(
        study="round-1", search=first, trials=tuple(map(change, first.design)), first_seed=30
    )


def extended(parent, space, **more):
    more.setdefault("search", {"extends": "round-1"})
    return search_of(study(space, **more), parent)


RECIPES = {"optimizer": OPTIMIZER, "lr": LR, "m": {"low": 0.0, "high": 0.9}}
WIDER = {**RECIPES, "lr": {**LR, "low": 1e-5}}


def test_old_trials_are_kept_and_new_ones_go_where_nobody_has_looked():
    parent = after(RECIPES, trials=32)
    search = extended(parent, WIDER)
    old = [trial for trial in search.design if trial.source == "round-1"]
    new = [trial for trial in search.design if trial.source is None]
    assert (len(old), len(new)) == (64, 32)
    assert search.trials_per_search == 12
    assert all(trial.params["lr"] < 1e-3 for trial in new)
    assert min(trial.params["m"] for trial in new) < 0.2
    assert max(trial.params["m"] for trial in new) > 0.7
    assert search.n_runs == 32


def test_an_old_point_has_its_place_in_the_new_range():
    parent = after(RECIPES, trials=16)
    search = extended(parent, WIDER)
    before = {trial.key: trial for trial in parent.search.design}
    for trial in search.design:
        if trial.source is not None:
            was = before[trial.key]
            assert (trial.params, trial.config, trial.seeds) == (was.params, was.config, was.seeds)
            assert trial.units[0] == pytest.approx(0.4 + 0.6 * was.units[0])


def test_every_search_has_the_same_number_of_trials_whatever_was_lost():
    lost = {("sgd", 0, 0): RunStatus.FAILED, ("adam", 1, 1): RunStatus.FAILED}
    parent = after(
        RECIPES, change=lambda one: went(one, status=lost.get(one.key, RunStatus.FINISHED))
    )
    search = extended(parent, WIDER)
    for variant in ("sgd", "adam"):
        for replicate in range(4):
            own = [t for t in search.design if (t.variant, t.search) == (variant, replicate)]
            assert len(own) == search.trials_per_search
            assert len({trial.number for trial in own}) == len(own)


def test_a_diverged_trial_is_kept_too():
    parent = after(RECIPES, change=lambda one: went(one, status=RunStatus.DIVERGED))
    assert sum(trial.source is not None for trial in extended(parent, WIDER).design) == 64


def test_trials_of_another_configuration_are_not_taken_over():
    parent = after(RECIPES)
    steps = extended(parent, WIDER, budget={"max_train_steps": 600})
    assert not any(trial.source for trial in steps.design)
    assert len(steps.design) == 2 * steps.trials


def test_trials_outside_of_the_new_range_are_left_behind():
    parent = after({"lr": LR}, trials=16)
    narrow = {"lr": {**LR, "low": 1e-5, "high": 0.1}}
    search = extended(parent, narrow)
    kept = [trial for trial in search.design if trial.source]
    assert 0 < len(kept) < 16
    assert len(search.design) == 24
    assert all(trial.params["lr"] <= 0.1 for trial in search.design)


def test_a_space_that_did_not_grow_gets_the_next_points_of_the_same_list():
    parent = after({"lr": LR}, trials=8)
    search = extended(parent, {"lr": LR})
    again = search_of(study({"lr": LR}, search={"trials": 12}))
    assert [trial.params for trial in search.design] == [trial.params for trial in again.design]


def test_a_new_choice_and_a_new_parameter_are_new_room():
    space = {"lr": LR, "act": {"choices": ["relu", "gelu"]}}
    parent = after(space, trials=8)
    search = extended(parent, {"lr": LR, "act": {"choices": ["relu", "gelu", "silu"]}})
    assert {trial.params["act"] for trial in search.design if not trial.source} == {"silu"}
    added = extended(parent, {**space, "m": {"low": 0.0, "high": 0.9}})
    assert not any(trial.source for trial in added.design)  # old trials have no m
    assert len(added.design) == 12


def test_random_trials_go_on_as_random_ones():
    parent = after({"lr": LR}, trials=8, method="random")
    search = extended(parent, {"lr": LR})
    again = search_of(study({"lr": LR}, search={"trials": 12, "method": "random"}))
    assert [trial.params for trial in search.design] == [trial.params for trial in again.design]


def test_a_grid_goes_on_with_what_it_did_not_have():
    parent = after({"lr": {"choices": [0.1, 1.0]}}, method="grid")
    search = extended(parent, {"lr": {"choices": [0.01, 0.1, 1.0]}})
    assert search.method is Method.GRID
    assert [(one.params["lr"], one.source) for one in search.design] == [
        *((0.1, "round-1"), (1.0, "round-1"), (0.01, None)),
    ]
    larger = extended(parent, {"lr": {"low": 0.01, "high": 1.0}})
    assert larger.method is Method.QUASI_RANDOM


def test_hardly_any_new_room_is_filled_up_with_other_points():
    parent = after({"lr": LR, "n": {"low": 1, "high": 20_000}}, trials=8)
    search = extended(parent, {"lr": LR, "n": {"low": 1, "high": 20_000.001}})
    assert len(search.design) == 12


def test_a_switch_that_is_off_was_there_before():
    decay = {"low": 1e-4, "high": 1e-2, "log": True, "switch": True}
    parent = after({"lr": LR, "decay": decay}, trials=16)
    search = extended(parent, {"lr": LR, "decay": {**decay, "high": 1.0}})
    assert all(trial.params["decay"] > 1e-2 for trial in search.design if not trial.source)


def test_a_wider_range_without_a_new_trial_is_refused():
    asked = {"extends": "round-1", "trials": 8, "method": "quasi_random"}
    with pytest.raises(ConfigError, match="larger than in round-1, and all 8 trials are old ones"):
        extended(after({"lr": LR}, trials=8), {"lr": {**LR, "low": 1e-5}}, search=asked)


def test_a_search_whose_points_are_all_there_gets_none():
    asked = {"extends": "round-1", "trials": 8, "method": "quasi_random"}
    design = extended(after({"lr": LR}, trials=8), {"lr": LR}, search=asked).design
    assert all(trial.source for trial in design)


def test_a_new_variant_gets_the_whole_space():
    parent = after(RECIPES)
    three = {**RECIPES, "optimizer": {**OPTIMIZER, "choices": ["sgd", "adam", "lion"]}}
    search = extended(parent, three)
    lion = [trial for trial in search.design if trial.variant == "lion"]
    assert len(lion) == search.trials
    assert not any(trial.source for trial in lion)


def test_a_search_that_learns_gets_the_old_trials_only():
    parent = after({"lr": LR}, trials=16)
    search = extended(
        parent, {"lr": {**LR, "low": 1e-5}}, search={"extends": "round-1", "method": "tpe"}
    )
    assert len(search.design) == 16
    assert search.trials == 24
    assert search.n_runs == 8


def test_more_trials_may_be_asked_for():
    parent = after({"lr": LR}, trials=16)
    asked = {"extends": "round-1", "trials": 40, "method": "quasi_random"}
    assert len(extended(parent, {"lr": LR}, search=asked).design) == 40


def test_a_study_that_was_itself_extended_names_the_first_source():
    parent = after({"lr": LR}, trials=8, change=lambda one: went(one, source="round-0"))
    search = extended(parent, {"lr": LR})
    assert {trial.source for trial in search.design} == {"round-0", None}


def test_other_seeds_make_other_trials():
    parent = after({"lr": LR}, trials=8)
    search = extended(parent, {"lr": LR}, search={"extends": "round-1", "seeds": 2})
    assert not any(trial.source for trial in search.design)


def test_the_winners_get_seeds_that_no_run_of_the_parent_has_used():
    parent = after(RECIPES)
    plan = build_plan(
        study(WIDER, search={"extends": "round-1"}), code=(), trial="t.py:f", extended=parent
    )
    assert plan.seeds == (30, 31, 32, 33)
    assert plan.search.extends == "round-1"
    earlier = replace(parent, first_seed=0)
    plan = build_plan(
        study(WIDER, search={"extends": "round-1"}), code=(), trial="t.py:f", extended=earlier
    )
    assert plan.seeds == (4, 5, 6, 7)


def planned(parent=None, *, trial="t.py:f", digest="a", **more):
    code = (CodeFile(path="t.py", digest=digest),)
    if parent is not None:
        more["search"] = {"extends": "round-1", **more.get("search", {})}
    return build_plan(study({"lr": LR}, **more), code=code, trial=trial, extended=parent)


def earlier(**more):
    return replace(after({"lr": LR}, trials=8), plan=planned(**more))


def test_trials_of_the_same_code_are_taken_over_without_a_word():
    parent = earlier()
    plan = planned(parent)
    assert measured_alike(plan, parent) == plan
    assert measured_alike(plan, replace(parent, plan=None)) == plan
    assert measured_alike(planned(), parent) == planned()


def test_a_study_that_searches_nothing_takes_no_trials():
    plain = replace(planned(), search=None)
    assert measured_alike(plain, earlier()) == plain


def test_trials_of_other_code_are_a_caveat():
    parent = earlier(digest="b")
    caveat = measured_alike(planned(parent), parent).search.caveats[-1]
    assert caveat.startswith("8 trials taken over from round-1 ran with other code")


def test_other_code_is_no_caveat_where_no_trial_is_taken_over():
    parent = earlier(digest="b")
    plan = planned(parent, config={"optimizer": "adam"})
    assert measured_alike(plan, parent) == plan


@pytest.mark.parametrize(
    ("was", "said"),
    [
        ({"trial": "t.py:g"}, "have t.py:g as their trial, and this study has t.py:f"),
        ({"metric": {"name": "val/f1", "goal": "maximize"}}, "have val/f1 .maximize. as their m"),
        ({"metric": {"name": "val/accuracy", "goal": "minimize"}}, "have val/accuracy .minimize."),
        ({"search": {"objectives": {"val/loss": "minimize"}}}, "val/loss .minimize. as their obj"),
    ],
)
def test_trials_that_measured_something_else_are_refused(was, said):
    parent = earlier(**was)
    with pytest.raises(ConfigError, match=said):
        measured_alike(planned(parent), parent)


def test_a_study_with_other_variants_can_take_nothing_over():
    with pytest.raises(
        ConfigError, match="round-1 searched sgd, adam, and this study searches tun"
    ):
        extended(after(RECIPES), {"lr": LR})


def test_one_variant_of_replicated_searches_has_no_single_winner():
    with pytest.raises(ConfigError, match="searched each variant 4 times, and a claim about conf"):
        extended(after(RECIPES), {"lr": LR, "m": RECIPES["m"]}, variants={"sgd": {}})
