"""A verdict: what may be said about a variant, computed from the protocol and the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialist.values.evidence import EffectSize, Interval, Losses, LossRate, Sample, Sensitivity
from trialist.values.missing import Missing, present


class VerdictCode(StrEnum):
    """The eight things a verdict can be."""

    IMPROVEMENT = "improvement"
    RELEVANT_IMPROVEMENT = "relevant_improvement"
    REGRESSION = "regression"
    EQUIVALENT = "equivalent"
    NO_RELEVANT_IMPROVEMENT = "no_relevant_improvement"
    INCONCLUSIVE = "inconclusive"
    NOT_COMPARABLE = "not_comparable"
    REFUSED = "refused"

    @property
    def answers(self) -> bool:
        """True where the question is answered, so that no further seeds are needed."""
        return self not in (VerdictCode.INCONCLUSIVE, VerdictCode.REFUSED)

    def meets(self, required: VerdictCode) -> bool:
        """True where this verdict fulfils `required` (a relevant improvement is one)."""
        return self is required or (
            required is VerdictCode.IMPROVEMENT and self is VerdictCode.RELEVANT_IMPROVEMENT
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookTaken:
    """The look at which a comparison was judged."""

    index: int
    n: int
    of: tuple[int, ...]
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to one comparison, with everything needed to defend it.

    Estimates are oriented so that positive is better, whatever the goal.

    Attributes:
        variant: The variant's name.
        baseline: The baseline's name.
        name: The code.
        final: False while the study could still change it.
        design: "paired" or "unpaired".
        test: The test's name.
        n: Pairs, or the size of the smaller side.
        n_variant: Values of the variant that were used.
        n_baseline: Values of the baseline that were used.
        correlation: Measured correlation of the pairs.
        estimate: Mean difference.
        interval: Its interval at `level`, over the whole family and all looks.
        interval_kind: "repeated" (several looks), "simultaneous" (a family) or "single".
        level: Confidence level of the interval.
        p: Two-sided p of this comparison alone.
        p_adjusted: p over the family at this look; not corrected for looks.
        effect_size: Hedges' g.
        look: When it was judged.
        reason: Why, for inconclusive, not_comparable and refused.
        more_seeds: For inconclusive: seeds more per variant that would tell, as a range.
        scope: What the verdict is about.
        assumptions: What it rests on.
        flags: fixed, sequential, exploratory, unregistered.
        notes: Sentences that belong after the verdict's own.
        sentence: The verdict in words.
        losses: Whether both variants lose runs alike; None where no run was lost.
        sensitivity: Other analyses of the same runs; they decide nothing.
    """

    variant: str
    baseline: str
    name: VerdictCode
    final: bool
    design: str
    test: str
    n: int
    n_variant: int
    n_baseline: int
    correlation: float | Missing
    estimate: float | Missing
    interval: Interval | Missing
    interval_kind: str
    level: float
    p: float | Missing
    p_adjusted: float | Missing
    effect_size: EffectSize | Missing
    look: LookTaken
    reason: str | None
    more_seeds: tuple[int, int] | Missing
    scope: str
    assumptions: tuple[str, ...]
    flags: tuple[str, ...]
    notes: tuple[str, ...] = ()
    sentence: str = ""
    losses: Losses | None = None
    sensitivity: tuple[Sensitivity, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the verdict as in `comparisons` of results.json."""
        missing: dict[str, str] = {}
        return {
            "variant": self.variant,
            "baseline": self.baseline,
            "design": self.design,
            "test": self.test,
            "n": self.n,
            "n_variant": self.n_variant,
            "n_baseline": self.n_baseline,
            "correlation": _plain("correlation", self.correlation, missing),
            "estimate": _plain("estimate", self.estimate, missing),
            "interval": _plain("interval", self.interval, missing),
            "interval_kind": self.interval_kind,
            "level": self.level,
            "p": _plain("p", self.p, missing),
            "p_adjusted": _plain("p_adjusted", self.p_adjusted, missing),
            "effect_size": _plain("effect_size", self.effect_size, missing),
            "look": {
                "index": self.look.index,
                "n": self.look.n,
                "of": list(self.look.of),
                "threshold": self.look.threshold,
            },
            "verdict": self.name.value,
            "reason": self.reason,
            "more_seeds": _plain("more_seeds", self.more_seeds, missing),
            "scope": self.scope,
            "assumptions": list(self.assumptions),
            "flags": list(self.flags),
            "notes": list(self.notes),
            "sentence": self.sentence,
            **({} if self.losses is None else {"losses": _losses(self.losses)}),
            **(
                {"sensitivity": [_other(one) for one in self.sensitivity]}
                if self.sensitivity
                else {}
            ),
            "missing": missing,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSummary:
    """One variant's values up to the look that decided about it."""

    sample: Sample
    mean: float | Missing
    sd: float | Missing
    interval: Interval | Missing

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.sample.variant

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as in `variants` of results.json."""
        missing: dict[str, str] = {}
        return {
            "name": self.name,
            "n": self.sample.n,
            "n_failed": self.sample.n_failed,
            "n_diverged": self.sample.n_diverged,
            "mean": _plain("mean", self.mean, missing),
            "sd": _plain("sd", self.sd, missing),
            "interval": _plain("interval", self.interval, missing),
            "seeds": list(self.sample.seeds),
            "values": list(self.sample.values),
            "missing": missing,
        }


def _losses(losses: Losses) -> dict[str, Any]:
    return {
        "variant": _rate(losses.variant),
        "baseline": _rate(losses.baseline),
        "p": losses.p,
    }


def _rate(rate: LossRate) -> dict[str, Any]:
    interval = [rate.interval.low, rate.interval.high]
    return {"n_lost": rate.n_lost, "n_runs": rate.n_runs, "interval": interval}


def _other(analysis: Sensitivity) -> dict[str, Any]:
    ends = analysis.interval
    return {
        "name": analysis.name,
        "p": analysis.p,
        "interval": None if ends is None else [ends.low, ends.high],
        "decides": False,
    }


def _plain(
    key: str,
    value: float | Interval | EffectSize | tuple[int, int] | Missing,
    missing: dict[str, str],
) -> Any:
    if isinstance(value, Missing):
        missing[key] = value.reason
        return present(value)
    if isinstance(value, Interval):
        return [value.low, value.high]
    if isinstance(value, EffectSize):
        interval = value.interval
        if isinstance(interval, Missing):
            missing[f"{key}.interval"] = interval.reason
            ends = None
        else:
            ends = [interval.low, interval.high]
        return {"name": value.name, "value": value.value, "interval": ends}
    return list(value) if isinstance(value, tuple) else value
