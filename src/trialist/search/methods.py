"""Optuna's sampler for each adaptive method, with the settings that we give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from optuna import samplers
from optuna.samplers import BaseSampler

from trialist.search.conditions import Conditions
from trialist.search.optunasampler import quiet
from trialist.search.refusals import NEEDS, missing_of
from trialist.values.errors import MissingExtraError
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
    """

    arm: Arm
    seed: int
    n_trials: int


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
        MissingExtraError: If it needs a library that is not installed.
    """
    for name in missing_of(method):
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
        versions={name: version(name) for name in ("optuna", "numpy", *NEEDS.get(method, ()))},
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
