"""What a plan can find: the difference it detects in 80 % of cases, at its first and last look."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.stats.power import detectable_effect
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
    paired = bool(plan.paired)
    return PlanPower(
        first=_detectable(plan.looks[0], paired=paired),
        last=_detectable(plan.looks[-1], paired=paired),
        paired=paired,
    )


def _detectable(look: Look, *, paired: bool) -> DetectableAt:
    alpha = look.thresholds[-1]
    if look.n < 2 or alpha <= 0:
        return DetectableAt(n=look.n, effect=Missing("one run has no spread"))
    effect = detectable_effect(look.n, paired=paired, alpha=alpha, power=POWER)
    return DetectableAt(n=look.n, effect=effect)


def _seeds(n: int) -> str:
    return "1 seed" if n == 1 else f"{n} seeds"


def _size(effect: float) -> str:
    return f"more than {_TOO_LARGE:g}" if effect > _TOO_LARGE else f"{effect:.2g}"
