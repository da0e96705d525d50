"""What may be said of a sealed test set: its numbers, and how often it was opened before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trialist.decide.judgement import Judgement
from trialist.decide.rules import judge
from trialist.decide.summaries import summarize
from trialist.values.evidence import LookEvidence
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, counted, decimals_for
from trialist.values.plan import Protocol
from trialist.values.sealed import SealedResult
from trialist.values.verdict import VariantSummary, Verdict

_REUSED = "test reused"


def reused(verdicts: Sequence[Verdict], n_openings: int) -> tuple[Verdict, ...]:
    """Give verdicts with the flag that says how often the test set had been opened before them.

    Args:
        verdicts: What was judged.
        n_openings: Openings before; none leaves the verdicts as they are.
    """
    if not n_openings:
        return tuple(verdicts)
    flag = f"{_REUSED} ({n_openings})"
    return tuple(replace(one, flags=(*one.flags, flag)) for one in verdicts)


def sealed_result(  # noqa: PLR0913 — one keyword per thing that an opening says of itself
    protocol: Protocol,
    evidence: LookEvidence,
    *,
    digest: str,
    opening: int,
    others: Sequence[str],
    reason: str | None,
    notes: Sequence[str],
) -> SealedResult:
    """Give what came of an opening.

    Args:
        protocol: How the test metric is judged: once, on the runs that the verdict rests on.
        evidence: Those runs on the test set.
        digest: Which test set it is.
        opening: How often it was opened, this time included.
        others: Studies that opened it before.
        reason: Why it was opened again.
        notes: What else a reader of the numbers should know.
    """
    judgement: Judgement = judge(protocol, (evidence,))
    summaries = summarize(protocol, judgement, (evidence,))
    verdicts = reused(judgement.verdicts, opening if opening > 1 else 0)
    return SealedResult(
        metric=protocol.metric,
        digest=digest,
        opening=opening,
        others=tuple(others),
        reason=reason,
        n_runs=sum(one.sample.n for one in summaries),
        notes=tuple(notes),
        variants=summaries,
        comparisons=verdicts,
        sentence=_sentence(summaries, verdicts, protocol.metric, opening, others),
    )


def opening_caveats(n_openings: int, others: Sequence[str]) -> tuple[str, ...]:
    """Give what every report says once the test set was opened more than once.

    Args:
        n_openings: Openings of this test set in the store.
        others: Other studies that opened it.
    """
    if n_openings < 2:
        return ()
    whose = f", by {', '.join(others)} too" if others else ""
    said = f"The sealed test set was opened {n_openings} times{whose}"
    return (f"{said}: what was chosen after the first time has seen it, which flatters it.",)


def _sentence(
    summaries: Sequence[VariantSummary],
    verdicts: Sequence[Verdict],
    metric: Metric,
    opening: int,
    others: Sequence[str],
) -> str:
    times = "opened once" if opening == 1 else f"opened {opening} times"
    said = [one.sentence.replace("**", "") for one in verdicts] or [
        _alone(one, metric) for one in summaries
    ]
    return " ".join(
        (f"**On the sealed test set ({times}):**", *said, *opening_caveats(opening, others))
    )


def _alone(summary: VariantSummary, metric: Metric) -> str:
    mean, ends, unit = summary.mean, summary.interval, Unit.of(metric)
    if isinstance(mean, Missing):
        return f"{summary.name} has no finished run."
    if isinstance(ends, Missing):
        shown = unit.amount(mean, 4 - 2 * (unit.factor > 1))
        return f"{summary.name}: {metric.name} is {shown} ({ends.reason})."
    decimals = decimals_for(ends.half_width * unit.factor)
    low, high = (unit.show(end, decimals) for end in (ends.low, ends.high))
    seeds = counted(summary.sample.n, "seed")
    return (
        f"{summary.name}: {metric.name} is {unit.amount(mean, decimals)} "
        f"({low} to {high}, {seeds})."
    )
