"""Which groups of earlier runs may lend their noise to a study: each of them once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialist.analysis.spread import is_flat, rounding_of
from trialist.stats.moderated import MIN_RUNS


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGroup:
    """The finished runs of one variant of an earlier study.

    Attributes:
        study: The study's name.
        variant: The variant's name.
        recipe: All that made the runs what they are, but for their seeds; its code among it.
        seeds: One per value.
        values: The goal metric.
    """

    study: str
    variant: str
    recipe: str
    seeds: tuple[int, ...]
    values: tuple[float, ...]


def lending(groups: Iterable[RunGroup], *, own: Iterable[RunGroup]) -> tuple[RunGroup, ...]:
    """Give the groups that say something new about the noise, in the order they came.

    A group lends its noise where it has 3 runs or more that are not all alike. Runs that the study
    itself will make, and runs that another group has too, are one piece of evidence, not two: of
    groups that share a recipe and a seed, or all their values, the one with the most runs is kept.

    Args:
        groups: The earlier runs.
        own: The runs that the study plans; their values are not looked at.
    """
    planned = tuple(own)
    usable = [one for one in groups if _spreads(one) and not _shares(one, planned)]
    kept: list[RunGroup] = []
    for group in sorted(usable, key=lambda one: -len(one.values)):
        alike = any(one.values == group.values for one in kept)
        if not alike and not _shares(group, kept):
            kept.append(group)
    return tuple(one for one in usable if any(one is other for other in kept))


def _spreads(group: RunGroup) -> bool:
    values = group.values
    return len(values) >= MIN_RUNS and not is_flat(values, rounding=rounding_of(values))


def _shares(group: RunGroup, others: Sequence[RunGroup]) -> bool:
    return any(
        one.recipe == group.recipe and not set(one.seeds).isdisjoint(group.seeds) for one in others
    )
