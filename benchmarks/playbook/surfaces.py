"""Surfaces with a known best point, and the tables of trials that searches of them give.

The surface is y = sum over j of w_j (u_j - o_j)^2, lower is better, over the unit cube of three
parameters, with normal noise of standard deviation 0.03 per trial. An optimum o_j outside of
[0, 1] lies outside of the range that is searched; a weight of 0 makes a parameter irrelevant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from trialist.stats.unitscale import value_at
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale

NOISE = 0.03
DIMENSIONS = 3
METRIC = Metric(name="val/loss", goal=Goal.MINIMIZE)

LINEAR = tuple(Parameter(name=name, low=0.0, high=1.0) for name in "abc")
LOG = tuple(Parameter(name=name, low=1e-4, high=1.0, scale=Scale.LOG) for name in "abc")


@dataclass(frozen=True, kw_only=True)
class Surface:
    """The optimum of each parameter, its weight, and the noise of a trial."""

    optimum: tuple[float, ...] = (0.5, 0.5, 0.5)
    weight: tuple[float, ...] = (1.0, 1.0, 1.0)
    noise: float = NOISE

    def quality(self, units: np.ndarray) -> np.ndarray:
        """Give what a trial is worth without noise; units of shape (..., 3)."""
        return np.asarray((np.asarray(self.weight) * (units - self.optimum) ** 2).sum(axis=-1))

    def scores(self, units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Give what trials score."""
        return self.quality(units) + self.noise * rng.normal(size=units.shape[:-1])

    def mirrored(self) -> Surface:
        """Give the surface seen from the other side."""
        optimum = tuple(1 - one for one in self.optimum)
        return Surface(optimum=optimum, weight=self.weight, noise=self.noise)


@dataclass(frozen=True, kw_only=True)
class Search:
    """The trials of one search: points of its design, and what they scored."""

    units: np.ndarray
    scores: np.ndarray


def design(n: int, rng: np.random.Generator) -> np.ndarray:
    """Give `n` points of a scrambled Halton sequence."""
    return np.asarray(qmc.Halton(DIMENSIONS, scramble=True, rng=rng).random(n))


def searched(surface: Surface, n: int, rng: np.random.Generator) -> Search:
    """Search a surface with `n` quasi-random trials."""
    units = design(n, rng)
    return Search(units=units, scores=surface.scores(units, rng))


def table_of(
    arms: dict[str, Sequence[Search]],
    *,
    parameters: tuple[Parameter, ...] = LINEAR,
    metric: Metric = METRIC,
    noise: float | None = None,
) -> SearchTable:
    """Give the searches of each variant as the analysis reads them."""
    trials = [
        SearchTrial(
            variant=variant,
            search=replicate,
            number=number,
            name=f"{variant}-{replicate}-{number}",
            params=params_at(parameters, point),
            status=RunStatus.FINISHED,
            value=float(score),
            seeds=(replicate,),
        )
        for variant, searches in arms.items()
        for replicate, search in enumerate(searches)
        for number, (point, score) in enumerate(zip(search.units, search.scores, strict=True))
    ]
    first = next(iter(arms))
    return SearchTable(
        metric=metric,
        arms=tuple(Arm(variant=name, parameters=parameters, shares=first) for name in arms),
        trials=tuple(trials),
        noise=noise,
        n_noise=0 if noise is None else 10,
    )


def params_at(parameters: Sequence[Parameter], point: np.ndarray) -> dict[str, Any]:
    """Give the values of the parameters at a point of the cube."""
    return {one.name: value_at(one, float(u)) for one, u in zip(parameters, point, strict=True)}
