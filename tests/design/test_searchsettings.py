from trialist.design.searchsettings import (
    budget_of,
    budget_problems,
    settings_problems,
    steps_of,
    with_steps,
)
from trialist.values.searchsettings import Budget, SearchSettings


def test_the_steps_are_those_of_the_budget_or_of_config():
    assert steps_of(Budget(max_train_steps=5), {}) == 5
    assert steps_of(None, {"max_train_steps": 7}) == 7
    assert steps_of(Budget(runs=3), {"max_train_steps": True}) is None
    assert steps_of(None, {}) is None


def test_the_budget_goes_into_the_configuration():
    assert with_steps(Budget(max_train_steps=5), {"lr": 1}) == {"lr": 1, "max_train_steps": 5}
    assert with_steps(Budget(runs=3), {"lr": 1}) == {"lr": 1}
    assert with_steps(None, {"lr": 1}) == {"lr": 1}


def test_a_budget_that_cannot_be_read_is_none():
    assert budget_of({}) is None
    assert budget_of({"budget": None}) is None
    assert budget_of({"budget": {"runs": 4}}) == Budget(runs=4)


def test_what_methods_are_called_elsewhere_is_known():
    for given, meant in (("bayesian", "tpe"), ("Sobol", "quasi_random"), ("cmaes", "cma_es")):
        (problem,) = settings_problems(SearchSettings(method=given))
        assert problem.todo.startswith(f"did you mean '{meant}'?")


def test_a_budget_without_sense_is_refused():
    wrong = Budget(max_train_steps=-1, runs=0, wall_clock=float("nan"))
    assert [one.message for one in budget_problems(wrong, {})] == [
        "budget.max_train_steps is -1, expected more than 0",
        "budget.runs is 0, expected more than 0",
        "budget.wall_clock is .nan, expected more than 0",
    ]


def test_a_price_that_is_no_number_is_refused():
    (problem,) = settings_problems(SearchSettings(price=float("inf")))
    assert problem.message == "search.price is .inf, expected a number from 0"
