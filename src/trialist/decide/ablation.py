"""An ablation in words: the components by measured drop, and how far the order holds.

The drop is the verdict's own estimate with its sign turned, and so is its interval. The intervals
hold for all comparisons at once, so two that do not overlap order their components at the same
level; two that do overlap say nothing about the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.decide.digits import decimals_of
from trialist.decide.ruling import REJECTED
from trialist.values.ablation import AblationResult, Component, component_of
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, plain
from trialist.values.plan import Protocol
from trialist.values.verdict import Verdict, VerdictCode


def ablation_result(protocol: Protocol, verdicts: Sequence[Verdict]) -> AblationResult | None:
    """Give the components of an ablation, sorted by drop; None where the study ablates nothing.

    Args:
        protocol: Says which variants leave a component out, and the metric.
        verdicts: The verdicts; those on other variants are not looked at.
    """
    about = [verdict for verdict in verdicts if verdict.variant in protocol.ablated]
    if not about:
        return None
    ordered = sorted(about, key=_by_drop)
    components = tuple(_component(verdict, ordered, protocol.metric) for verdict in ordered)
    return AblationResult(components=components, order=tuple(_order(components)))


def _by_drop(verdict: Verdict) -> tuple[bool, float]:
    estimate = verdict.estimate
    return (True, 0.0) if isinstance(estimate, Missing) else (False, estimate)


def _component(verdict: Verdict, family: Sequence[Verdict], metric: Metric) -> Component:
    estimate = verdict.estimate
    return Component(
        name=component_of(verdict.variant),
        variant=verdict.variant,
        drop=estimate if isinstance(estimate, Missing) else 0.0 - estimate,
        interval=_drop_interval(verdict),
        ranks=_ranks(verdict, family),
        code=verdict.name,
        final=verdict.final,
        sentence=_sentence(verdict, metric),
    )


def _drop_interval(verdict: Verdict) -> Interval | Missing:
    interval = verdict.interval
    if isinstance(interval, Missing):
        return interval
    return Interval(low=0.0 - interval.high, high=0.0 - interval.low)


def _ranks(verdict: Verdict, family: Sequence[Verdict]) -> tuple[int, int] | Missing:
    mine = _drop_interval(verdict)
    if isinstance(mine, Missing):
        return mine
    others = [_drop_interval(other) for other in family if other is not verdict]
    known = [other for other in others if isinstance(other, Interval)]
    n_above = sum(other.low > mine.high for other in known)
    n_below = sum(other.high < mine.low for other in known)
    return 1 + n_above, len(family) - n_below


def _sentence(verdict: Verdict, metric: Metric) -> str:
    name, interval = component_of(verdict.variant), _drop_interval(verdict)
    if isinstance(verdict.estimate, Missing):
        return f"{name}: nothing can be said: {verdict.estimate.reason}."
    if isinstance(interval, Missing):
        return f"{name}: the data carries no interval: {interval.reason}."
    show = _Shown(verdict, metric)
    if verdict.name is VerdictCode.REGRESSION:
        said = f"{name} is worth {show.amount(-verdict.estimate)} ({show.ends(interval)})"
        return f"{said}{_past_zero(verdict, interval)}{_against(interval, metric)}."
    if verdict.name in REJECTED:
        said = f"{name} costs {show.amount(verdict.estimate)} ({show.turned(interval)})"
        return f"{said}{_past_zero(verdict, interval)}: the model is better without it."
    if verdict.name is VerdictCode.EQUIVALENT:
        return (
            f"{name} makes no difference that matters ({show.ends(interval)}, "
            f"within {_relevant(metric)})."
        )
    so_far = "" if verdict.final else " so far"
    said = f"{name}: the data does not show that it matters{so_far} ({show.ends(interval)})"
    return f"{said}{_at_most(interval, metric, show)}."


class _Shown:
    """Numbers of one component, rounded as in the sentence of its verdict."""

    def __init__(self, verdict: Verdict, metric: Metric) -> None:
        self._unit = Unit.of(metric)
        self._decimals = decimals_of(verdict, metric)

    def amount(self, value: float) -> str:
        return _with_word(self._unit.show(value, self._decimals), self._unit)

    def ends(self, interval: Interval) -> str:
        show, decimals = self._unit.show, self._decimals
        return f"{show(interval.low, decimals)} to {show(interval.high, decimals)}"

    def turned(self, interval: Interval) -> str:
        return self.ends(Interval(low=-interval.high, high=-interval.low))


def _past_zero(verdict: Verdict, interval: Interval) -> str:
    # The test found it; the interval, which holds for all comparisons at once, asks for more.
    test = "Benjamini-Hochberg" if "exploratory" in verdict.flags else "Holm"
    return f", by the {test} test" if interval.low <= 0 <= interval.high else ""


def _against(interval: Interval, metric: Metric) -> str:
    if metric.relevant is None:
        return ""
    if interval.low > metric.relevant:
        return f", more than the {_relevant(metric)} you asked for"
    if interval.high < metric.relevant:
        return f", less than the {_relevant(metric)} you called relevant"
    return f"; whether that is {_relevant(metric)} or more is open"


def _at_most(interval: Interval, metric: Metric, show: _Shown) -> str:
    if metric.relevant is None or interval.high >= metric.relevant:
        return ""
    return f"; it is worth at most {show.amount(interval.high)}"


def _relevant(metric: Metric) -> str:
    unit = Unit.of(metric)
    return _with_word(plain((metric.relevant or 0.0) * unit.factor), unit)


def _with_word(shown: str, unit: Unit) -> str:
    return f"{shown} {unit.word.removesuffix('s') if shown == '1' else unit.word}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A component with an interval."""

    name: str
    interval: Interval

    def overlaps(self, other: _Known) -> bool:
        first, second = self.interval, other.interval
        return first.low <= second.high and second.low <= first.high


def _order(components: Sequence[Component]) -> list[str]:
    """Give which neighbours are told apart, and which are not."""
    known = [
        _Known(name=one.name, interval=one.interval)
        for one in components
        if isinstance(one.interval, Interval)
    ]
    chains: list[list[_Known]] = []
    for one in known:
        if chains and chains[-1][-1].overlaps(one):
            chains[-1].append(one)
        else:
            chains.append([one])
    said = [_chain(chain) for chain in chains if len(chain) > 1]
    if len(known) > 1 and not said:
        said.append("The order holds: no two neighbours' intervals overlap.")
    return said


def _chain(chain: Sequence[_Known]) -> str:
    names = _listed([one.name for one in chain])
    if all(one.overlaps(other) for one in chain for other in chain):
        return f"{names} are not told apart: the order among them may be chance."
    return (
        f"{names}: no two neighbours are told apart, so this order may be chance; their ranks say "
        "what is certain."
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
