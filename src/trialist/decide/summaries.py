"""One summary per variant, from the runs that its verdict rests on and no others."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.decide.judgement import Judgement
from trialist.stats.interval import mean_interval
from trialist.values.evidence import LookEvidence, Sample
from trialist.values.missing import Missing
from trialist.values.plan import Protocol
from trialist.values.verdict import VariantSummary


def summarize(
    protocol: Protocol, judgement: Judgement, evidence: Sequence[LookEvidence]
) -> tuple[VariantSummary, ...]:
    """Give the summaries in the protocol's order.

    A candidate is shown with the runs of its own look, the baseline with those of the last look
    that a comparison needed; a variant that is alone with those of the last look there is.

    Args:
        protocol: Names the variants.
        judgement: What `judge` gave for this evidence.
        evidence: The looks so far, in order, from the first.
    """
    look_of = {verdict.variant: verdict.look.index for verdict in judgement.verdicts}
    last = evidence[-1].index if evidence else 0
    look_of[protocol.baseline] = max(look_of.values(), default=last)
    seen = {look.index: look for look in evidence}
    summaries = []
    for name in protocol.variants:
        look = seen.get(look_of[name])
        sample = Sample(variant=name, seeds=(), values=()) if look is None else look.samples[name]
        summaries.append(summary_of(sample))
    return tuple(summaries)


def summary_of(sample: Sample) -> VariantSummary:
    """Give the mean, SD and Student t interval (95 %) of one sample."""
    if sample.n == 0:
        reason = Missing("no finished run")
        return VariantSummary(sample=sample, mean=reason, sd=reason, interval=reason)
    found = mean_interval(sample.values)
    return VariantSummary(sample=sample, mean=found.mean, sd=found.sd, interval=found.interval)
