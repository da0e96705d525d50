"""The variants of a table of predictions, one by one: what the table shows, what is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trialist.analysis.armmean import ArmMean
from trialist.values.evidence import Interval
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, counted, decimals_for, fixed
from trialist.values.verdict import VariantSummary


def example_summaries(means: Mapping[str, ArmMean]) -> tuple[VariantSummary, ...]:
    """Give the summaries in the order of `means`."""
    return tuple(
        VariantSummary(sample=arm.sample, mean=arm.mean, sd=arm.sd, interval=arm.interval)
        for arm in means.values()
    )


def example_findings(means: Mapping[str, ArmMean], metric: Metric) -> tuple[str, ...]:
    """Give the standard errors in one sentence, and the agreement with the truth in another."""
    return (*_standard_errors(means, metric), *_agreement(means))


def _standard_errors(means: Mapping[str, ArmMean], metric: Metric) -> Iterator[str]:
    unit = Unit.of(metric)
    known = {name: arm.se for name, arm in means.items() if not isinstance(arm.se, Missing)}
    if not known:
        return
    shown = ", ".join(
        f"{name} {unit.show(se, decimals_for(se * unit.factor, digits=3))}"
        for name, se in known.items()
    )
    over = "examples" if all(means[n].sample.n == 1 for n in known) else "seeds and examples"
    word = f" ({unit.word})" if unit.word else ""
    yield f"Standard error of the mean over {over}{word}: {shown}."


def _agreement(means: Mapping[str, ArmMean]) -> Iterator[str]:
    said = [_kappa(name, arm) for name, arm in means.items() if arm.kappas]
    if said:
        yield f"Cohen's kappa, agreement with the truth beyond chance: {'; '.join(said)}."


def _kappa(name: str, arm: ArmMean) -> str:
    values = [kappa.value for kappa in arm.kappas]
    if len(values) > 1:
        low, high = fixed(min(values), 3), fixed(max(values), 3)
        mean = fixed(sum(values) / len(values), 3)
        return f"{name} {mean} on average ({low} to {high} in {counted(len(values), 'run')})"
    interval = arm.kappas[0].interval
    ends = ""
    if isinstance(interval, Interval):
        ends = f" ({fixed(interval.low, 3)} to {fixed(interval.high, 3)})"
    return f"{name} {fixed(values[0], 3)}{ends}"
