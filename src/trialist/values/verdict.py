"""A verdict: what may be said about a variant, computed from the protocol and the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialist.values.evidence import (
    EffectSize,
    Examples,
    Interval,
    Losses,
    LossRate,
    Sample,
    Sensitivity,
)
from trialist.values.missing import Missing, present
from trialist.values.replicate import Replicate


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
        interval_kind: "repeated" (several looks), "simultaneous" (a family), "single" or
            "at any time".
        level: Confidence level of the interval.
        p: Two-sided p of this comparison alone.
        p_adjusted: p over the family at this look; not corrected for looks.
        effect_size: Hedges' g.
        look: When it was judged.
        reason: Why, for inconclusive, not_comparable and refused.
        more_seeds: For inconclusive: seeds more per variant that would tell, as a range.
        scope: What the verdict is about.
        assumptions: What it rests on.
        flags: fixed, sequential, anytime, assisted, exploratory, unregistered, amended, post-hoc.
        notes: Sentences that belong after the verdict's own.
        sentence: The verdict in words.
        losses: Whether both variants lose runs alike; None where no run was lost.
        sensitivity: Other analyses of the same runs; they decide nothing.
        e_value: Evidence against no difference, for the test that holds at any time: 20 or more
            at level 0.05. E-values of independent studies may be multiplied.
        replicate: What one value stands for: a seed, or a whole search.
        examples: What it rests on where single examples are compared, not runs.
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
    e_value: float | None = None
    replicate: Replicate = Replicate.SEED
    examples: Examples | None = None

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
            **({} if self.e_value is None else {"e_value": self.e_value}),
            **({} if self.replicate is Replicate.SEED else {"replicate": self.replicate.value}),
            **({} if self.losses is None else {"losses": _losses(self.losses)}),
            **({} if self.examples is None else {"examples": _examples(self.examples)}),
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


def _examples(examples: Examples) -> dict[str, Any]:
    told: dict[str, Any] = {"n": examples.n, "n_left_out": examples.n_left_out}
    if examples.n_clusters is not None:
        told["n_clusters"] = examples.n_clusters
    if examples.only_variant is not None:
        told["only_variant"] = examples.only_variant
        told["only_baseline"] = examples.only_baseline
    if examples.p_exact is not None:
        told["p_exact"] = examples.p_exact
    if examples.noise is not None:
        told["noise"] = dict(zip(("examples", "seeds", "interplay"), examples.noise, strict=True))
    if examples.alone:
        told["alone"] = [_other(one) for one in examples.alone]
    return told


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
