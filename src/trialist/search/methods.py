"""Optuna's sampler for each adaptive method, with the settings that we give it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from optuna import samplers
from optuna.samplers import BaseSampler

from trialist.search.conditions import Conditions
from trialist.search.optunasampler import quiet
from trialist.values.errors import ConfigError, MissingExtraError
from trialist.values.searchplan import Method
from trialist.values.space import Arm

STARTUP_TRIALS = 10
"""Random trials before TPE and the Gaussian process look at values: Optuna's default."""

_LARGEST_POPULATION = 50  # Optuna's default
_SMALLEST_POPULATION = 8
_GENERATIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a method.

    Attributes:
        arm: What is searched.
        seed: The sampler's seed.
        n_trials: Trials of the search.
        n_goals: The metric, and the further objectives.
    """

    arm: Arm
    seed: int
    n_trials: int
    n_goals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A sampler of Optuna's, and what it can do.

    Attributes:
        sampler: The sampler.
        complete: True where it needs one space for all trials.
        categories: True where it knows choices.
        versions: The libraries that its proposals depend on.
    """

    sampler: BaseSampler
    complete: bool
    categories: bool
    versions: Mapping[str, str]


def made(method: Method, asked: Asked) -> Made:
    """Give Optuna's sampler for an adaptive `method`.

    Raises:
        ConfigError: If the method cannot search this space, or not for these goals.
        MissingExtraError: If it needs a library that is not installed.
    """
    needs = _NEEDS.get(method, ())
    for name in needs:
        if importlib.util.find_spec(name) is None:
            raise MissingExtraError(
                f"the search method {method.value} needs {name}, which is not installed",
                todo="pip install 'trialist[search]', or choose the method tpe",
            )
    with quiet():
        sampler = _MAKERS[method](asked)
    return Made(
        sampler=sampler,
        complete=method is not Method.TPE,
        categories=method is not Method.CMA_ES,
        versions={name: version(name) for name in ("optuna", "numpy", *needs)},
    )


def _tpe(asked: Asked) -> BaseSampler:
    return samplers.TPESampler(
        multivariate=True,
        group=Conditions(asked.arm).are_any,
        n_startup_trials=STARTUP_TRIALS,
        constant_liar=True,
        seed=asked.seed,
    )


def _gp(asked: Asked) -> BaseSampler:
    return samplers.GPSampler(
        n_startup_trials=STARTUP_TRIALS, deterministic_objective=False, seed=asked.seed
    )


def _cma_es(asked: Asked) -> BaseSampler:
    if asked.n_goals > 1:
        raise ConfigError(
            f"CMA-ES searches for one goal, not for {asked.n_goals}",
            where="search.method",
            todo="choose the method nsga_ii or tpe, or leave out search.objectives",
        )
    if not any(one.is_numeric or one.ordered for one in asked.arm.parameters):
        raise ConfigError(
            f"CMA-ES searches ranges, and '{asked.arm.variant}' has only choices without an order",
            where="search.method",
            todo="choose the method tpe, or grid where there are few choices",
        )
    return samplers.CmaEsSampler(warn_independent_sampling=False, seed=asked.seed)


def _nsga_ii(asked: Asked) -> BaseSampler:
    population = min(max(asked.n_trials // _GENERATIONS, _SMALLEST_POPULATION), _LARGEST_POPULATION)
    return samplers.NSGAIISampler(population_size=population, seed=asked.seed)


_MAKERS: Mapping[Method, Callable[[Asked], BaseSampler]] = {
    Method.TPE: _tpe,
    Method.GP: _gp,
    Method.CMA_ES: _cma_es,
    Method.NSGA_II: _nsga_ii,
}
_NEEDS: Mapping[Method, tuple[str, ...]] = {
    Method.GP: ("scipy", "torch"),
    Method.CMA_ES: ("cmaes",),
}
