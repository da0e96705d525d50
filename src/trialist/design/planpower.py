"""What a plan can find: the difference it detects in 80 % of cases, at its first and last look."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trialist.design.twoways import LEAST_SEEDS
from trialist.stats.anytime import critical_t
from trialist.stats.dunnett import dunnett_critical
from trialist.stats.power import detectable_beyond
from trialist.stats.ttest import critical_at
from trialist.values.judging import Variance
from trialist.values.missing import Missing
from trialist.values.plan import Look, Plan

POWER = 0.8
_TOO_LARGE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectableAt:
    """The smallest difference that one look finds with the plan's power.

    Attributes:
        n: Seeds per variant at the look.
        effect: In SDs of runs (unpaired) or of paired differences (paired); missing where the
            look cannot find anything.
    """

    n: int
    effect: float | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPower:
    """The power of a plan before anything is known about the noise.

    Each look is taken alone and at the level of the whole family, so what is said is on the safe
    side: a difference that several looks may find is found a little more often.

    Attributes:
        first: The first look.
        last: The last look; the same where there is only one.
        paired: True where the unit is the SD of the paired differences.
        power: The probability of finding the difference.
    """

    first: DetectableAt
    last: DetectableAt
    paired: bool
    power: float = POWER

    @property
    def unit(self) -> str:
        """What the effects are multiples of."""
        return "SDs of the paired differences" if self.paired else "seed SDs"

    @property
    def sentence(self) -> str:
        """The power in words."""
        last = self.last
        if isinstance(last.effect, Missing):
            reason = last.effect.reason
            return f"With {_seeds(last.n)} per variant no difference can be found: {reason}."
        text = (
            f"With {_seeds(last.n)} per variant, a difference of {_size(last.effect)} {self.unit} "
            f"is found in {100 * self.power:g} % of cases"
        )
        if self.first.n != last.n:
            effect = self.first.effect
            early = "finds nothing" if isinstance(effect, Missing) else f"takes {_size(effect)}"
            text += f"; the first look, at {_seeds(self.first.n)}, {early}"
        if self.paired:
            text += ". At a correlation of 0.5 that unit is the seed SD, above 0.5 it is smaller"
        return f"{text}."


def power_of_plan(plan: Plan) -> PlanPower:
    """Give what `plan` can find, in units of the noise between seeds."""
    return PlanPower(
        first=_detectable(plan, plan.looks[0]),
        last=_detectable(plan, plan.looks[-1]),
        paired=bool(plan.paired),
    )


def _detectable(plan: Plan, look: Look) -> DetectableAt:
    n, paired, alpha = look.n, bool(plan.paired), look.thresholds[-1]
    if n < 2 or alpha <= 0:
        return DetectableAt(n=n, effect=Missing("one run has no spread"))
    if n < LEAST_SEEDS and (paired or plan.prior is None):
        return DetectableAt(n=n, effect=Missing("two runs of each get no verdict"))
    df, critical = _test_at(plan, n, alpha)
    if math.isinf(critical):
        reason = Missing("so few seeds say nothing that holds at any time")
        return DetectableAt(n=n, effect=reason)
    scale = math.sqrt(n if paired else n / 2)
    return DetectableAt(n=n, effect=detectable_beyond(critical, df, scale, power=POWER))


def _test_at(plan: Plan, n: int, alpha: float) -> tuple[float, float]:
    """Give the degrees of freedom and what the t statistic has to reach at a look."""
    k, paired = max(len(plan.variants) - 1, 1), bool(plan.paired)
    df: float = n - 1 if paired else 2 * n - 2
    if plan.is_open:
        return df, critical_t(alpha, n, None if paired else n)
    if plan.variance is Variance.POOLED:
        df = k * (n - 1) if paired else (k + 1) * (n - 1)
        return df, dunnett_critical(alpha, df=df, n_baseline=n, n_others=(n,) * k)
    if plan.prior is not None:
        df += plan.prior.df
    return df, critical_at(df, alpha)


def _seeds(n: int) -> str:
    return "1 seed" if n == 1 else f"{n} seeds"


def _size(effect: float) -> str:
    return f"more than {_TOO_LARGE:g}" if effect > _TOO_LARGE else f"{effect:.2g}"
