"""What best checkpoints say about the budget, and whether a longer one pays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from trialist.analysis.curveshape import FEWEST
from trialist.analysis.improving import ending_of
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.numbers import counted
from trialist.values.playbook import Change, Check, Level
from trialist.values.trialcurve import RateCourse, TrialCurve

FIRST, LAST = 0.1, 0.75
"""Best checkpoints that always lie in the first tenth, or consistently in the last quarter."""
ALWAYS, CONSISTENTLY = 0.95, 0.8
"""The shares of trials that these words stand for."""
FEWEST_TRIALS = 5
PAYS = 2.0
"""A longer budget pays that gains more than so many standard errors between runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetUse:
    """Where the best checkpoints of a variant's trials lie.

    Attributes:
        variant: Whose trials they are.
        n: Trials with a curve that can be judged.
        in_first: The share of trials whose best step lies in the first tenth of the budget.
        in_last: The share of those in the last quarter.
        still_improving: The share of those that still improved at the end.
        schedule: What their learning rates did; unknown where they did not do the same.
        compute_bound: Whether the budget limits the result; missing where curves cannot tell.
        check: What follows.
    """

    variant: str
    n: int
    in_first: float
    in_last: float
    still_improving: float
    schedule: RateCourse
    compute_bound: bool | Missing
    check: Check


def budget_uses(curves: Iterable[TrialCurve]) -> tuple[BudgetUse, ...]:
    """Give where the best checkpoints lie, by variant."""
    by_variant: dict[str, list[TrialCurve]] = {}
    for curve in curves:
        by_variant.setdefault(curve.variant, []).append(curve)
    return tuple(_use(variant, own) for variant, own in by_variant.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoBudgets:
    """One setting, or one tuning, at two budgets.

    Attributes:
        short: The smaller budget, in steps.
        long: The larger one.
        gain: How much better the longer one is, plus is better.
        pays: Whether that is more than noise; missing where the noise is unknown.
    """

    short: int
    long: int
    gain: float
    pays: bool | Missing


def two_budgets(
    values: Mapping[int, Sequence[float]], *, goal: Goal, noise: float | None
) -> TwoBudgets | Missing:
    """Give whether a longer training pays: the answer that a decayed learning rate hides.

    Args:
        values: The results at each of two budgets in steps, each with its whole schedule.
        goal: Which way the metric is better.
        noise: The standard deviation between runs with other seeds; None where it is unknown.
    """
    if len(values) < 2 or any(not found for found in values.values()):
        return Missing("two budgets are needed, each with a result")
    short, long = min(values), max(values)
    means = [math.fsum(values[steps]) / len(values[steps]) for steps in (short, long)]
    gain = goal.sign * (means[1] - means[0])
    if noise is None:
        return TwoBudgets(
            short=short, long=long, gain=gain,
            pays=Missing("how much runs with other seeds differ is not known"),
        )  # fmt: skip
    error = noise * math.sqrt(1 / len(values[short]) + 1 / len(values[long]))
    return TwoBudgets(short=short, long=long, gain=gain, pays=gain > PAYS * error)


def _use(variant: str, curves: Sequence[TrialCurve]) -> BudgetUse:
    endings = [(curve, ending) for curve in curves if (ending := ending_of(curve)) is not None]
    n = len(endings)
    shares = [ending.best_share for _, ending in endings]
    schedules = {curve.schedule for curve, _ in endings}
    schedule = schedules.pop() if len(schedules) == 1 else RateCourse.UNKNOWN
    in_first = sum(share <= FIRST for share in shares) / max(n, 1)
    in_last = sum(share >= LAST for share in shares) / max(n, 1)
    still = sum(ending.still_improving for _, ending in endings) / max(n, 1)
    budget = max((curve.budget for curve in curves), default=0)
    base = Check(
        check="budget", level=Level.OK, variant=variant, n=n,
        numbers={"in_first_tenth": in_first, "in_last_quarter": in_last,
                 "still_improving": still, "schedule": schedule.value},
    )  # fmt: skip
    return BudgetUse(
        variant=variant,
        n=n,
        in_first=in_first,
        in_last=in_last,
        still_improving=still,
        schedule=schedule,
        compute_bound=_is_compute_bound(n, still, schedule),
        check=_check(base, schedule, budget),
    )


def _is_compute_bound(n: int, still: float, schedule: RateCourse) -> bool | Missing:
    if n < FEWEST_TRIALS:
        return Missing(f"{counted(n, 'curve')} of {FEWEST} evaluations or more are too few")
    if schedule is RateCourse.CONSTANT:
        return still >= 0.5
    why = "decayed" if schedule is RateCourse.DECAY else "is not known, or not the same"
    return Missing(f"the learning rate {why}: compare two budgets, each with its schedule")


def _check(base: Check, schedule: RateCourse, budget: int) -> Check:
    if base.n < FEWEST_TRIALS:
        return replace(
            base, level=Level.UNDECIDED,
            sentence=f"{counted(base.n, 'curve')} are too few to say how the budget was used.",
            suggestion=f"{FEWEST_TRIALS} trials with {FEWEST} evaluations or more tell",
        )  # fmt: skip
    first, last = (
        float(base.numbers["in_first_tenth"] or 0),
        float(base.numbers["in_last_quarter"] or 0),
    )
    if first >= ALWAYS:
        shorter = max(round(2 * FIRST * budget), 1)
        return replace(
            base, level=Level.SATURATED,
            sentence=f"The best checkpoints lie in the first tenth of {budget:,} steps, in "
            f"{100 * first:.0f} % of {base.n} trials: the budget is far too large.",
            suggestion=f"train about {shorter:,} steps, and try more settings for the same cost",
            change=Change(kind="shorter_runs", variant=base.variant, amount=shorter),
        )  # fmt: skip
    if last < CONSISTENTLY:
        return base
    sentence = (
        f"The best checkpoints lie in the last quarter of {budget:,} steps, in "
        f"{100 * last:.0f} % of {base.n} trials"
    )
    if schedule is not RateCourse.CONSTANT:
        return replace(
            base, level=Level.NOTE, sentence=f"{sentence}, as they do wherever the learning rate "
            "falls to the end.",
            suggestion=f"compare two budgets: {budget:,} and {2 * budget:,} steps, each with its "
            "whole schedule",
        )  # fmt: skip
    return replace(
        base, level=Level.STILL_IMPROVING,
        sentence=f"{sentence}, at a constant learning rate: longer trainings may be better.",
        suggestion=f"train {2 * budget:,} steps in the next round, and tune the decay again",
        change=Change(kind="longer_runs", variant=base.variant, amount=2 * budget),
    )  # fmt: skip
