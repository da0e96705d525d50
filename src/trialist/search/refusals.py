"""What a search cannot do as it is planned: all of it, before the first trial runs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping

from trialist.search.pbt import PopulationSettings
from trialist.search.rungs import rungs_of
from trialist.values.errors import ConfigError, Mistake
from trialist.values.searchplan import Method, SearchPlan

NEEDS: Mapping[Method, tuple[str, ...]] = {
    Method.GP: ("scipy", "torch"),
    Method.CMA_ES: ("cmaes",),
}
"""The libraries that a method needs beside Optuna: `pip install 'trialist[search]'`."""

_MANY = (Method.NSGA_II, Method.TPE, Method.GP)
_METHOD, _PRUNER = "search.method", "search.pruner"


def refusals(
    search: SearchPlan, *, warmup: int = 0, budget: int | None = None
) -> tuple[Mistake, ...]:
    """Give all that stands against the searches of a plan; empty where they can begin.

    Args:
        search: The searches.
        warmup: The last step of the learning rate's warm-up, the longest of all variants.
        budget: The steps of a trial; None where they are unknown.
    """
    return (
        *_missing(search),
        *_of_goals(search),
        *_of_cma_es(search),
        *_of_options(search),
        *_of_population(search, budget),
        *_of_pruner(search, warmup),
    )


def _missing(search: SearchPlan) -> Iterator[Mistake]:
    for name in missing_of(search.method):
        yield Mistake(
            message=f"the search method {search.method.value} needs {name}, which is not installed",
            where=_METHOD,
            todo="pip install 'trialist[search]', or choose the method tpe",
        )


def missing_of(method: Method) -> tuple[str, ...]:
    """Give the libraries that a method needs and that are not installed."""
    return tuple(name for name in NEEDS.get(method, ()) if importlib.util.find_spec(name) is None)


def _of_goals(search: SearchPlan) -> Iterator[Mistake]:
    if not search.objectives:
        return
    n = 1 + len(search.objectives)
    if search.method.is_adaptive and search.method not in _MANY:
        yield Mistake(
            message=f"the search method {search.method.value} searches for one goal, not for {n}",
            where=_METHOD,
            todo="choose nsga_ii or tpe, or leave out search.objectives",
        )
    if search.pruner is not None:
        yield Mistake(
            message=f"trials are compared by one goal at rungs, and this search has {n}: it would "
            "cut those that are good by another one",
            where=_PRUNER,
            todo="write pruner: none, or leave out search.objectives",
        )


def _of_cma_es(search: SearchPlan) -> Iterator[Mistake]:
    if search.method is not Method.CMA_ES:
        return
    for arm in search.searched:
        if not any(one.is_numeric or one.ordered for one in arm.parameters):
            yield Mistake(
                message=f"CMA-ES searches ranges, and '{arm.variant}' has only choices without an "
                "order",
                where=_METHOD,
                todo="choose tpe, or grid where there are few choices",
            )


def _of_options(search: SearchPlan) -> Iterator[Mistake]:
    if search.options and search.method is not Method.PBT:
        names = ", ".join(map(repr, search.options))
        yield Mistake(
            message=f"search.options names {names}, and the search method {search.method.value} "
            "is told nothing more",
            where="search.options",
            todo="leave it out; only pbt has options",
        )


def _of_population(search: SearchPlan, budget: int | None) -> Iterator[Mistake]:
    if search.method is not Method.PBT:
        return
    if search.pruner is not None:
        yield Mistake(
            message="a population replaces its worst members itself, and a pruner would end them",
            where=_PRUNER,
            todo="write pruner: none",
        )
    try:
        settings = PopulationSettings.from_options(search.options)
    except ConfigError as error:
        yield from error.mistakes
        return
    if budget is not None and not settings.round_steps(budget):
        yield Mistake(
            message=f"a population meets every {settings.interval} steps, and a trial ends at "
            f"{budget}: its members would train beside each other",
            where="search.options",
            todo=f"make interval smaller, for example {max(budget // 5, 1)}",
        )


def _of_pruner(search: SearchPlan, warmup: int) -> Iterator[Mistake]:
    if search.pruner is None or search.pruner.name == "wandb":
        return
    try:
        rungs_of(search.pruner, warmup=warmup)
    except ConfigError as error:
        yield from error.mistakes
