"""Sensitivity analyses in words: what another analysis says, and why the verdict stands."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.decide.digits import decimals_of
from trialist.decide.ruling import REJECTED
from trialist.decide.wordlists import listed
from trialist.values.evidence import Sensitivity
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, p_value
from trialist.values.verdict import Verdict

_TEST = {
    "permutation": "a permutation test of the means",
    "sign-flip": "a sign-flip test of the pairs",
}


def sensitivity_words(
    verdict: Verdict, metric: Metric, *, is_alone: bool = True
) -> tuple[str, ...]:
    """Give what the sensitivity analyses of one comparison say; empty where there are none.

    They decide nothing: where one of them sees a single comparison otherwise than the t test does,
    a sentence says what that means, and that the verdict stands as planned.

    Args:
        verdict: The verdict with its sensitivity analyses.
        metric: What is measured.
        is_alone: True where no other comparison shares the error rate.
    """
    if not verdict.sensitivity:
        return ()
    shown = [_shown(one, verdict, metric) for one in verdict.sensitivity]
    apart = _uncorrected(verdict, is_alone=is_alone)
    head = f"Sensitivity of {verdict.variant} (decides nothing{apart})"
    return (f"{head}: {', '.join(shown)}.", *_otherwise(verdict))


def _uncorrected(verdict: Verdict, *, is_alone: bool) -> str:
    left_out = ["looks"] if len(verdict.look.of) > 1 else []
    if not is_alone:
        left_out.append("the other comparisons")
    return f"; not corrected for {listed(left_out)}" if left_out else ""


def _shown(one: Sensitivity, verdict: Verdict, metric: Metric) -> str:
    parts = [one.name]
    if one.p is not None:
        parts.append(f"p {p_value(one.p)}")
    if one.interval is not None:
        unit, decimals = Unit.of(metric), decimals_of(verdict, metric)
        low, high = (unit.show(end, decimals) for end in (one.interval.low, one.interval.high))
        parts.append(f"{low} to {high} {unit.word}".rstrip())
    return " ".join(parts)


def _otherwise(verdict: Verdict) -> Iterator[str]:
    """Say where another analysis of this comparison alone disagrees with the t test alone."""
    alpha, p = 1 - verdict.level, verdict.p
    if isinstance(p, Missing):
        return
    expected = verdict.name in REJECTED or p <= alpha
    others = [one for one in verdict.sensitivity if _sees(one, alpha) != expected]
    if not others:
        return
    found = listed([_finding(one) for one in others])
    if expected and verdict.name in REJECTED:
        means = "the verdict leans on the t test's assumption of roughly normal noise"
    elif expected:
        means = "what the t test says leans on its assumption of roughly normal noise"
    else:
        means = "noise that is far from normal can hide a difference from the t test"
    yield f"{found[0].upper()}{found[1:]}: {means}. The verdict stands as planned."


def _sees(one: Sensitivity, alpha: float) -> bool:
    if one.p is not None:
        return one.p <= alpha
    return one.interval is not None and not one.interval.low <= 0 <= one.interval.high


def _finding(one: Sensitivity) -> str:
    if one.p is not None:
        return f"{_TEST.get(one.name, one.name)} gives p {p_value(one.p)}"
    ends = one.interval
    reaches = ends is not None and ends.low <= 0 <= ends.high
    return f"the {one.name} interval {'reaches' if reaches else 'does not reach'} zero"
