"""What a plan says of its searches."""

import json

import pytest

from trialist.values.searchplan import (
    Method,
    PlannedTrial,
    Pruner,
    SearchPlan,
    Tuned,
    trial_name,
)
from trialist.values.space import Arm, Parameter, Role, Scale

LR = Parameter(
    name="lr", label="sgd.lr", low=1e-4, high=1.0, scale=Scale.LOG, when={"norm": ("batch", None)}
)
NORM = Parameter(name="norm", choices=("batch", None, [1, 2]), role=Role.SCIENTIFIC)


def trial(number, **more):
    given = {
        "variant": "sgd",
        "search": 0,
        "number": number,
        "units": (0.5,),
        "params": {"lr": 0.01},
        "config": {"lr": 0.01, "width": number},
        "seeds": (0, 1),
        **more,
    }
    return PlannedTrial(**given)


def plan(**more):
    arms = (
        Arm(variant="baseline", shares="baseline"),
        Arm(variant="sgd", parameters=(NORM, LR), shares="sgd"),
    )
    given = {
        "method": Method.QUASI_RANDOM,
        "arms": arms,
        "trials": 6,
        "replicates": 2,
        "seed": 0,
        "tuned": Tuned.RECIPE,
        "seeds_per_trial": 2,
        **more,
    }
    return SearchPlan(**given)


def test_it_is_read_back_as_it_was():
    search = plan(
        design=(trial(0), trial(1, source="earlier")),
        pruner=Pruner(name="asha", resource=600, rungs=(60, 180)),
        caveats=("Beware.",),
        options={"population": 8},
    )
    assert SearchPlan.from_dict(json.loads(json.dumps(search.to_dict()))) == search
    assert SearchPlan.from_dict(plan().to_dict()) == plan()


def test_the_runs_of_the_searches_are_counted():
    assert plan().n_runs == 6 * 2
    assert plan(design=(trial(0, source="earlier"), trial(1))).n_runs == 5 * 2
    taken = tuple(trial(number, source="earlier") for number in range(9))
    assert plan(design=taken).n_runs == 0


def test_every_search_has_seeds_of_its_own():
    assert [plan().seeds_of(search) for search in (0, 1)] == [(0, 1), (2, 3)]
    assert plan().n_search_seeds == 4
    assert plan().trials_per_search == 3


def test_arms_are_found_by_their_variant():
    assert [arm.variant for arm in plan().searched] == ["sgd"]
    assert plan().arm("baseline").parameters == ()


def test_a_trial_is_named_after_its_configuration():
    assert trial(0).name == trial_name("sgd", {"width": 0, "lr": 0.01})
    assert trial(0).name != trial(1).name
    assert trial(1).key == ("sgd", 0, 1)


@pytest.mark.parametrize("method", list(Method))
def test_methods_that_learn_are_told_apart(method):
    assert method.is_adaptive is (method.value not in ("grid", "random", "quasi_random"))
