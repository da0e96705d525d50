"""The trials of searches that do not learn: all of them, written down before the first one runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from trialist.design.halton import halton_points, random_points
from trialist.design.spacefile import values_of
from trialist.design.trialconfig import params_at, point_of, trial_config
from trialist.values.canonical import canonical_json
from trialist.values.searchplan import Method, PlannedTrial, SearchPlan
from trialist.values.space import Arm, Parameter
from trialist.values.study import Config

Points = Sequence[tuple[float, ...]]

_LARGEST_GRID = 10_000
"""Larger grids are not spelled out to be counted."""


def design_of(search: SearchPlan, configs: Mapping[str, Config]) -> tuple[PlannedTrial, ...]:
    """Give all trials: number 0 of every search and variant first; empty for an adaptive method.

    Args:
        search: The searches, without their design.
        configs: The configuration that each variant begins with.
    """
    if search.method.is_adaptive:
        return ()
    found = [
        trial
        for arm in search.searched
        for replicate in range(search.replicates)
        for trial in trials_at(
            search,
            arm,
            configs[arm.variant],
            replicate=replicate,
            points=enumerate(points_of(search, arm, replicate)),
        )
    ]
    return interleaved(search, found)


def interleaved(search: SearchPlan, trials: Iterable[PlannedTrial]) -> tuple[PlannedTrial, ...]:
    """Give the trials by number, then by search, then in the order of the variants."""
    place = {arm.variant: at for at, arm in enumerate(search.arms)}
    return tuple(sorted(trials, key=lambda one: (one.number, one.search, place[one.variant])))


def points_of(search: SearchPlan, arm: Arm, replicate: int) -> Points:
    """Give the points of one search of one variant."""
    if search.method is Method.GRID:
        return grid_points(arm)
    return points_from(search, arm, replicate, start=0, n=search.trials_per_search)


def points_from(search: SearchPlan, arm: Arm, replicate: int, *, start: int, n: int) -> Points:
    """Give `n` points of the never-ending list of one search, from the number `start` on."""
    points = random_points if search.method is Method.RANDOM else halton_points
    return points(n, len(arm.parameters), seed=search.seed, replicate=replicate, start=start)


def trials_at(
    search: SearchPlan,
    arm: Arm,
    config: Config,
    *,
    replicate: int,
    points: Iterable[tuple[int, tuple[float, ...]]],
) -> Iterator[PlannedTrial]:
    """Give the trials of one search of one variant at numbered points."""
    seeds = search.seeds_of(replicate)
    for number, units in points:
        params = params_at(arm, units)
        yield PlannedTrial(
            variant=arm.variant,
            search=replicate,
            number=number,
            units=units,
            params=params,
            config=trial_config(config, params),
            seeds=seeds,
        )


def common_grid(arms: Sequence[Arm]) -> int | None:
    """Give how many configurations the grid of every variant has.

    None where a parameter is a range, or where the variants differ.
    """
    sizes = {grid_size(arm) for arm in arms if arm.parameters}
    return sizes.pop() if len(sizes) == 1 else None


def grid_size(arm: Arm) -> int | None:
    """Give how many configurations a variant's grid has; None where a parameter is a range."""
    if not all(one.choices for one in arm.parameters):
        return None
    most = math.prod(len(values_of(one)) for one in arm.parameters)
    return most if most > _LARGEST_GRID else len(grid_points(arm))


def grid_points(arm: Arm) -> tuple[tuple[float, ...], ...]:
    """Give a point for every different configuration of a variant, the last parameter fastest."""
    found: dict[str, tuple[float, ...]] = {}
    for units in product(*map(_coordinates, arm.parameters)):
        found.setdefault(canonical_json(params_at(arm, units)), units)
    return tuple(found.values())


def _coordinates(parameter: Parameter) -> tuple[float, ...]:
    found = (point_of(parameter, value) for value in values_of(parameter))
    return tuple(u for u in found if u is not None)
