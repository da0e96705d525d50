import importlib.util

import pytest

from trialist.search.refusals import refusals
from trialist.values.searchplan import Method, Pruner
from trialist.values.space import Arm, Parameter

LR = Parameter(name="lr", low=0.0, high=1.0)
KIND = Parameter(name="kind", choices=("a", "b"))
TWO = {"val/latency": "minimize"}
ASHA = Pruner(name="asha", resource=100)
BASELINE = Arm(variant="baseline")


def said(plan_of, method: Method, *parameters: Parameter, **more: object) -> list[str]:
    known = {name: more.pop(name) for name in ("warmup", "budget") if name in more}
    arm = Arm(variant="sgd", parameters=parameters or (LR,))
    return [one.message for one in refusals(plan_of(arm, method, **more), **known)]


@pytest.mark.parametrize("method", [one for one in Method if one is not Method.PBT])
def test_a_sound_search_begins(plan_of, method) -> None:
    if method is Method.GP:
        pytest.importorskip("torch")
    if method is Method.CMA_ES:
        pytest.importorskip("cmaes")
    assert said(plan_of, method, LR, KIND, pruner=ASHA) == []
    assert said(plan_of, method, pruner=Pruner(name="wandb", rungs=(3,))) == []
    assert said(plan_of, Method.PBT, options={"interval": 20}, budget=100) == []


@pytest.mark.parametrize("method", [Method.TPE, Method.NSGA_II, Method.QUASI_RANDOM])
def test_these_search_for_several_goals(plan_of, method) -> None:
    assert said(plan_of, method, objectives=TWO) == []


def test_others_search_for_one(plan_of) -> None:
    pytest.importorskip("cmaes")
    found = said(plan_of, Method.CMA_ES, objectives=TWO)
    assert found == ["the search method cma_es searches for one goal, not for 2"]
    found = said(plan_of, Method.PBT, objectives=TWO, options={"interval": 20})
    assert found == ["the search method pbt searches for one goal, not for 2"]


def test_several_goals_are_not_pruned(plan_of) -> None:
    (found,) = said(plan_of, Method.RANDOM, objectives=TWO, pruner=ASHA)
    assert found.startswith("trials are compared by one goal at rungs, and this search has 2")


def test_cma_es_needs_a_range_or_an_order(plan_of) -> None:
    pytest.importorskip("cmaes")
    ordered = Parameter(name="width", choices=(16, 32), ordered=True)
    assert said(plan_of, Method.CMA_ES, KIND, ordered) == []
    assert said(plan_of, Method.CMA_ES, KIND) == [
        "CMA-ES searches ranges, and 'sgd' has only choices without an order"
    ]


def test_options_that_nobody_reads_are_refused(plan_of) -> None:
    (found,) = said(plan_of, Method.TPE, options={"n_startup": 3})
    assert "names 'n_startup', and the search method tpe is told nothing more" in found


def test_a_population_must_meet_and_is_not_pruned(plan_of) -> None:
    (found,) = said(plan_of, Method.PBT)
    assert found.endswith("training: interval is missing, the steps between two rounds")
    found = said(plan_of, Method.PBT, options={"interval": 100}, budget=100, pruner=ASHA)
    assert [one[:40] for one in found] == [
        "a population replaces its worst members ",
        "a population meets every 100 steps, and ",
    ]


def test_rungs_need_a_place(plan_of) -> None:
    assert said(plan_of, Method.TPE, pruner=ASHA, warmup=50) == [
        "the first rung of the pruner asha lies at step 100, and a trial ends at 100"
    ]
    assert len(said(plan_of, Method.TPE, pruner=Pruner(name="asha"))) == 1


def test_an_arm_without_parameters_is_not_searched(plan_of) -> None:
    pytest.importorskip("cmaes")
    assert refusals(plan_of(BASELINE, Method.CMA_ES)) == ()


def test_names_every_missing_library(plan_of, monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert said(plan_of, Method.GP) == [
        "the search method gp needs scipy, which is not installed",
        "the search method gp needs torch, which is not installed",
    ]
