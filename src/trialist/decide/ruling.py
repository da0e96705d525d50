"""What one look says about each open comparison: the interval, the test, the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.interval import interval_at
from trialist.decide.family import Tested, at_once, step_down, step_up
from trialist.stats.equivalence import SDS_TO_CALL_EQUAL
from trialist.values.evidence import Contrast, Interval, LookEvidence, Problem
from trialist.values.judging import Mode, Variance
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol
from trialist.values.verdict import VerdictCode

REJECTED = (
    VerdictCode.REGRESSION,
    VerdictCode.IMPROVEMENT,
    VerdictCode.RELEVANT_IMPROVEMENT,
)
"""Codes that say that there is a difference."""

_REFUSED = (
    *(Problem.NO_RUNS, Problem.ONE_RUN, Problem.NO_SPREAD),
    *(Problem.FEW_RUNS, Problem.FEW_EXAMPLES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a look says about one comparison.

    Attributes:
        contrast: The estimate and its test.
        code: The code, as the rule stands at this look.
        interval: The interval that holds over the family and all looks.
        threshold: The p that this comparison had to meet.
        p_adjusted: p over the family at this look.
    """

    contrast: Contrast
    code: VerdictCode
    interval: Interval | Missing
    threshold: float
    p_adjusted: float | Missing

    @property
    def settles(self) -> bool:
        """True where no further seeds are needed: answered, or the metric cannot vary."""
        return self.code.answers or self.contrast.problem is Problem.NO_SPREAD


def rulings_at(
    protocol: Protocol,
    evidence: LookEvidence,
    *,
    names: Sequence[str],
    n_unrejected: int,
) -> Mapping[str, Ruling]:
    """Give the ruling of this look on each comparison in `names`.

    Args:
        protocol: Holds the planned look's thresholds; runs that were lost do not change them.
        evidence: What is known at this look.
        names: The candidates that are still open.
        n_unrejected: Comparisons of the family that are not rejected so far.
    """
    look = protocol.looks[evidence.index - 1]
    contrasts = {name: evidence.contrasts[name] for name in names}
    tested = _tested(protocol, look, contrasts, n_unrejected)
    untested = look.thresholds[n_unrejected - 1]
    return {
        name: _ruling(contrast, tested.get(name), protocol, look=look, untested=untested)
        for name, contrast in contrasts.items()
    }


def _tested(
    protocol: Protocol, look: Look, contrasts: Mapping[str, Contrast], n_unrejected: int
) -> Mapping[str, Tested]:
    p = {
        name: contrast.p
        for name, contrast in contrasts.items()
        if contrast.problem is None and not isinstance(contrast.p, Missing)
    }
    if protocol.variance is Variance.POOLED:
        shared = {name: contrasts[name].shared_noise for name in p}
        together = {name: noise.p for name, noise in shared.items() if noise is not None}
        share = len(protocol.candidates) / protocol.n_family
        return at_once(together, threshold=look.thresholds[0], share=share)
    if protocol.mode is Mode.EXPLORE:
        return step_up(p, alpha=protocol.alpha, n_family=protocol.n_family)
    return step_down(p, thresholds=look.thresholds, n_unrejected=n_unrejected)


def _ruling(
    contrast: Contrast,
    tested: Tested | None,
    protocol: Protocol,
    *,
    look: Look,
    untested: float,
) -> Ruling:
    interval = interval_at(contrast, look.thresholds[protocol.n_family - 1])
    reason = Missing("not tested")
    code = _code(
        contrast,
        interval,
        rejected=tested is not None and tested.rejected,
        relevant=protocol.metric.relevant,
    )
    if code is VerdictCode.NO_RELEVANT_IMPROVEMENT and contrast.variant in protocol.ablated:
        # Nobody asks whether leaving a component out gains much: what it loses is still open.
        code = VerdictCode.INCONCLUSIVE
    return Ruling(
        contrast=contrast,
        code=code,
        interval=interval,
        threshold=untested if tested is None else tested.threshold,
        p_adjusted=reason if tested is None else tested.p_adjusted,
    )


def _code(
    contrast: Contrast,
    interval: Interval | Missing,
    *,
    rejected: bool,
    relevant: float | None,
) -> VerdictCode:
    if contrast.problem in (Problem.NOT_FINITE, Problem.OTHER_CODE):
        return VerdictCode.NOT_COMPARABLE
    if contrast.problem is not None:
        refused = contrast.problem in _REFUSED
        return VerdictCode.REFUSED if refused else VerdictCode.INCONCLUSIVE
    if isinstance(interval, Missing) or isinstance(contrast.estimate, Missing):
        return VerdictCode.INCONCLUSIVE
    if rejected:
        return _code_of_difference(contrast.estimate, interval, relevant)
    if relevant is None or interval.high >= relevant:
        return VerdictCode.INCONCLUSIVE
    equal = interval.low > -relevant and _may_call_equal(contrast, relevant)
    return VerdictCode.EQUIVALENT if equal else VerdictCode.NO_RELEVANT_IMPROVEMENT


def _code_of_difference(estimate: float, interval: Interval, relevant: float | None) -> VerdictCode:
    if estimate < 0:
        return VerdictCode.REGRESSION
    if relevant is not None and interval.low > relevant:
        return VerdictCode.RELEVANT_IMPROVEMENT
    return VerdictCode.IMPROVEMENT


def _may_call_equal(contrast: Contrast, relevant: float) -> bool:
    sd, sds = contrast.sd, SDS_TO_CALL_EQUAL.get(contrast.n, 0.0)
    return not isinstance(sd, Missing) and relevant >= sds * sd
