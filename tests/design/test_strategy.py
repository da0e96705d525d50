"""How a space is searched, where the study leaves it open."""

import pytest

from trialist.design.strategy import default_trials, strategy_of
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.searchsettings import SearchSettings
from trialist.values.space import Arm, Parameter, Role


def arm(name, n):
    parameters = tuple(Parameter(name=f"p{k}", low=0.0, high=1.0) for k in range(n))
    return Arm(variant=name, parameters=parameters)


def chosen(n_parameters=2, n_arms=1, **settings):
    arms = [arm("baseline", 0)] if n_arms == 1 else []
    arms += [arm(f"a{k}", n_parameters) for k in range(n_arms)]
    return strategy_of(SearchSettings(**settings), arms)


@pytest.mark.parametrize(
    ("n", "trials"), [(1, 8), (2, 16), (3, 16), (4, 32), (5, 32), (6, 64), (20, 64)]
)
def test_more_parameters_get_more_trials(n, trials):
    assert default_trials(n) == trials


def test_the_method_follows_from_the_trials_of_one_search():
    assert chosen(trials=19).method is Method.QUASI_RANDOM
    assert chosen(trials=20).method is Method.TPE
    assert chosen(trials=400, replicates=4, n_arms=2).method is Method.QUASI_RANDOM
    assert chosen(trials=20).why.startswith("20 trials are enough for TPE")


def test_many_trials_end_early_where_they_have_steps():
    arms = [arm("baseline", 0), arm("tuned", 2)]
    many = SearchSettings(trials=101)
    assert strategy_of(many, arms, has_steps=True).pruner == "asha"
    assert strategy_of(many, arms).pruner == "none"
    told = SearchSettings(trials=101, method="tpe")
    assert strategy_of(told, arms, has_steps=True).pruner == "none"


def test_several_tuned_variants_are_recipes():
    found = chosen(n_arms=2)
    assert (found.tuned, found.replicates) == (Tuned.RECIPE, 4)
    assert chosen().tuned is Tuned.CONFIGURATION


def test_a_sampled_scientific_parameter_wants_even_trials():
    width = Parameter(name="width", low=8.0, high=64.0, role=Role.SCIENTIFIC)
    arms = [arm("baseline", 0), Arm(variant="searched", parameters=(width,))]
    assert strategy_of(SearchSettings(trials=50), arms).method is Method.QUASI_RANDOM


def test_trials_are_a_multiple_of_the_searches():
    found = chosen(n_arms=2, trials=30, replicates=4)
    assert (found.trials, found.replicates) == (32, 4)
    assert found.why.endswith("32 trials in place of 30: 4 searches of equal size.")


def test_what_is_said_holds():
    found = chosen(n_arms=2, method="random", claim="configuration", replicates=1)
    assert (found.method, found.tuned, found.trials, found.why) == (
        *(Method.RANDOM, Tuned.CONFIGURATION, 16, ""),
    )


def test_a_space_with_few_configurations_is_a_grid():
    arms = [arm("baseline", 0), arm("tuned", 2)]
    found = strategy_of(SearchSettings(), arms, n_grid=6)
    assert (found.method, found.trials) == (Method.GRID, 6)
    assert found.why == "Grid: there are 6 configurations, and each search tries every one."
    assert strategy_of(SearchSettings(), arms, n_grid=17).method is Method.QUASI_RANDOM
    assert strategy_of(SearchSettings(method="grid"), arms, n_grid=17).trials == 17
    assert strategy_of(SearchSettings(method="random"), arms, n_grid=6).method is Method.RANDOM


def test_a_study_that_goes_on_keeps_its_searches_and_its_method():
    arms = (arm("a", 2), arm("b", 2))
    before = SearchPlan(
        method=Method.RANDOM, arms=arms, trials=12, replicates=3, seed=0, tuned=Tuned.RECIPE
    )
    found = strategy_of(SearchSettings(), arms, earlier=before)
    assert (found.trials, found.replicates, found.method) == (18, 3, Method.RANDOM)
    assert found.why == "The method is that of the searches that these go on from."
    assert strategy_of(SearchSettings(method="tpe"), arms, earlier=before).method is Method.TPE
