"""Whether a variant becomes the new baseline: its verdict against the price of the change.

Adopted is what is better by more than it costs (playbook.md 1.7): the lower end of the interval
lies above the price. A price of 0 is that of a free change, such as another value of a parameter;
then the verdict of the family's test decides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from trialist.decide.digits import decimals_of
from trialist.stats.power import more_seeds
from trialist.stats.spread import has_spread, sd_of
from trialist.values.adoption import Adoption, Decision
from trialist.values.evidence import Interval, Sample
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, plain
from trialist.values.verdict import VariantSummary, Verdict, VerdictCode

_BETTER = (VerdictCode.IMPROVEMENT, VerdictCode.RELEVANT_IMPROVEMENT)
_WORTHLESS = (
    *(VerdictCode.REGRESSION, VerdictCode.EQUIVALENT, VerdictCode.NO_RELEVANT_IMPROVEMENT),
)
_FEWEST = 3
"""Replicates from which the noise is known well enough to say how many more would tell."""


def adoptions_of(
    verdicts: Sequence[Verdict],
    summaries: Sequence[VariantSummary],
    *,
    metric: Metric,
    price: float = 0.0,
) -> tuple[Adoption, ...]:
    """Give what the rule says of each compared variant.

    Args:
        verdicts: One per candidate.
        summaries: One per variant, with the runs that the verdicts rest on.
        metric: What is measured.
        price: The least gain for which a variant is adopted, in the metric's unit.
    """
    samples = {one.name: one.sample for one in summaries}
    return tuple(_adoption(verdict, samples, metric, price) for verdict in verdicts)


def _adoption(
    verdict: Verdict, samples: Mapping[str, Sample], metric: Metric, price: float
) -> Adoption:
    decision = _decision(verdict, price)
    more: tuple[int, int] | Missing = Missing("only an open decision asks for more")
    if decision is Decision.INCONCLUSIVE:
        more = _more(verdict, samples, metric, price)
    return Adoption(
        variant=verdict.variant,
        baseline=verdict.baseline,
        decision=decision,
        price=price,
        estimate=verdict.estimate,
        interval=verdict.interval,
        more=more,
        sentence=_said(verdict, decision, _Price(price, metric), more),
    )


def _decision(verdict: Verdict, price: float) -> Decision:
    if verdict.name is VerdictCode.NOT_COMPARABLE:
        return Decision.NOT_COMPARABLE
    if not verdict.final or verdict.name is VerdictCode.REFUSED:
        return Decision.INCONCLUSIVE
    interval = verdict.interval
    if isinstance(interval, Missing):
        return Decision.INCONCLUSIVE
    if verdict.name in _BETTER and (price <= 0 or interval.low > price):
        return Decision.ADOPT
    if verdict.name in _WORTHLESS or interval.high < price:
        return Decision.REJECT
    return Decision.INCONCLUSIVE


def _more(
    verdict: Verdict, samples: Mapping[str, Sample], metric: Metric, price: float
) -> tuple[int, int] | Missing:
    """Give the replicates that would show a gain of the relevant difference beyond the price."""
    if not verdict.final:
        return Missing("the study is not finished")
    if not isinstance(verdict.more_seeds, Missing) and price <= 0:
        return verdict.more_seeds
    target = metric.relevant or price
    if target <= 0:
        return Missing("the study names no relevant difference")
    noise = _noise(samples.get(verdict.variant), samples.get(verdict.baseline), verdict)
    if isinstance(noise, Missing):
        return noise
    sd, df = noise
    alpha = (1 - verdict.level) / _family(verdict)
    return more_seeds(
        sd, df, verdict.n, relevant=target, paired=verdict.design == "paired", alpha=alpha
    )


def _family(verdict: Verdict) -> int:
    """Give about how many comparisons share the error rate, as the adjusted p tells."""
    p, adjusted = verdict.p, verdict.p_adjusted
    if isinstance(p, Missing) or isinstance(adjusted, Missing) or p <= 0:
        return 1
    return max(1, round(adjusted / p))


def _noise(
    sample: Sample | None, baseline: Sample | None, verdict: Verdict
) -> tuple[float, int] | Missing:
    few = Missing("the runs say too little about the noise")
    if sample is None or baseline is None or verdict.n < _FEWEST:
        return few
    if verdict.design == "paired":
        other = dict(zip(baseline.seeds, baseline.values, strict=True))
        pairs = zip(sample.seeds, sample.values, strict=True)
        differences = [value - other[seed] for seed, value in pairs if seed in other]
        if len(differences) < _FEWEST or not has_spread(differences):
            return few
        return sd_of(differences), len(differences) - 1
    if min(sample.n, baseline.n) < _FEWEST:
        return few
    df = sample.n + baseline.n - 2
    squares = sum((one.n - 1) * _sd(one) ** 2 for one in (sample, baseline))
    return (math.sqrt(squares / df), df) if squares > 0 else few


def _sd(sample: Sample) -> float:
    return sd_of(sample.values) if has_spread(sample.values) else 0.0


class _Price:
    """A price in the words of the metric."""

    def __init__(self, price: float, metric: Metric) -> None:
        self.price = price
        self.metric = metric
        self.unit = Unit.of(metric)

    @property
    def words(self) -> str:
        shown = plain(self.price * self.unit.factor)
        word = self.unit.word.removesuffix("s") if shown == "1" else self.unit.word
        return f"{shown} {word}".rstrip()

    def ends(self, verdict: Verdict, interval: Interval) -> str:
        decimals = decimals_of(verdict, self.metric, beside=(self.price,))
        low, high = (self.unit.show(end, decimals) for end in (interval.low, interval.high))
        return f"{low} to {high} {self.unit.word}".rstrip()


def _said(
    verdict: Verdict, decision: Decision, price: _Price, more: tuple[int, int] | Missing
) -> str:
    name, ends = verdict.variant, ""
    if not isinstance(verdict.interval, Missing):
        paired = "paired " if verdict.design == "paired" else ""
        basis = f"{verdict.n} {paired}{verdict.replicate.plural}"
        ends = f" ({price.ends(verdict, verdict.interval)}, {basis})"
    if decision is Decision.NOT_COMPARABLE:
        return f"**{decision.words}:** {verdict.reason or 'the runs do not allow it'}"
    if decision is Decision.ADOPT:
        than = f"more than its price of {price.words}" if price.price > 0 else "and costs nothing"
        return f"**{decision.words} {name}:** it is better than {verdict.baseline}{ends}, {than}."
    if decision is Decision.REJECT:
        return f"**{decision.words} {name}:** {_why_not(verdict, price)}{ends}."
    return f"**{decision.words}:** {_open(verdict, price)}{ends}. {_tells(verdict, more)}"


def _why_not(verdict: Verdict, price: _Price) -> str:
    if verdict.name is VerdictCode.REGRESSION:
        return f"it is worse than {verdict.baseline}"
    if not isinstance(verdict.interval, Missing) and verdict.interval.high < price.price:
        return f"it gains less than its price of {price.words}"
    return "it gains less than what you called relevant"


def _open(verdict: Verdict, price: _Price) -> str:
    if verdict.name is VerdictCode.REFUSED or not verdict.final:
        return f"nothing is known of {verdict.variant} yet"
    if price.price > 0:
        return f"whether {verdict.variant} is worth its price of {price.words} is open"
    return f"whether {verdict.variant} is better than {verdict.baseline} is open"


def _tells(verdict: Verdict, more: tuple[int, int] | Missing) -> str:
    if isinstance(more, Missing):
        return f"How many more {verdict.replicate.plural} would tell is not known: {more.reason}."
    low, high = more
    count = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"About {count} more {verdict.replicate.plural} per variant would tell (power 80 %)."
