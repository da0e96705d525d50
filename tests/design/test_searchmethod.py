"""The method by budget: its thresholds, and what is said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.searchmethod import ChosenMethod, method_for
from trialist.values.searchplan import Method, Tuned


def of(trials: int, n_parameters: int = 2, *, has_steps: bool = True) -> ChosenMethod:
    return method_for(trials, n_parameters, claim=Tuned.CONFIGURATION, has_steps=has_steps)


@pytest.mark.parametrize(
    ("trials", "method", "pruner"),
    [
        (2, Method.QUASI_RANDOM, "none"),
        (19, Method.QUASI_RANDOM, "none"),
        (20, Method.TPE, "none"),
        (100, Method.TPE, "none"),
        (101, Method.TPE, "asha"),
    ],
)
def test_the_budget_decides_the_method(trials: int, method: Method, pruner: str) -> None:
    found = of(trials)
    assert (found.method, found.pruner_name) == (method, pruner)


def test_without_steps_nothing_is_ended_early_and_the_key_is_named() -> None:
    found = of(200, has_steps=False)
    assert found.pruner_name == "none"
    assert "set budget.max_train_steps" in found.why


@given(trials=st.integers(2, 1000), n_parameters=st.integers(1, 12), has_steps=st.booleans())
def test_a_recipe_is_searched_evenly_at_every_budget(
    trials: int, n_parameters: int, has_steps: bool
) -> None:
    found = method_for(trials, n_parameters, claim=Tuned.RECIPE, has_steps=has_steps)
    assert (found.method, found.pruner_name) == (Method.QUASI_RANDOM, "none")
    assert "share their points" in found.why


def test_a_sampled_scientific_parameter_is_searched_evenly_at_every_budget() -> None:
    found = method_for(200, 2, claim=Tuned.CONFIGURATION, has_steps=True, samples_scientific=True)
    assert (found.method, found.pruner_name) == (Method.QUASI_RANDOM, "none")
    assert "whole range" in found.why


@pytest.mark.parametrize(
    ("trials", "n_parameters", "most"),
    [(15, 2, None), (15, 3, 2), (16, 3, None), (19, 4, 3), (20, 9, None)],
)
def test_few_trials_are_for_the_most_important_parameters(
    trials: int, n_parameters: int, most: int | None
) -> None:
    found = of(trials, n_parameters)
    assert found.most_important == most


@pytest.mark.parametrize("trials", [8, 40, 150])
def test_why_is_whole_sentences(trials: int) -> None:
    assert of(trials).why.endswith(".")
    assert str(trials) in of(trials).why
