"""Everything that is wrong with a study's space, search and budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.design.arms import Arms, arms_of
from trialist.design.halton import MOST_DIMENSIONS
from trialist.design.searchsettings import budget_problems, settings_problems, steps_of
from trialist.design.spacefile import Setting, read_space
from trialist.design.spaceproblem import SpaceProblem
from trialist.design.spacerules import space_problems
from trialist.design.strategy import RECIPE_SEARCHES
from trialist.design.trialdesign import grid_size
from trialist.values.searchplan import Method, Tuned
from trialist.values.searchsettings import AUTO, Budget, SearchSettings
from trialist.values.study import Config, SeedRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a study its searches follow from.

    Attributes:
        space: What is searched, as it is written.
        search: How.
        config: The baseline configuration, without what the budget says.
        budget: With what.
        metric: The goal metric's name; None where it is not known.
        seeds: The seeds of the study.
    """

    space: Mapping[str, Any] = field(default_factory=dict)
    search: SearchSettings | None = None
    config: Config = field(default_factory=dict)
    budget: Budget | None = None
    metric: str | None = None
    seeds: SeedRange | int | tuple[int, ...] = field(default_factory=SeedRange)


def search_problems(study: Asked, setting: Setting) -> tuple[SpaceProblem, ...]:
    """Give everything that is wrong with a study's space, search and budget.

    Args:
        study: The study.
        setting: What its space stands in.
    """
    found: list[SpaceProblem] = []
    if study.budget is not None:
        found += budget_problems(study.budget, study.config)
    if not study.space:
        if study.search is not None:
            message = "search has no space to search"
            todo = "add space: {lr: {low: 1e-4, high: 1.0, log: true}}, or leave search out"
            found.append(SpaceProblem(place=("search",), message=message, todo=todo, of_key=True))
        return tuple(found)
    settings = study.search or SearchSettings()
    steps = steps_of(study.budget, setting.config)
    of_settings = settings_problems(settings, metric=study.metric, steps=steps)
    space = read_space(study.space)
    of_space = space_problems(space, setting)
    found += (*of_space, *of_settings)
    if not found:
        found += _together(study, settings, arms_of(space, setting))
    return tuple(found)


def _together(study: Asked, settings: SearchSettings, made: Arms) -> Iterator[SpaceProblem]:
    """Give what is wrong with a search of this space, where both are right by themselves."""
    searched = [arm for arm in made.arms if arm.parameters]
    if not searched:
        message = "every variant sets all that is in the space: nothing is searched"
        todo = "leave in `variants` what makes them differ only"
        yield SpaceProblem(place=("space",), message=message, todo=todo, of_key=True)
        return
    for arm in searched:
        if len(arm.parameters) > MOST_DIMENSIONS:
            message = f"{arm.variant} has {len(arm.parameters)} parameters to search"
            todo = f"{MOST_DIMENSIONS} are the most; hold the others"
            yield SpaceProblem(place=("space",), message=message, todo=todo, of_key=True)
    is_recipe = settings.claim == Tuned.RECIPE or (settings.claim == AUTO and len(searched) > 1)
    if is_recipe:
        yield from _recipe_problems(study, settings, len(searched))
    else:
        yield from _configuration_problems(study, settings)
    if settings.method == Method.GRID:
        yield from _grid_problems(settings, made)


def _recipe_problems(
    study: Asked, settings: SearchSettings, n_searched: int
) -> Iterator[SpaceProblem]:
    replicates = settings.replicates or RECIPE_SEARCHES
    if n_searched < 2:
        message = "a claim about recipes needs two variants that are tuned, and one is"
        todo = "leave search.claim out: the verdict is about the configuration that is found"
        yield SpaceProblem(place=("search", "claim"), message=message, todo=todo)
    elif study.seeds not in (SeedRange(), replicates):
        message = "seeds says how often each winner is run, and the searches say that already"
        todo = (
            "leave seeds out and set search.replicates: the winner of each search is run once; "
            "or set search.claim: configuration"
        )
        yield SpaceProblem(place=("seeds",), message=message, todo=todo, of_key=True)


def _configuration_problems(study: Asked, settings: SearchSettings) -> Iterator[SpaceProblem]:
    if (settings.replicates or 1) > 1:
        message = "a configuration is the winner of one search, and search.replicates is "
        todo = "leave replicates out; a claim about recipes needs two variants that are tuned"
        yield SpaceProblem(
            place=("search", "replicates"), message=f"{message}{settings.replicates}", todo=todo
        )
    seeds, n = study.seeds, settings.seeds
    used = [seed for seed in seeds if seed < n] if isinstance(seeds, tuple) else []
    if used:
        message = f"seeds names {used[0]}, which the search uses: a winner needs fresh seeds"
        todo = f"name seeds from {n} on, or say how many you want"
        yield SpaceProblem(place=("seeds",), message=message, todo=todo)


def _grid_problems(settings: SearchSettings, made: Arms) -> Iterator[SpaceProblem]:
    sizes: dict[str, int] = {}
    for arm in made.arms:
        for one in arm.parameters:
            if not one.choices:
                message = f"a grid needs choices, and {one.name} is a range"
                todo = f"list its values: {one.name}: {{choices: [...]}}, or choose another method"
                yield SpaceProblem(
                    place=("space", one.name), message=message, todo=todo, of_key=True
                )
                return
        size = grid_size(arm)
        if size is not None and arm.parameters:
            sizes[arm.variant] = size
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} {n}" for name, n in sizes.items())
        message = f"the grids of the variants differ in size: {said}"
        todo = "a fair comparison gives each variant the same number of trials"
        yield SpaceProblem(place=("search", "method"), message=message, todo=todo)
    asked, n = settings.trials, max(sizes.values()) * (settings.replicates or 1)
    is_recipe = len(sizes) > 1 and settings.claim != Tuned.CONFIGURATION
    if settings.replicates is None and is_recipe:
        n *= RECIPE_SEARCHES
    if asked is not None and asked != n:
        message = f"the grid has {n} trials per variant, and search.trials is {asked}"
        yield SpaceProblem(place=("search", "trials"), message=message, todo="leave trials out")
