"""What the runs say over all tasks: average ranks, pooled scores, signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialist.analysis.scales import Scale, Task
from trialist.analysis.spread import rounding_of
from trialist.stats.nemenyi import critical_difference, groups_within
from trialist.stats.profiles import Profile, profile, thresholds_for
from trialist.stats.ranks import Friedman, friedman, ranks_of
from trialist.stats.signtest import SignTest, sign_test
from trialist.stats.spread import mean_of
from trialist.stats.stratified import Pooled, Stratum, check_sizes, pooled_scores
from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

ALPHA = 0.05

TIE = 1e-9
"""Means closer than this share of the spread between the variants of a task are equal."""

RngOf = Callable[[str], np.random.Generator]
"""Gives each variant its own stream of random numbers, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Average ranks over the tasks on which every variant has a value.

    Attributes:
        variants: From the best average rank to the worst.
        average: Their average ranks, 1 is the best there can be.
        per_task: Each variant's rank on each task, in the order of `variants` and `tasks`.
        tasks: The tasks that are ranked.
        n_ties: Tasks on which variants share a rank.
        test: Friedman's test.
        difference: How far apart two average ranks must be (Nemenyi, over all pairs).
        groups: Variants that the ranks do not tell apart; all of them in one where the test does
            not reject.
    """

    variants: tuple[str, ...]
    average: tuple[float, ...]
    per_task: tuple[tuple[float, ...], ...]
    tasks: tuple[str, ...]
    n_ties: int
    test: Friedman
    difference: float
    groups: tuple[tuple[str, ...], ...]

    @property
    def rejects(self) -> bool:
        """True where the tasks rank the variants more alike than chance would."""
        return self.test.p <= ALPHA

    def rank_of(self, variant: str) -> float:
        """Give the average rank of `variant`."""
        return self.average[self.variants.index(variant)]

    def tells_apart(self, one: str, other: str) -> bool:
        """Tell whether the ranks of two variants lie further apart than the critical difference."""
        return not any(one in group and other in group for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTasks:
    """What all tasks together say.

    Attributes:
        complete: The tasks on which every variant has a value.
        incomplete: The other tasks, with the variants that lack a value there.
        scale: How runs become scores.
        ranking: Average ranks; missing where there are too few complete tasks.
        pooled: Interquartile mean and mean of each variant's scores.
        profiles: The performance profile of each variant that has pooled scores.
        signs: On how many tasks each candidate's mean is ahead of the baseline's.
    """

    complete: tuple[str, ...]
    incomplete: Mapping[str, tuple[str, ...]]
    scale: Scale
    ranking: Ranking | Missing
    pooled: Mapping[str, Pooled | Missing]
    profiles: Mapping[str, Profile]
    signs: Mapping[str, SignTest | Missing]


def over_tasks(
    tasks: Mapping[str, Task],
    *,
    variants: Sequence[str],
    baseline: str,
    scale: Scale,
    relevant: float | None,
    rng_of: RngOf,
) -> OverTasks:
    """Put the tasks together.

    Ranks, pooled scores and profiles use the tasks on which every variant has a value, so that all
    variants stand on the same tasks; the signs of a candidate use every task that it shares with
    the baseline.

    Args:
        tasks: The samples by task and variant.
        variants: All variants, the baseline among them.
        baseline: What the others are compared with.
        scale: How runs become scores.
        relevant: Means closer than this share a rank; None: only rounding makes a tie.
        rng_of: Gives each variant its stream of random numbers.

    Raises:
        ConfigError: If the scale has no meaning for these tasks.
    """
    missing = {name: _absent(task, variants) for name, task in tasks.items()}
    complete = {name: task for name, task in tasks.items() if not missing[name]}
    scale.check(complete, baseline)
    strata = _strata(complete, variants, baseline=baseline, scale=scale)
    pooled = {name: _pooled(found, rng_of(name)) for name, found in strata.items()}
    return OverTasks(
        complete=tuple(complete),
        incomplete={name: absent for name, absent in missing.items() if absent},
        scale=scale,
        ranking=_ranking(complete, variants, scale=scale, relevant=relevant),
        pooled=pooled,
        profiles=_profiles(strata, pooled, rng_of),
        signs={
            name: _signs(tasks, name, baseline=baseline, scale=scale, relevant=relevant)
            for name in variants
            if name != baseline
        },
    )


def _absent(task: Task, variants: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in variants if name not in task or not task[name].n)


def _tolerance(means: Sequence[float], relevant: float | None) -> float:
    spread = max(means) - min(means)
    return max(TIE * spread, rounding_of(means), relevant or 0.0)


def _ranking(
    tasks: Mapping[str, Task], variants: Sequence[str], *, scale: Scale, relevant: float | None
) -> Ranking | Missing:
    rows = []
    for task in tasks.values():
        means = [scale.goal.sign * mean_of(task[name].values) for name in variants]
        rows.append(ranks_of(means, tolerance=_tolerance(means, relevant)))
    try:
        test = friedman(rows)
    except InsufficientDataError as error:
        return Missing(error.mistakes[0].message)
    difference = critical_difference(len(variants), len(rows), alpha=ALPHA)
    order = sorted(range(len(variants)), key=lambda place: test.average[place])
    groups = groups_within(test.average, difference) if test.p <= ALPHA else (tuple(order),)
    return Ranking(
        variants=tuple(variants[place] for place in order),
        average=tuple(test.average[place] for place in order),
        per_task=tuple(tuple(row[place] for row in rows) for place in order),
        tasks=tuple(tasks),
        n_ties=sum(len(set(row)) < len(row) for row in rows),
        test=test,
        difference=difference,
        groups=tuple(tuple(variants[place] for place in group) for group in groups),
    )


def _strata(
    tasks: Mapping[str, Task], variants: Sequence[str], *, baseline: str, scale: Scale
) -> dict[str, tuple[Stratum, ...] | Missing]:
    found: dict[str, tuple[Stratum, ...] | Missing] = {}
    for name in variants:
        if name == baseline and scale.is_from_baseline:
            found[name] = Missing("the baseline's mean is the zero of the scale")
            continue
        try:
            check_sizes([task[name].n for task in tasks.values()])
            if scale.is_from_baseline:  # a zero that is one run would look as if it were known
                check_sizes([task[baseline].n for task in tasks.values()])
            # sorted, so that the order of rows cannot change which numbers are drawn
            found[name] = tuple(
                scale.stratum(task, tasks[task], variant=name, baseline=baseline)
                for task in sorted(tasks)
            )
        except InsufficientDataError as error:
            found[name] = Missing(error.mistakes[0].message)
    return found


def _pooled(strata: tuple[Stratum, ...] | Missing, rng: np.random.Generator) -> Pooled | Missing:
    if isinstance(strata, Missing):
        return strata
    try:
        return pooled_scores(strata, rng=rng)
    except InsufficientDataError as error:
        return Missing(error.mistakes[0].message)


def _profiles(
    strata: Mapping[str, tuple[Stratum, ...] | Missing],
    pooled: Mapping[str, Pooled | Missing],
    rng_of: RngOf,
) -> dict[str, Profile]:
    shown = {
        name: found
        for name, found in strata.items()
        if not isinstance(found, Missing) and not isinstance(pooled[name], Missing)
    }
    if not shown:
        return {}
    marks = thresholds_for(list(shown.values()))
    return {
        name: profile(found, thresholds=marks, rng=rng_of(name)) for name, found in shown.items()
    }


def _signs(
    tasks: Mapping[str, Task],
    variant: str,
    *,
    baseline: str,
    scale: Scale,
    relevant: float | None,
) -> SignTest | Missing:
    differences, limits = [], []
    for task in tasks.values():
        if _absent(task, (variant, baseline)):
            continue
        means = [scale.goal.sign * mean_of(task[name].values) for name in (baseline, variant)]
        every = [mean_of(sample.values) for sample in task.values() if sample.n]
        differences.append(means[1] - means[0])
        limits.append(_tolerance(every, relevant))
    try:
        return sign_test(differences, tolerances=limits)
    except InsufficientDataError as error:
        return Missing(error.mistakes[0].message)
