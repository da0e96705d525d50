"""The sampler of one search of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trialist.search.conditions import Conditions
from trialist.search.designed import DesignedSampler
from trialist.search.protocol import Proposal, Sampler
from trialist.search.refusals import refusals
from trialist.stats.unitscale import value_at
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method, SearchPlan
from trialist.values.space import Arm


def sampler_for(search: SearchPlan, arm: Arm, replicate: int, metric: Metric) -> Sampler:
    """Give the sampler of one search: those trials of the plan's design, or a method of Optuna's.

    A sampler's seed follows from the plan's seed and the replicate alone, so variants that are
    tuned over the same parameters begin with the same trials. PBT's sampler gives the members of
    its population, as they begin.

    Args:
        search: The searches of the plan.
        arm: What the variant is tuned over.
        replicate: Which of its searches, from 0.
        metric: The goal metric; the further objectives come from `search`.

    Raises:
        ConfigError: If the search cannot begin as it is planned: see `refusals`.
    """
    if against := refusals(search):
        raise ConfigError.of(against)
    if search.method is Method.PBT:
        return DesignedSampler(_members(search, arm, replicate))
    if not search.method.is_adaptive:
        return DesignedSampler(_planned(search, arm, replicate))
    return _adaptive(search, arm, replicate, metric)


def seed_of(search: SearchPlan, replicate: int) -> int:
    """Give the seed of one replicate's samplers: the same for every variant.

    Example:
        >>> from trialist.values.searchplan import Tuned
        >>> plan = SearchPlan(
        ...     method=Method.TPE, arms=(), trials=8, replicates=2, seed=0, tuned=Tuned.RECIPE
        ... )
        >>> seed_of(plan, 0), seed_of(plan, 1)
        (2968811710, 3964924996)
    """
    return int(_sequence(search, replicate).generate_state(1)[0])


def _sequence(search: SearchPlan, replicate: int) -> np.random.SeedSequence:
    return np.random.SeedSequence([search.seed, replicate])


def _planned(search: SearchPlan, arm: Arm, replicate: int) -> list[Proposal]:
    return [
        Proposal(number=trial.number, params=trial.params, units=trial.units)
        for trial in search.design
        if trial.variant == arm.variant and trial.search == replicate
    ]


def _members(search: SearchPlan, arm: Arm, replicate: int) -> list[Proposal]:
    rng = np.random.default_rng(_sequence(search, replicate))
    points = rng.random((search.trials_per_search, len(arm.parameters))).tolist()
    conditions = Conditions(arm)
    return [_at(arm, conditions, number, units) for number, units in enumerate(points)]


def _at(arm: Arm, conditions: Conditions, number: int, units: list[float]) -> Proposal:
    values = {
        one.name: value_at(one, unit) for one, unit in zip(arm.parameters, units, strict=True)
    }
    return Proposal(number=number, params=conditions.present(values), units=tuple(units))


def _adaptive(search: SearchPlan, arm: Arm, replicate: int, metric: Metric) -> Sampler:
    # Optuna takes a second to import: a search over a design never pays for it.
    from trialist.search.dimensions import Dimensions
    from trialist.search.methods import Asked, made
    from trialist.search.optunasampler import OptunaSampler

    goals = (metric.goal, *(Goal(goal) for goal in search.objectives.values()))
    asked = Asked(arm=arm, seed=seed_of(search, replicate), n_trials=search.trials_per_search)
    method = made(search.method, asked)
    identity: Mapping[str, Any] = {
        "method": search.method.value,
        "seed": asked.seed,
        "parameters": [one.to_dict() for one in arm.parameters],
        "given": dict(arm.given),
        "goals": [goal.value for goal in goals],
        "trials": asked.n_trials,
        "versions": dict(method.versions),
    }
    return OptunaSampler(
        method.sampler,
        Dimensions(arm, complete=method.complete, categories=method.categories),
        goals=goals,
        n_trials=asked.n_trials,
        identity=identity,
    )
