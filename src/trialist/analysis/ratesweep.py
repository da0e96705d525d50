"""Which learning rates of a sweep train stably, and the warm-ups to try where they do not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from trialist.analysis.batchrates import is_rate
from trialist.analysis.instability import trains_stably
from trialist.values.errors import InsufficientDataError
from trialist.values.events import RunStatus
from trialist.values.missing import Missing
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchtable import SearchTable
from trialist.values.trialcurve import TrialCurve

NEAR_BEST = 10.0
"""A learning rate of up to so many times the best one should train stably."""
WARMUP_LENGTHS = (10, 1_000, 10_000, 100_000)
OF_BUDGET, RAISE_BUDGET = 0.1, 0.05
"""A warm-up longer than the first share of the budget is not tried; behind the second, the budget
grows with it."""
ABOVE_UNSTABLE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSweep:
    """Which learning rates of a sweep train stably.

    Attributes:
        best: The best rate.
        unstable: The lowest rate above the best that is unstable; missing where none was tried, or
            none is.
        check: What follows.
    """

    best: float
    unstable: float | Missing
    check: Check


def sweep_of(
    values: Mapping[float, float], *, stable: Mapping[float, bool], variant: str | None = None
) -> RateSweep:
    """Give what a sweep of learning rates says about stability.

    The network should train stably at five to ten times its best rate; where it does not, the
    instability keeps the rate low, and taming it makes a better training possible.

    Args:
        values: The error (lower is better) at each rate that finished.
        stable: Whether each rate trained stably: no divergence, no loss that rises again.
        variant: Whose sweep it is.

    Raises:
        InsufficientDataError: If no rate finished.
    """
    finished = {rate: value for rate, value in values.items() if math.isfinite(value)}
    if not finished:
        raise InsufficientDataError(
            "no learning rate of the sweep finished", todo="sweep lower learning rates too"
        )
    best = min(finished, key=lambda rate: finished[rate])
    above = sorted(rate for rate in stable if rate > best)
    bad = [rate for rate in above if not stable[rate]]
    about = Check(
        check="rate sweep", level=Level.OK, subject="learning rate", variant=variant,
        n=len(stable), numbers={"best": best, "unstable": bad[0] if bad else None},
    )  # fmt: skip
    if bad and bad[0] <= NEAR_BEST * best * (1 + 1e-9):
        check = replace(
            about, level=Level.INSTABILITY,
            sentence=f"The best learning rate, {best:.3g}, lies just below those that are unstable "
            f"(from {bad[0]:.3g} on).",
            suggestion=f"try a warm-up from 0 to {ABOVE_UNSTABLE * bad[0]:.3g} over 10, 1,000 or "
            "10,000 steps, a tenth of the budget at most; take the shortest that does not blow up, "
            "and sweep again",
            change=Change(kind="tame_instability", variant=variant),
        )  # fmt: skip
        return RateSweep(best=best, unstable=bad[0], check=check)
    if not above or above[-1] < NEAR_BEST / 2 * best:
        check = replace(
            about, level=Level.UNDECIDED,
            sentence=f"No rate far above the best one, {best:.3g}, was tried.",
            suggestion=f"train at {5 * best:.3g} and {10 * best:.3g} too, to see whether the loss "
            "rises",
        )  # fmt: skip
        return RateSweep(best=best, unstable=Missing("no rate that was tried is"), check=check)
    unstable = bad[0] if bad else Missing("no rate that was tried is")
    return RateSweep(best=best, unstable=unstable, check=about)


def rate_sweeps(table: SearchTable, curves: Iterable[TrialCurve]) -> tuple[RateSweep, ...]:
    """Give what is known about stability of each variant that is tuned over its rate alone.

    With other parameters beside it, a rate that diverges says nothing about the next one.

    Args:
        table: The trials.
        curves: Theirs; a trial without one is stable where it finished.
    """
    by_name = {(one.variant, one.name): one for one in curves}
    found = []
    for arm in table.arms:
        if len(arm.parameters) != 1 or not is_rate(arm.parameters[0]):
            continue
        values: dict[float, float] = {}
        stable: dict[float, bool] = {}
        for trial in table.of(arm.variant):
            rate = trial.params.get(arm.parameters[0].name)
            if rate is None or trial.status not in (RunStatus.FINISHED, RunStatus.DIVERGED):
                continue
            curve = by_name.get((trial.variant, trial.name))
            is_stable = trial.value is not None and (curve is None or trains_stably(curve))
            stable[float(rate)] = stable.get(float(rate), True) and is_stable
            if trial.value is not None:
                values[float(rate)] = -table.metric.goal.sign * trial.value
        if values:
            found.append(sweep_of(values, stable=stable, variant=arm.variant))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warmup:
    """Trainings that find the shortest warm-up that is stable.

    Attributes:
        base: The learning rate that each ramps up to from 0: ten times the unstable one.
        lengths: The warm-ups to try, in steps.
        hold: How long each stays at the base rate, as a multiple of its warm-up.
    """

    base: float
    lengths: tuple[int, ...]
    hold: int = 2

    def chosen(self, stable: Mapping[int, bool], *, steps: int) -> WarmupChoice | Missing:
        """Give the shortest warm-up that did not blow up, and the budget with it.

        Args:
            stable: Whether each length that was tried trained stably.
            steps: The budget of a training.
        """
        good = sorted(length for length in self.lengths if stable.get(length, False))
        if not good:
            return Missing("no warm-up that was tried is stable: clip gradient norms instead")
        length = good[0]
        is_long = length > RAISE_BUDGET * steps
        return WarmupChoice(length=length, steps=steps + length if is_long else steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmupChoice:
    """The warm-up that was found.

    Attributes:
        length: Steps of warm-up, before the schedule.
        steps: The budget with it; longer than before where the warm-up is more than a twentieth.
    """

    length: int
    steps: int


def warmup_of(unstable: float, *, steps: int) -> Warmup | Missing:
    """Give the warm-ups to try for a training that is unstable at a learning rate.

    Args:
        unstable: The learning rate at which the training becomes unstable.
        steps: The budget of a training.

    Example:
        >>> warmup_of(0.01, steps=20_000)
        Warmup(base=0.1, lengths=(10, 1000), hold=2)
    """
    lengths = tuple(length for length in WARMUP_LENGTHS if length <= OF_BUDGET * steps)
    if not lengths:
        return Missing(f"{steps:,} steps are too few for a warm-up of ten, a tenth of them")
    return Warmup(base=ABOVE_UNSTABLE * unstable, lengths=lengths)
