"""What the usual shortcuts would have said on the same runs. For contrast only: none is a test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trialist.values.evidence import Sample
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, decimals_for, plain
from trialist.values.plan import Protocol
from trialist.values.verdict import VariantSummary

_MIN_FOR_SD = 2


def shortcuts_of(protocol: Protocol, summaries: Sequence[VariantSummary]) -> tuple[str, ...]:
    """Give what each shortcut would have said of each candidate, the most usual ones first.

    Args:
        protocol: Says which variant is the baseline, and which way is better.
        summaries: The variants with the runs that the verdicts rest on.
    """
    samples = {summary.name: summary.sample for summary in summaries}
    sentences: list[str] = []
    for name in protocol.candidates:
        said = _said(samples[protocol.baseline], samples[name], metric=protocol.metric)
        if len(protocol.candidates) > 1:
            said = tuple(f"{name}: {text[0].lower()}{text[1:]}" for text in said)
        sentences.extend(said)
    return tuple(sentences)


def _said(baseline: Sample, variant: Sample, *, metric: Metric) -> tuple[str, ...]:
    if not baseline.n or not variant.n:
        return ()
    pair = _Pair(baseline=baseline, variant=variant, metric=metric)
    sentences = [_one_seed(pair), _best_seed(pair)]
    if min(baseline.n, variant.n) >= _MIN_FOR_SD:
        sentences += [_bars(pair), _two_sds(pair)]
    return tuple(sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    baseline: Sample
    variant: Sample
    metric: Metric

    def winner(self, difference: float) -> str:
        oriented = difference * self.metric.goal.sign
        if oriented == 0:
            return "neither is better"
        return f"{self.variant.variant if oriented > 0 else self.baseline.variant} is better"

    def against(self, ours: float, theirs: float) -> str:
        unit = Unit.of(self.metric)
        if ours == theirs:
            return f"{plain(round(ours * unit.factor, 6))} {unit.word} each".replace("  ", " ")
        decimals = decimals_for(abs(ours - theirs) * unit.factor)
        return f"{unit.show(ours, decimals)} against {unit.amount(theirs, decimals)}"


def _one_seed(pair: _Pair) -> str:
    ours, theirs, words = _first_values(pair)
    return f"{words}: {pair.winner(ours - theirs)} ({pair.against(ours, theirs)})."


def _first_values(pair: _Pair) -> tuple[float, float, str]:
    of_variant = _by_seed(pair.variant)
    for seed, theirs in _by_seed(pair.baseline).items():
        if seed is not None and seed in of_variant:
            return of_variant[seed], theirs, f"Seed {seed} alone"
    return pair.variant.values[0], pair.baseline.values[0], "The first run of each"


def _by_seed(sample: Sample) -> dict[int | None, float]:
    return dict(zip(sample.seeds, sample.values, strict=True))


def _best_seed(pair: _Pair) -> str:
    sign = pair.metric.goal.sign
    ours = sign * max(sign * value for value in pair.variant.values)
    theirs = sign * max(sign * value for value in pair.baseline.values)
    return f"Best seed of each: {pair.winner(ours - theirs)} ({pair.against(ours, theirs)})."


def _bars(pair: _Pair) -> str:
    apart = _mean(pair.variant.values) - _mean(pair.baseline.values)
    reach = _sd(pair.variant.values) + _sd(pair.baseline.values)
    if abs(apart) > reach:
        return f"Bars of ±1 SD do not overlap: {pair.winner(apart)}."
    return "Bars of ±1 SD overlap: no difference."


def _two_sds(pair: _Pair) -> str:
    apart = _mean(pair.variant.values) - _mean(pair.baseline.values)
    combined = math.hypot(_sd(pair.variant.values), _sd(pair.baseline.values))
    if abs(apart) > 2 * combined:
        return f"Means more than 2 combined SDs apart: {pair.winner(apart)}."
    return "Means less than 2 combined SDs apart: no difference."


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _sd(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
