"""What a study says of its search and of its budget: the values that cannot be used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from trialist.design.pruners import pruner_of
from trialist.design.schema import shown
from trialist.design.spacefile import STEPS
from trialist.design.spaceproblem import SpaceProblem
from trialist.design.spacevalues import is_number
from trialist.values.errors import near
from trialist.values.metric import Goal
from trialist.values.searchplan import Method, Tuned
from trialist.values.searchsettings import AUTO, Budget, SearchSettings
from trialist.values.study import Config

MOST_TRIALS = 100_000

_NAMES: Mapping[str, tuple[str, ...]] = {
    "method": (AUTO, *(one.value for one in Method)),
    "claim": (AUTO, *(one.value for one in Tuned)),
}
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(("sobol", "halton", "qmc", "quasi-random"), Method.QUASI_RANDOM.value),
    "bayes": Method.TPE.value,
    "cmaes": Method.CMA_ES.value,
    "nsga2": Method.NSGA_II.value,
}
"""What methods are called elsewhere."""

_COUNTS = ("trials", "replicates", "seeds")


def settings_problems(
    settings: SearchSettings, *, metric: str | None = None, steps: int | None = None
) -> tuple[SpaceProblem, ...]:
    """Give what is wrong with `search`, apart from the space that it searches.

    Args:
        settings: What the study says.
        metric: The goal metric's name.
        steps: The steps of every trial, where something says them.
    """
    return (
        *_name_problems(settings),
        *_count_problems(settings),
        *_objective_problems(settings, metric),
        *(() if settings.pruner == AUTO else pruner_of(settings.pruner, steps)[1]),
    )


def budget_of(values: Mapping[str, Any]) -> Budget | None:
    """Give the budget of a study file, as far as it could be read; None where it has none."""
    given = values.get("budget")
    return Budget(**given) if given else None


def steps_of(budget: Budget | None, config: Config) -> int | None:
    """Give the steps of every run, from the budget or the configuration; None: nothing says."""
    if budget is not None and budget.max_train_steps is not None:
        return budget.max_train_steps
    given: Any = config.get(STEPS)
    return given if isinstance(given, int) and not isinstance(given, bool) and given > 0 else None


def with_steps(budget: Budget | None, config: Config) -> Config:
    """Give the configuration with the steps of the budget in it."""
    if budget is None or budget.max_train_steps is None:
        return config
    return {**config, STEPS: budget.max_train_steps}


def budget_problems(budget: Budget, config: Config) -> Iterator[SpaceProblem]:
    """Give what is wrong with `budget`."""
    for key in (STEPS, "runs", "wall_clock"):
        value = getattr(budget, key)
        if value is not None and not (is_number(value) and value > 0):
            message = f"budget.{key} is {shown(value)}, expected more than 0"
            yield SpaceProblem(place=("budget", key), message=message, todo="leave it out")
    here = config.get(STEPS, budget.max_train_steps)
    if budget.max_train_steps is not None and here != budget.max_train_steps:
        message = f"budget.{STEPS} is {budget.max_train_steps}, and config.{STEPS} is {shown(here)}"
        yield SpaceProblem(place=("budget", STEPS), message=message, todo="keep one of them")


def _name_problems(settings: SearchSettings) -> Iterator[SpaceProblem]:
    for key, known in _NAMES.items():
        value = getattr(settings, key)
        if value not in known:
            message = f"search.{key} is {shown(value)}"
            meant = _MEANT.get(value.lower().removesuffix("ian"))
            listed = ", ".join(known)
            todo = f"did you mean '{meant}'? (known: {listed})" if meant else near(value, known)
            yield SpaceProblem(place=("search", key), message=message, todo=todo)


def _count_problems(settings: SearchSettings) -> Iterator[SpaceProblem]:
    for key in _COUNTS:
        value = getattr(settings, key)
        if value is not None and not 1 <= value <= MOST_TRIALS:
            message = f"search.{key} is {value}, expected 1 to {MOST_TRIALS:,}"
            yield SpaceProblem(place=("search", key), message=message, todo="leave it out")
    if settings.trials and settings.replicates and 0 < settings.trials < settings.replicates:
        message = f"{settings.trials} trials cannot be {settings.replicates} searches"
        todo = "trials are those of all searches of a variant: give several for each"
        yield SpaceProblem(place=("search", "trials"), message=message, todo=todo)
    if settings.seed < 0:
        message = f"search.seed is {settings.seed}, expected a number from 0"
        yield SpaceProblem(place=("search", "seed"), message=message, todo="leave it out")
    if not (math.isfinite(settings.price) and settings.price >= 0):
        message = f"search.price is {shown(settings.price)}, expected a number from 0"
        todo = "give the least gain for which the change is adopted, in the metric's unit"
        yield SpaceProblem(place=("search", "price"), message=message, todo=todo)


def _objective_problems(settings: SearchSettings, metric: str | None) -> Iterator[SpaceProblem]:
    goals = [one.value for one in Goal]
    for name, goal in settings.objectives.items():
        place = ("search", "objectives", name)
        if name == metric:
            message = f"{name} is the goal metric already"
            todo = "name further metrics only"
            yield SpaceProblem(place=place, message=message, todo=todo, of_key=True)
        if goal not in goals:
            message = f"search.objectives: the goal of {name} is {shown(goal)}"
            yield SpaceProblem(place=place, message=message, todo=near(str(goal), goals))
    if settings.objectives and settings.pruner not in (AUTO, "none"):
        message = "a search with several objectives cannot end trials early"
        todo = "leave pruner or objectives out: which trial is behind depends on the objective"
        yield SpaceProblem(place=("search", "pruner"), message=message, todo=todo)
