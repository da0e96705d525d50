"""How many seeds for which difference, from a spread that is itself an estimate."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from trialist.design.looks import ALPHA
from trialist.design.twoways import LEAST_SEEDS, Cures, Ways, cures_of, ways_at
from trialist.stats.equivalence import (
    SDS_TO_CALL_EQUAL,
    power_of_equivalence,
    seeds_for_equivalence,
)
from trialist.stats.lookspower import Looks, LooksOutcome, Rng, simulate_looks
from trialist.stats.power import LIMIT, detectable_effect, power_of_t, seeds_needed
from trialist.stats.sequential import thresholds
from trialist.stats.spreadbounds import spread_bounds
from trialist.stats.ttest import critical_at
from trialist.stats.typesm import RiskOfClaim, type_s_m
from trialist.values.errors import InsufficientDataError
from trialist.values.missing import Missing

_USUAL = (3, 5, 8, 12, 20)
_STUDIES = 20_000
_MOST_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedQuestion:
    """What is asked.

    Attributes:
        sd: SD between runs, or of the paired differences, in the metric's unit; above 0.
        df: Its degrees of freedom; None where it is taken as exact.
        relevant: The smallest difference worth having; None where nobody has said.
        paired: Whether pairs are compared.
        n_comparisons: Variants that are compared with the baseline.
        looks: Seeds per variant at each look that can be afforded, the last one the most; empty
            where nothing is said about it.
        power: The wanted probability of finding the difference.
    """

    sd: float
    df: float | None = None
    relevant: float | None = None
    paired: bool = False
    n_comparisons: int = 1
    looks: tuple[int, ...] = ()
    power: float = 0.8

    @property
    def alpha(self) -> float:
        """The error rate of one comparison where no other is decided: the safe side of Holm's."""
        return ALPHA / self.n_comparisons

    @property
    def sds(self) -> tuple[float, float, float]:
        """The SD at its lower bound, as it is, and at its upper bound."""
        if self.df is None:
            return (self.sd, self.sd, self.sd)
        bounds = spread_bounds(self.sd, self.df)
        return (bounds.low, self.sd, bounds.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedsNeeded:
    """Seeds per variant, with what the uncertainty of the SD makes of them.

    Attributes:
        low: With the SD at its lower bound.
        point: With the SD as it is.
        high: With the SD at its upper bound; enough in 80 % of cases.
    """

    low: int
    point: int
    high: int

    @property
    def is_beyond(self) -> bool:
        """True where the upper end is not known: more than anything that is considered."""
        return self.high >= LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRow:
    """What a number of seeds can do.

    Attributes:
        n: Seeds per variant.
        detectable: The difference that is found with the wanted power, in the metric's unit.
        half_width: Half of the interval's width where the SD is met.
        found: The chance of finding the relevant difference.
        found_if_noisier: The same with the SD at its upper bound.
        equal: The chance of showing that there is no difference that matters, where there is none.
    """

    n: int
    detectable: float
    half_width: float
    found: float | Missing
    found_if_noisier: float | Missing
    equal: float | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralLooks:
    """What the affordable looks do, where the relevant difference is there and where none is."""

    if_relevant: LooksOutcome
    if_none: LooksOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlan:
    """The answer.

    Attributes:
        question: What was asked.
        needed: Seeds that find the relevant difference.
        equal: Seeds that show that there is none that matters, where there is none.
        rows: A table of seeds.
        risk: What a claim is worth at the most seeds, if the true difference is the relevant one.
        several: What the looks do; None where there is one or none.
        ways: Whether the affordable plan can come out both ways; None where none is named.
        cures: What would help where it cannot.
    """

    question: SeedQuestion
    needed: SeedsNeeded | Missing
    equal: SeedsNeeded | Missing
    rows: tuple[SeedRow, ...]
    risk: RiskOfClaim | Missing
    several: SeveralLooks | None
    ways: Ways | None
    cures: Cures | None


def plan_seeds(question: SeedQuestion, *, rng: Rng) -> SeedPlan:
    """Give how many seeds it takes, and what the affordable ones can do.

    Assumes normal noise, equal in all variants; every comparison is taken at the level of the
    whole family, which is on the safe side.

    Args:
        question: What is asked.
        rng: Draws the studies with several looks; nothing else is drawn.
    """
    reason = Missing("no relevant difference is named")
    needed: SeedsNeeded | Missing = reason
    equal: SeedsNeeded | Missing = reason
    if question.relevant is not None:
        needed = _needed(question, seeds_needed)
        equal = _needed(question, seeds_for_equivalence)
    several = _several(question, rng)
    ways = _ways(question, several)
    return SeedPlan(
        question=question,
        needed=needed,
        equal=equal,
        rows=tuple(_row(question, n) for n in _sizes(question, needed)),
        risk=_risk(question),
        several=several,
        ways=ways,
        cures=None if ways is None or ways.is_fair else _cures(question),
    )


def _needed(question: SeedQuestion, count: Callable[..., int]) -> SeedsNeeded:
    seeds = []
    for sd in question.sds:
        try:
            enough = count(
                (question.relevant or 0.0) / sd,
                paired=question.paired,
                alpha=question.alpha,
                power=question.power,
            )
            seeds.append(max(LEAST_SEEDS, enough))
        except InsufficientDataError:
            seeds.append(LIMIT)
    return SeedsNeeded(low=seeds[0], point=seeds[1], high=seeds[2])


def _sizes(question: SeedQuestion, needed: SeedsNeeded | Missing) -> Sequence[int]:
    asked = set(question.looks)
    if not isinstance(needed, Missing):
        asked |= {n for n in (needed.low, needed.point, needed.high) if n < LIMIT}
    room = _MOST_ROWS - len(asked)
    return sorted(n for n in asked | set(_USUAL[: max(room, 0)]) if n >= LEAST_SEEDS)


def _row(question: SeedQuestion, n: int) -> SeedRow:
    paired, alpha, sd = question.paired, question.alpha, question.sd
    reason = Missing("no relevant difference is named")
    detectable = detectable_effect(n, paired=paired, alpha=alpha, power=question.power)
    found: float | Missing = reason
    noisier: float | Missing = reason
    equal: float | Missing = reason
    if question.relevant is not None:
        power = partial(power_of_t, n=n, paired=paired, alpha=alpha)
        found = power(question.relevant / sd)
        noisier = power(question.relevant / question.sds[2])
        equal = _equal(question.relevant / sd, n, paired=paired, alpha=alpha)
    return SeedRow(
        n=n,
        detectable=detectable * sd,
        half_width=_half_width(question, n),
        found=found,
        found_if_noisier=noisier,
        equal=equal,
    )


def _equal(margin: float, n: int, *, paired: bool, alpha: float) -> float:
    if margin < SDS_TO_CALL_EQUAL.get(n, 0.0):
        return 0.0  # such a verdict is refused
    return power_of_equivalence(margin, n, paired=paired, alpha=alpha)


def _half_width(question: SeedQuestion, n: int) -> float:
    df = n - 1 if question.paired else 2 * n - 2
    scale = math.sqrt((1 if question.paired else 2) / n)
    return critical_at(df, question.alpha) * question.sd * scale


def _risk(question: SeedQuestion) -> RiskOfClaim | Missing:
    if question.relevant is None or not question.looks:
        return Missing("no relevant difference, or no affordable number of seeds, is named")
    if question.looks[-1] < LEAST_SEEDS:
        return Missing(f"fewer than {LEAST_SEEDS} runs of each variant find nothing")
    return type_s_m(
        question.relevant / question.sd,
        question.looks[-1],
        paired=question.paired,
        alpha=question.alpha,
    )


def _several(question: SeedQuestion, rng: Rng) -> SeveralLooks | None:
    if question.relevant is None or len(question.looks) < 2 or question.looks[-1] < LEAST_SEEDS:
        return None
    levels = thresholds(question.looks, alpha=question.alpha, paired=question.paired)
    judged = [
        (n, level) for n, level in zip(question.looks, levels, strict=True) if n >= LEAST_SEEDS
    ]
    looks = Looks(
        n=tuple(n for n, _ in judged),
        thresholds=tuple(level for _, level in judged),
        paired=question.paired,
    )
    margin = question.relevant / question.sd
    outcomes = [
        simulate_looks(effect, margin, looks, rng=rng, n_studies=_STUDIES)
        for effect in (margin, 0.0)
    ]
    return SeveralLooks(if_relevant=outcomes[0], if_none=outcomes[1])


def _ways(question: SeedQuestion, several: SeveralLooks | None) -> Ways | None:
    if question.relevant is None or not question.looks:
        return None
    last = question.looks[-1]
    if several is not None:
        found, ruled_out = several.if_relevant.better, several.if_none.not_worth
        return Ways(n=last, found=found, ruled_out=ruled_out)
    effect = question.relevant / question.sd
    return ways_at(effect, last, paired=question.paired, alpha=question.alpha)


def _cures(question: SeedQuestion) -> Cures:
    return cures_of(
        (question.relevant or 0.0) / question.sd,
        question.looks[-1],
        paired=question.paired,
        alpha=question.alpha,
        power=question.power,
    )
