"""The same search asked through our loop and through Optuna's own, with the same sampler."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
import optuna
from benchmarks.search.surfaces import Surface

from trialist.search.designed import DesignedSampler
from trialist.search.factory import sampler_for, seed_of
from trialist.search.methods import Asked, made
from trialist.search.protocol import Proposal, Sampler, Told
from trialist.stats.unitscale import value_at
from trialist.values.events import RunStatus
from trialist.values.metric import Metric
from trialist.values.searchplan import Method, SearchPlan, Tuned

Clock = Callable[[], float]


def plan_of(surface: Surface, method: Method, n: int, seed: int) -> SearchPlan:
    """Give a plan with one search of `n` trials."""
    return SearchPlan(
        method=method, arms=(surface.arm,), trials=n, replicates=1, seed=seed, tuned=Tuned.RECIPE
    )


def ours(surface: Surface, method: Method, n: int, seed: int) -> Sampler:
    """Give our sampler; random trials are a design, as in a plan."""
    plan = plan_of(surface, method, n, seed)
    if method is Method.RANDOM:
        rng = np.random.default_rng(seed)
        return DesignedSampler(
            [
                Proposal(
                    number=number,
                    params={
                        one.name: value_at(one, float(u))
                        for one, u in zip(
                            surface.arm.parameters,
                            rng.random(len(surface.arm.parameters)),
                            strict=True,
                        )
                    },
                )
                for number in range(n)
            ]
        )
    return sampler_for(plan, surface.arm, 0, Metric(name="val/y", goal=surface.goal))


def theirs(surface: Surface, method: Method, n: int, seed: int) -> optuna.Study:
    """Give a study of Optuna's with the same sampler and the same seed."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    plan = plan_of(surface, method, n, seed)
    if method is Method.RANDOM:
        sampler = optuna.samplers.RandomSampler(seed=seed_of(plan, 0))
    else:
        asked = Asked(arm=surface.arm, seed=seed_of(plan, 0), n_trials=n)
        sampler = made(method, asked).sampler
    return optuna.create_study(sampler=sampler, direction=surface.goal.value)


def values_of_ours(surface: Surface, method: Method, n: int, seed: int) -> list[float]:
    """Give the values of all trials of a search by our loop."""
    sampler, value = ours(surface, method, n, seed), surface.value(seed)
    found = []
    while (proposal := sampler.ask()) is not None:
        found.append(value(proposal.params))
        sampler.tell(Told(number=proposal.number, state=RunStatus.FINISHED, values=(found[-1],)))
    return found


def values_of_theirs(surface: Surface, method: Method, n: int, seed: int) -> list[float]:
    """Give the values of all trials of a search by `study.optimize`."""
    study, value = theirs(surface, method, n, seed), surface.value(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study.optimize(lambda trial: value(surface.suggest(trial)), n_trials=n)
    return [one.value for one in study.get_trials(deepcopy=False)]


def seconds_of_ours(surface: Surface, method: Method, n: int, clock: Clock) -> list[float]:
    """Give the seconds of each ask and tell of ours, the value's own time left out."""
    sampler, value = ours(surface, method, n, 0), surface.value(0)
    found = []
    while True:
        begun = clock()
        proposal = sampler.ask()
        asked = clock()
        if proposal is None:
            return found
        told = Told(
            number=proposal.number, state=RunStatus.FINISHED, values=(value(proposal.params),)
        )
        telling = clock()
        sampler.tell(told)
        found.append(clock() - telling + asked - begun)


def seconds_of_theirs(surface: Surface, method: Method, n: int, clock: Clock) -> list[float]:
    """Give the seconds of each ask and tell of Optuna's."""
    study, value = theirs(surface, method, n, 0), surface.value(0)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(n):
            begun = clock()
            trial = study.ask()
            params = surface.suggest(trial)
            asked = clock()
            y = value(params)
            telling = clock()
            study.tell(trial, y)
            found.append(clock() - telling + asked - begun)
    return found


CPU: Clock = time.process_time
"""Seconds of this process alone: what others run meanwhile does not count."""
