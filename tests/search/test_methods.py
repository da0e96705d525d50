import importlib.util

import optuna
import pytest

from trialist.search.methods import Asked, made
from trialist.values.errors import MissingExtraError
from trialist.values.searchplan import Method
from trialist.values.space import Arm, Parameter

LR = Parameter(name="lr", low=1e-4, high=1.0)
CHOICE = Parameter(name="norm", choices=("batch", "layer"))


def asked(*parameters: Parameter, **more: int) -> Asked:
    given = {"seed": 3, "n_trials": 100, **more}
    return Asked(arm=Arm(variant="a", parameters=parameters or (LR,)), **given)


def test_gives_the_sampler_of_each_method_with_what_it_rests_on() -> None:
    found = made(Method.TPE, asked())
    assert isinstance(found.sampler, optuna.samplers.TPESampler)
    assert found.versions["optuna"] == optuna.__version__
    assert (found.complete, found.categories) == (False, True)
    assert isinstance(made(Method.NSGA_II, asked()).sampler, optuna.samplers.NSGAIISampler)


def test_cma_es_knows_no_choices() -> None:
    pytest.importorskip("cmaes")
    found = made(Method.CMA_ES, asked(LR, CHOICE))
    assert (found.complete, found.categories) == (True, False)
    assert "cmaes" in found.versions


def test_conditions_are_searched_in_groups() -> None:
    switched = Parameter(name="decay", low=0.0, high=1.0, switch=True)
    assert made(Method.TPE, asked(LR, switched)).sampler._group
    assert not made(Method.TPE, asked(LR)).sampler._group


@pytest.mark.parametrize(("n_trials", "population"), [(20, 8), (100, 20), (1000, 50)])
def test_a_population_has_some_generations(n_trials, population) -> None:
    sampler = made(Method.NSGA_II, asked(n_trials=n_trials)).sampler
    assert sampler.population_size == population


def test_names_the_extra_that_is_missing(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="cma_es needs cmaes") as caught:
        made(Method.CMA_ES, asked())
    assert "trialist[search]" in caught.value.mistakes[0].todo
