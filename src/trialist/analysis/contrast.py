"""A variant against the baseline: which values are compared, the test, and what forbids it."""

from __future__ import annotations

from trialist.analysis.choice import Chosen, chosen, test_name
from trialist.analysis.hints import hint_of
from trialist.analysis.losses import losses_of
from trialist.analysis.sides import Sides, sides_of
from trialist.analysis.spread import is_flat, rounding_of
from trialist.stats.effect import hedges_g
from trialist.stats.paired import pair_correlation
from trialist.values.evidence import Contrast, Problem, Sample
from trialist.values.judging import Variance
from trialist.values.missing import Missing
from trialist.values.plan import Protocol

MIN_DF_OF_TWO_RUNS = 6  # statistics.md 3.5: two runs count only where the other side lends noise

_NOTHING_TO_TEST = {
    Problem.NO_RUNS: "a side has no finished run",
    Problem.ONE_RUN: "one run has no spread to judge a difference by",
    Problem.NO_SPREAD: "there is no spread to judge a difference by",
    Problem.CONSTANT: "the difference is constant: there is no spread to judge it by",
}


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
    sides = sides_of(baseline, variant, protocol)
    problem = _problem(sides, protocol)
    done = chosen(sides, protocol) if problem in (None, Problem.TWO_RUNS) else None
    if problem is None and done is not None and _lacks_spread(sides, done):
        problem = Problem.TWO_RUNS
    test = None if done is None else done.test
    reason = Missing(_NOTHING_TO_TEST.get(problem, "") if problem else "")
    return Contrast(
        variant=variant.variant,
        baseline=baseline.variant,
        design="paired" if protocol.paired else "unpaired",
        test=test_name(sides, protocol),
        n=sides.n,
        n_variant=len(sides.b),
        n_baseline=len(sides.a),
        estimate=test.estimate if test else _estimate_without_test(sides, problem, reason),
        se=test.se if test else reason,
        df=test.df if test else reason,
        p=test.p if test else reason,
        sd=test.sd if test else reason,
        correlation=_correlation(sides),
        effect_size=hedges_g(sides.a, sides.b) if test else reason,
        differences=sides.differences,
        n_unpaired=sides.n_unpaired,
        problem=problem,
        hint=hint_of(baseline, variant, metric=protocol.metric, problem=problem),
        assumptions=() if done is None else done.assumptions,
        e_value=None if done is None else done.e_value,
        unassisted=None if done is None else done.unassisted,
        losses=losses_of(baseline, variant),
    )


def _problem(sides: Sides, protocol: Protocol) -> Problem | None:
    if sides.n == 0:
        return Problem.NO_RUNS
    if sides.n == 1:
        return Problem.ONE_RUN
    rounding = rounding_of((*sides.a, *sides.b))
    if _spreads(sides, rounding):
        return Problem.TWO_RUNS if sides.n == 2 and not _borrows_spread(sides, protocol) else None
    same = abs(sides.mean_difference) <= rounding
    return Problem.NO_SPREAD if same else Problem.CONSTANT


def _spreads(sides: Sides, rounding: float) -> bool:
    if sides.paired:
        return not is_flat(tuple(sides.differences.values()), rounding=rounding)
    return not (is_flat(sides.a, rounding=rounding) and is_flat(sides.b, rounding=rounding))


def _borrows_spread(sides: Sides, protocol: Protocol) -> bool:
    if sides.paired:
        return False
    return protocol.variance is Variance.HISTORY or sides.df >= MIN_DF_OF_TWO_RUNS


def _lacks_spread(sides: Sides, done: Chosen) -> bool:
    # Two runs count with the noise of a history, and not where these runs contradict it.
    return sides.n == 2 and sides.df < MIN_DF_OF_TWO_RUNS and done.unassisted is not None


def _estimate_without_test(
    sides: Sides, problem: Problem | None, reason: Missing
) -> float | Missing:
    # A single run gets no estimate: a bare difference would be read as one.
    return sides.mean_difference if problem is Problem.CONSTANT else reason


def _correlation(sides: Sides) -> float | Missing:
    if not sides.paired:
        return Missing("the design is unpaired")
    return pair_correlation(sides.a, sides.b)
