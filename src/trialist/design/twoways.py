"""Whether a plan can come out both ways: a difference worth having is found, or ruled out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trialist.stats.power import detectable_effect, power_of_t, seeds_needed
from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

FAIR_CHANCE = 0.2
"""Below this chance of either answer a plan is refused."""

LEAST_SEEDS = 3
"""Fewer of each variant get no verdict, whatever the numbers (statistics.md 3.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The chance of each answer at the most seeds of a plan.

    At one look the two are the same but for a wrong sign: the interval ends below the relevant
    difference when there is none exactly as often as it ends above zero when there is one.

    Attributes:
        n: Seeds per variant at the end.
        found: P(an improvement is found | the true difference is the relevant one).
        ruled_out: P(it is found to be worth less | there is no difference).
    """

    n: int
    found: float
    ruled_out: float

    @property
    def is_fair(self) -> bool:
        """True where either answer has a fair chance."""
        return min(self.found, self.ruled_out) >= FAIR_CHANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cures:
    """What would make a plan one that can come out both ways.

    Attributes:
        seeds: Seeds per variant that find the relevant difference with the wanted power.
        relevant: The difference that the plan's own seeds find so, in SDs of a run (unpaired) or
            of a paired difference.
        correlation: For unpaired plans: the least correlation of pairs with which its seeds do.
    """

    seeds: int | Missing
    relevant: float | Missing
    correlation: float | Missing


def ways_at(effect: float, n: int, *, paired: bool, alpha: float) -> Ways:
    """Give the chances of a plan with one look.

    Args:
        effect: The relevant difference in SDs, as in `power_of_t`.
        n: Seeds per variant.
        paired: Whether the pairs are compared.
        alpha: Two-sided error rate of the comparison.
    """
    chance = 0.0
    if n >= LEAST_SEEDS:
        chance = power_of_t(effect, n, paired=paired, alpha=alpha)
    return Ways(n=n, found=chance, ruled_out=chance)


def cures_of(effect: float, n: int, *, paired: bool, alpha: float, power: float) -> Cures:
    """Give what would help a plan that cannot come out both ways; arguments as in `ways_at`."""
    try:
        needed = seeds_needed(effect, paired=paired, alpha=alpha, power=power)
        seeds: int | Missing = max(LEAST_SEEDS, needed)
    except InsufficientDataError as error:
        seeds = Missing(error.mistakes[0].message)
    if n < LEAST_SEEDS:
        few = Missing(f"fewer than {LEAST_SEEDS} runs of each variant get no verdict")
        return Cures(seeds=seeds, relevant=few, correlation=few)
    relevant = detectable_effect(n, paired=paired, alpha=alpha, power=power)
    return Cures(
        seeds=seeds,
        relevant=relevant,
        correlation=_correlation(effect, n, alpha, power)
        if not paired
        else Missing("the plan is paired"),
    )


def _correlation(effect: float, n: int, alpha: float, power: float) -> float:
    # the SD of a paired difference is the SD of a run times sqrt(2 (1 - rho))
    needed = detectable_effect(n, paired=True, alpha=alpha, power=power)
    return 1 - min(effect / needed, math.sqrt(2)) ** 2 / 2
