"""What looking at half of the noise would have said, or at the averages alone. None is evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.values.evidence import Interval, Sensitivity
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for
from trialist.values.verdict import VariantSummary, Verdict

_TAKES_AS_GIVEN = {
    "examples alone": "as if these runs were the recipes",
    "seeds alone": "as if these were all examples there are",
}


def example_shortcuts(
    metric: Metric, verdicts: Sequence[Verdict], summaries: Sequence[VariantSummary]
) -> tuple[str, ...]:
    """Give what each shortcut would have said of each candidate.

    Args:
        metric: Says which way is better.
        verdicts: With what the examples alone, and the seeds alone, say.
        summaries: The variants.
    """
    means = {summary.name: summary for summary in summaries}
    said: list[str] = []
    for verdict in verdicts:
        texts = _said(verdict, metric, means[verdict.variant], means[verdict.baseline])
        several = len(verdicts) > 1
        said += [f"{verdict.variant}: {t[0].lower()}{t[1:]}" if several else t for t in texts]
    return tuple(said)


def _said(
    verdict: Verdict, metric: Metric, ours: VariantSummary, theirs: VariantSummary
) -> Iterator[str]:
    yield from _averages(metric, ours, theirs)
    examples = verdict.examples
    for other in () if examples is None else examples.alone:
        if other.interval is not None:
            yield f"{_lead(other)}: {_answer(verdict, other.interval, metric)}."


def _averages(metric: Metric, ours: VariantSummary, theirs: VariantSummary) -> Iterator[str]:
    if isinstance(ours.mean, Missing) or isinstance(theirs.mean, Missing):
        return
    apart = (ours.mean - theirs.mean) * metric.goal.sign
    if apart == 0:
        yield "The averages alone: neither is better."
        return
    unit = Unit.of(metric)
    decimals = decimals_for(abs(apart) * unit.factor)
    numbers = f"{unit.show(ours.mean, decimals)} against {unit.amount(theirs.mean, decimals)}"
    yield f"The averages alone: {ours.name if apart > 0 else theirs.name} is better ({numbers})."


def _lead(other: Sensitivity) -> str:
    name = other.name
    return f"{name[0].upper()}{name[1:]}, {_TAKES_AS_GIVEN[name]}"


def _answer(verdict: Verdict, interval: Interval, metric: Metric) -> str:
    unit = Unit.of(metric)
    decimals = _decimals(interval, unit)
    low, high = unit.show(interval.low, decimals), unit.show(interval.high, decimals)
    plus = "" if metric.goal is Goal.MAXIMIZE else " where plus is better"
    ends = f"({low} to {high}{plus})"
    if interval.low > 0:
        return f"{verdict.variant} is better {ends}"
    if interval.high < 0:
        return f"{verdict.baseline} is better {ends}"
    return f"no difference is shown {ends}"


def _decimals(interval: Interval, unit: Unit) -> int:
    """Give one more decimal where an end would be shown as zero and is not."""
    decimals = decimals_for(interval.half_width * unit.factor)
    ends = (interval.low * unit.factor, interval.high * unit.factor)
    return decimals + any(end and round(end, decimals) == 0 for end in ends)
