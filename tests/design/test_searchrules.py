"""No space, however odd, gets past the rules and then breaks: it is refused, or it is a plan."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialist.design.protocol import build_plan
from trialist.design.searchrules import Asked, search_problems
from trialist.design.spaceentry import KEYS
from trialist.design.spacefile import Setting
from trialist.values.errors import ConfigError
from trialist.values.plan import Plan
from trialist.values.searchsettings import Budget, SearchSettings
from trialist.values.study import Study

NAMES = ("lr", "momentum", "model.width", "optimizer", "decay")
NUMBERS = st.sampled_from([0, 0.1, 0.5, 1, 2, 8, -1, 1e-4, 0.9])
PLAIN = NUMBERS | st.sampled_from([True, False, None, "sgd", "adam", "", [1, 2], {"a": 1}])
FITTING = {
    "role": st.sampled_from(["scientific", "nuisance", "fixed"]),
    "choices": st.lists(PLAIN, max_size=4),
    "probabilities": st.lists(NUMBERS, max_size=4),
    "low": NUMBERS,
    "high": NUMBERS,
    "step": NUMBERS,
    "scale": st.sampled_from(["linear", "log", "one_minus_log"]),
    "per": st.sampled_from(NAMES),
    "when": st.dictionaries(
        st.sampled_from(NAMES), PLAIN | st.lists(PLAIN, max_size=2), max_size=2
    ),
    "ranges": st.dictionaries(
        st.sampled_from(["sgd", "adam"]), st.fixed_dictionaries({"low": NUMBERS, "high": NUMBERS})
    ),
    "law": st.sampled_from(["uniform", "normal", "beta"]),
    "shape": st.lists(NUMBERS, min_size=2, max_size=2),
    "hard_low": NUMBERS,
    "hard_high": NUMBERS,
    "off": PLAIN,
    "fixed": PLAIN,
    "caveat": st.just("held"),
}
ANY = st.fixed_dictionaries({}, optional={key: FITTING.get(key, st.booleans()) for key in KEYS})
RANGE = st.fixed_dictionaries(
    {"low": NUMBERS, "high": NUMBERS},
    optional={key: FITTING.get(key, st.booleans())
              for key in ("scale", "integer", "step", "role", "per", "ranges", "when", "switch",
                          "hard_low", "hard_high", "off", "log")},
)  # fmt: skip
CHOICES = st.fixed_dictionaries(
    {"choices": FITTING["choices"]},
    optional={
        key: FITTING.get(key, st.booleans()) for key in ("role", "when", "ordered", "switch")
    },
)
HELD = st.fixed_dictionaries({"fixed": PLAIN})
SPACES = st.dictionaries(
    st.sampled_from(NAMES), RANGE | CHOICES | HELD | ANY, min_size=1, max_size=4
)
LIKELY_RANGE = st.fixed_dictionaries(
    {"low": st.sampled_from([0.1, 0.5]), "high": st.sampled_from([0.9, 0.75])},
    optional={
        "scale": FITTING["scale"],
        "per": st.just("optimizer"),
        "when": st.sampled_from([{"optimizer": "sgd"}, {"act": "relu"}, {"act": ["relu", "gelu"]}]),
        "switch": st.booleans(),
        "role": st.sampled_from(["scientific", "nuisance"]),
        "hard_low": st.just(0),
    },
)
LIKELY = st.fixed_dictionaries(
    {
        "optimizer": st.fixed_dictionaries(
            {"choices": st.sampled_from([["sgd", "adam"], ["adam", "sgd", "lion"]])},
            optional={"role": st.just("scientific"), "switch": st.booleans()},
        ),
        "lr": LIKELY_RANGE,
    },
    optional={
        "momentum": LIKELY_RANGE,
        "model.width": st.sampled_from([{"fixed": 8}, {"low": 1, "high": 4, "integer": True}]),
        "act": st.just({"choices": ["relu", "gelu"]}),
        "x": st.just({"law": "normal", "shape": [0, 1]}),
    },
)
SEARCHES = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["auto", "grid", "random", "tpe", "bayes"]),
        "trials": st.integers(0, 12),
        "replicates": st.integers(1, 3),
        "claim": st.sampled_from(["auto", "recipe", "configuration"]),
        "pruner": st.sampled_from(["none", "asha", {"name": "median"}]),
    },
)
VARIANTS = st.sampled_from(
    [{}, {"baseline": {}, "wide": {"model": {"width": 9}}}, {"sgd": {}, "adam": {"lr": 2}}]
)


@settings(max_examples=150)
@given(SPACES | LIKELY, SEARCHES, VARIANTS)
def test_a_space_is_refused_or_it_is_a_plan(space, search, variants):
    study = Study(
        trial="t.py:train",
        metric={"name": "val/accuracy", "goal": "maximize"},
        config={"lr": 0.1, "model": {"width": 8}},
        space=space,
        search=search,
        variants=variants,
    )
    plan = None
    with contextlib.suppress(ConfigError):
        plan = build_plan(study, code=(), trial="t.py:train")
    if plan is None:
        return
    assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    for trial in plan.search.design:
        assert len(trial.units) == len(plan.search.arm(trial.variant).parameters)
        assert set(trial.params) <= {one.name for one in plan.search.arm(trial.variant).parameters}


def problems(**asked):
    return [one.message for one in search_problems(Asked(**asked), Setting())]


def test_a_study_without_a_space_is_asked_for_its_budget_only():
    assert problems() == []
    assert problems(budget=Budget(runs=3)) == []
    assert problems(budget=Budget(runs=-3)) == ["budget.runs is -3, expected more than 0"]
    assert problems(search=SearchSettings()) == ["search has no space to search"]


@pytest.mark.parametrize(("replicates", "n"), [(None, 8), (3, 6)])
def test_a_grid_of_recipes_counts_all_its_searches(replicates, n):
    space = {
        "optimizer": {"choices": ["sgd", "adam"], "role": "scientific"},
        "lr": {"choices": [0.1, 1.0]},
    }
    search = SearchSettings(method="grid", trials=5, replicates=replicates)
    assert problems(space=space, search=search) == [
        f"the grid has {n} trials per variant, and search.trials is 5"
    ]
