"""Evidence: everything that is known at one look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from trialist.analysis.contrast import contrast
from trialist.analysis.othercode import without_mixtures
from trialist.analysis.pooled import with_pooled_noise
from trialist.analysis.samples import samples_at
from trialist.values.evidence import Contrast, LookEvidence, RunRecord
from trialist.values.judging import Variance
from trialist.values.plan import Protocol


def evidence_at(
    protocol: Protocol,
    records: Iterable[RunRecord],
    *,
    look_index: int,
    seeds: Sequence[int] | None,
) -> LookEvidence:
    """Give the samples and the contrasts of one look.

    Args:
        protocol: What is compared, and how.
        records: The runs in any order.
        look_index: The look's place among the planned looks, from 1.
        seeds: The planned seeds of this look; None takes every run (a table of results).
    """
    samples = samples_at(protocol, records, seeds)
    baseline = samples[protocol.baseline]
    contrasts: Mapping[str, Contrast] = {
        name: contrast(baseline, samples[name], protocol=protocol) for name in protocol.candidates
    }
    if protocol.variance is Variance.POOLED:
        contrasts = with_pooled_noise(contrasts, samples, protocol)
    contrasts = without_mixtures(contrasts, samples, protocol)
    return LookEvidence(index=look_index, samples=samples, contrasts=contrasts)
