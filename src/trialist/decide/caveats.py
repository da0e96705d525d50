"""What limits all verdicts of a study or a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from trialist.decide.ruling import REJECTED
from trialist.values.evidence import Interval, Sample
from trialist.values.judging import Mode
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import counted
from trialist.values.plan import Protocol
from trialist.values.replicate import Replicate
from trialist.values.verdict import VariantSummary, Verdict

_MIN_FOR_PAIRS = 2
_NEAR_END_SDS = 3.0


def caveats_of_results(
    protocol: Protocol,
    verdicts: Sequence[Verdict],
    summaries: Sequence[VariantSummary],
    *,
    n_looks: int,
) -> tuple[str, ...]:
    """Give the caveats that apply, the most limiting first.

    Args:
        protocol: What was planned, or implied by a table.
        verdicts: One per candidate.
        summaries: The variants with the runs that the verdicts rest on.
        n_looks: The looks that were needed so far.
    """
    samples = [summary.sample for summary in summaries]
    return (
        *_unfinished(protocol, verdicts, n_looks),
        *_mode(protocol),
        *_wide_intervals(protocol, verdicts),
        *_unregistered(protocol),
        *(() if _on_examples(verdicts) else _pairing(protocol, samples)),
        *_losses(samples),
        *_near_end(protocol.metric, summaries),
    )


def _unfinished(protocol: Protocol, verdicts: Sequence[Verdict], n_looks: int) -> Iterator[str]:
    if not all(verdict.final for verdict in verdicts):
        yield f"Not finished: {n_looks} of {len(protocol.looks)} planned looks taken."


def _mode(protocol: Protocol) -> Iterator[str]:
    n = len(protocol.candidates)
    # A registered plan has said so itself.
    if protocol.mode is Mode.EXPLORE and n and not protocol.registered:
        yield f"Explored, not confirmed: {n} comparison{'s' if n > 1 else ''}."


def _wide_intervals(protocol: Protocol, verdicts: Sequence[Verdict]) -> Iterator[str]:
    if protocol.mode is not Mode.EXPLORE:
        return
    found = [one for one in verdicts if one.name in REJECTED]
    n_wide = sum(_reaches_past_zero(one) for one in found)
    if n_wide:
        reach = "an interval that reaches" if n_wide == 1 else "intervals that reach"
        has = "has" if n_wide == 1 else "have"
        yield (
            f"{n_wide} of {counted(len(found), 'difference')} found {has} {reach} past zero: the "
            "intervals hold for all comparisons at once, and Benjamini-Hochberg, which allows for "
            "a share of false finds, asks for less."
        )


def _reaches_past_zero(verdict: Verdict) -> bool:
    interval = verdict.interval
    return isinstance(interval, Interval) and interval.low <= 0 <= interval.high


def _unregistered(protocol: Protocol) -> Iterator[str]:
    if not protocol.registered:
        yield (
            "Not registered: the results were there before the plan. The verdicts hold if these "
            "are all runs, and neither the metric nor the number of seeds was chosen by looking."
        )


def _on_examples(verdicts: Sequence[Verdict]) -> bool:
    # Every run has the same examples, whatever its seed is called.
    return any(verdict.examples is not None for verdict in verdicts)


def _pairing(protocol: Protocol, samples: Sequence[Sample]) -> Iterator[str]:
    if protocol.registered or protocol.paired:
        return
    if protocol.replicate is Replicate.SEARCH:
        yield from _shared_searches(samples)
    elif any(None in sample.seeds for sample in samples):
        yield "No seeds are named, so pairs cannot be used and a run that is in twice is not seen."
    elif _shares_seeds(samples):
        yield (
            "The variants share seed numbers, but were compared as unpaired: an equal seed number "
            "is no proof of pairing. Say --paired if equal seeds share data order or initial "
            "weights."
        )


def _shared_searches(samples: Sequence[Sample]) -> Iterator[str]:
    if _shares_seeds(samples):
        yield (
            "The variants share the names of searches, but were compared as unpaired: an equal "
            "name is no proof of a shared design. Say --paired if equal searches tried the same "
            "points."
        )


def _shares_seeds(samples: Sequence[Sample]) -> bool:
    seeds = [set(sample.seeds) for sample in samples if sample.n]
    return len(seeds) > 1 and len(set.intersection(*seeds)) >= _MIN_FOR_PAIRS


def _losses(samples: Sequence[Sample]) -> Iterator[str]:
    n_failed = sum(sample.n_failed for sample in samples)
    n_diverged = sum(sample.n_diverged for sample in samples)
    if not (n_failed or n_diverged):
        return
    total = sum(sample.n + sample.n_lost for sample in samples)
    kinds = [f"{n} {word}" for n, word in ((n_diverged, "diverged"), (n_failed, "failed")) if n]
    yield (
        f"{n_failed + n_diverged} of {total} runs gave no value ({', '.join(kinds)}): means, "
        "intervals and verdicts are about runs that train."
    )


def _near_end(metric: Metric, summaries: Sequence[VariantSummary]) -> Iterator[str]:
    names = [summary.name for summary in summaries if _is_near_end(metric, summary)]
    if names:
        yield (
            f"Close to the end of the scale ({', '.join(names)}): the interval of a variant's own "
            "mean is approximate there."
        )


def _is_near_end(metric: Metric, summary: VariantSummary) -> bool:
    mean, sd = summary.mean, summary.sd
    if not metric.is_fraction or isinstance(mean, Missing) or isinstance(sd, Missing):
        return False
    room = min(mean, 1 - mean)
    return math.isfinite(sd) and 0 <= room < _NEAR_END_SDS * sd
