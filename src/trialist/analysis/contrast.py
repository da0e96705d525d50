"""A variant against the baseline: which values are compared, the test, and what forbids it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from trialist.analysis.hints import hint_of
from trialist.analysis.spread import is_flat, rounding_of
from trialist.stats.effect import hedges_g
from trialist.stats.paired import TTest, pair_correlation, paired_t
from trialist.stats.unpaired import pooled_t, prefers_pooled, welch_t
from trialist.values.evidence import Contrast, EffectSize, Problem, Sample
from trialist.values.missing import Missing
from trialist.values.plan import Protocol

PAIRED, WELCH, POOLED = "paired t", "Welch t", "pooled t"

_MIN_DF_OF_TWO_RUNS = 6  # statistics.md 3.5: two runs count only where the other side lends noise

_ASSUMPTIONS = {
    PAIRED: (
        "equal seeds share the sources that the plan names",
        "the differences of the pairs are roughly normal",
    ),
    WELCH: (
        "the runs are independent",
        "the values of each variant are roughly normal",
    ),
    POOLED: (
        "the runs are independent",
        "the values of each variant are roughly normal",
        "assumes equal noise in both variants",
    ),
}
_NOTHING_TO_TEST = {
    Problem.NO_RUNS: "a side has no finished run",
    Problem.ONE_RUN: "one run has no spread to judge a difference by",
    Problem.NO_SPREAD: "there is no spread to judge a difference by",
    Problem.CONSTANT: "the difference is constant: there is no spread to judge it by",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """The values that are compared, oriented so that higher is better.

    `a` belongs to the baseline. In paired designs the two are aligned.
    """

    a: tuple[float, ...]
    b: tuple[float, ...]
    differences: Mapping[int, float] = field(default_factory=dict)
    n_unpaired: int = 0
    paired: bool

    @property
    def n(self) -> int:
        return min(len(self.a), len(self.b))

    @property
    def test(self) -> str:
        if self.paired:
            return PAIRED
        pooled = self.n > 0 and prefers_pooled(len(self.a), len(self.b))
        return POOLED if pooled else WELCH


def contrast(baseline: Sample, variant: Sample, *, protocol: Protocol) -> Contrast:
    """Compare `variant` with `baseline`, oriented so that a positive estimate is better.

    Paired designs match values by seed; a value whose partner was lost is left out and counted.
    Unpaired designs use Welch's t, or the pooled t where the sizes are so unequal that Welch's
    is too eager (statistics.md 3.2). Everything goes by the runs that are there, not by those
    that were planned.

    Args:
        baseline: The baseline's finished runs.
        variant: The candidate's finished runs.
        protocol: Says the goal, and whether equal seeds are pairs by design.
    """
    sides = _sides(baseline, variant, protocol)
    problem = _problem(sides)
    testable = problem in (None, Problem.TWO_RUNS)
    test = _tested(sides) if testable else None
    reason = Missing(_NOTHING_TO_TEST.get(problem, "") if problem else "")
    return Contrast(
        variant=variant.variant,
        baseline=baseline.variant,
        design="paired" if protocol.paired else "unpaired",
        test=sides.test,
        n=sides.n,
        n_variant=len(sides.b),
        n_baseline=len(sides.a),
        estimate=test.estimate if test else _estimate_without_test(sides, problem, reason),
        se=test.se if test else reason,
        df=test.df if test else reason,
        p=test.p if test else reason,
        sd=test.sd if test else reason,
        correlation=_correlation(sides),
        effect_size=_effect_size(sides) if test else reason,
        differences=sides.differences,
        n_unpaired=sides.n_unpaired,
        problem=problem,
        hint=hint_of(baseline, variant, metric=protocol.metric, problem=problem),
        assumptions=_ASSUMPTIONS[sides.test] if test else (),
    )


def _sides(baseline: Sample, variant: Sample, protocol: Protocol) -> _Sides:
    sign = protocol.metric.goal.sign
    if not protocol.paired:
        return _Sides(
            a=tuple(sign * value for value in baseline.values),
            b=tuple(sign * value for value in variant.values),
            paired=False,
        )
    of_a, of_b = _by_seed(baseline), _by_seed(variant)
    shared = [seed for seed in of_a if seed in of_b]
    a = tuple(sign * of_a[seed] for seed in shared)
    b = tuple(sign * of_b[seed] for seed in shared)
    return _Sides(
        a=a,
        b=b,
        differences={seed: y - x for seed, x, y in zip(shared, a, b, strict=True)},
        n_unpaired=baseline.n + variant.n - 2 * len(shared),
        paired=True,
    )


def _by_seed(sample: Sample) -> dict[int, float]:
    pairs = zip(sample.seeds, sample.values, strict=True)
    return {seed: value for seed, value in pairs if seed is not None}


def _problem(sides: _Sides) -> Problem | None:
    if sides.n == 0:
        return Problem.NO_RUNS
    if sides.n == 1:
        return Problem.ONE_RUN
    rounding = rounding_of((*sides.a, *sides.b))
    if _spreads(sides, rounding):
        return Problem.TWO_RUNS if sides.n == 2 and not _borrows_spread(sides) else None
    same = abs(_mean_difference(sides)) <= rounding
    return Problem.NO_SPREAD if same else Problem.CONSTANT


def _spreads(sides: _Sides, rounding: float) -> bool:
    if sides.paired:
        return not is_flat(tuple(sides.differences.values()), rounding=rounding)
    return not (is_flat(sides.a, rounding=rounding) and is_flat(sides.b, rounding=rounding))


def _borrows_spread(sides: _Sides) -> bool:
    return not sides.paired and len(sides.a) + len(sides.b) - 2 >= _MIN_DF_OF_TWO_RUNS


def _tested(sides: _Sides) -> TTest:
    if sides.paired:
        return paired_t(tuple(sides.differences.values()))
    return (pooled_t if sides.test == POOLED else welch_t)(sides.a, sides.b)


def _mean_difference(sides: _Sides) -> float:
    return math.fsum(sides.b) / len(sides.b) - math.fsum(sides.a) / len(sides.a)


def _estimate_without_test(
    sides: _Sides, problem: Problem | None, reason: Missing
) -> float | Missing:
    # A single run gets no estimate: a bare difference would be read as one.
    return _mean_difference(sides) if problem is Problem.CONSTANT else reason


def _correlation(sides: _Sides) -> float | Missing:
    if not sides.paired:
        return Missing("the design is unpaired")
    return pair_correlation(sides.a, sides.b)


def _effect_size(sides: _Sides) -> EffectSize | Missing:
    return hedges_g(sides.a, sides.b)
