"""What one look says about each open comparison: the interval, the test, the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.decide.family import Tested, step_down, step_up
from trialist.stats.interval import t_interval
from trialist.values.evidence import Contrast, Interval, LookEvidence, Problem
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol
from trialist.values.study import Mode
from trialist.values.verdict import VerdictCode

REJECTED = (
    VerdictCode.REGRESSION,
    VerdictCode.IMPROVEMENT,
    VerdictCode.RELEVANT_IMPROVEMENT,
)
"""Codes that say that there is a difference."""

_REFUSED = (Problem.NO_RUNS, Problem.ONE_RUN, Problem.NO_SPREAD)
# statistics.md 3.5: so few seeds may call two variants equal only where the noise is far below
# the relevant difference. By the smaller side's runs; 5 and more need no such rule.
_SDS_TO_CALL_EQUAL = {2: 3.0, 3: 3.0, 4: 2.5}


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
    if protocol.mode is Mode.EXPLORE:
        return step_up(p, alpha=protocol.alpha, n_family=len(protocol.candidates))
    return step_down(p, thresholds=look.thresholds, n_unrejected=n_unrejected)


def _ruling(
    contrast: Contrast,
    tested: Tested | None,
    protocol: Protocol,
    *,
    look: Look,
    untested: float,
) -> Ruling:
    interval = _interval(contrast, look.thresholds[len(protocol.candidates) - 1])
    reason = Missing("not tested")
    return Ruling(
        contrast=contrast,
        code=_code(
            contrast,
            interval,
            rejected=tested is not None and tested.rejected,
            relevant=protocol.metric.relevant,
        ),
        interval=interval,
        threshold=untested if tested is None else tested.threshold,
        p_adjusted=reason if tested is None else tested.p_adjusted,
    )


def _interval(contrast: Contrast, threshold: float) -> Interval | Missing:
    estimate, se, df = contrast.estimate, contrast.se, contrast.df
    if isinstance(estimate, Missing) or isinstance(se, Missing) or isinstance(df, Missing):
        return se if isinstance(se, Missing) else Missing("there is no estimate")
    if threshold <= 0:
        return Missing("the plan spends no error at this look")
    return t_interval(estimate, se, df, p_threshold=threshold)


def _code(
    contrast: Contrast,
    interval: Interval | Missing,
    *,
    rejected: bool,
    relevant: float | None,
) -> VerdictCode:
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
    sd, sds = contrast.sd, _SDS_TO_CALL_EQUAL.get(contrast.n, 0.0)
    return not isinstance(sd, Missing) and relevant >= sds * sd
