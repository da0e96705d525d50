"""Runs that gave no value, in words: the part of a verdict that comes before its means."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.values.evidence import Losses, LossRate, Sample
from trialist.values.numbers import decimals_for, p_value

_MIN_RUNS_FOR_UNCONDITIONAL = 20


def losses_said(
    losses: Losses | None, *, baseline: Sample, variant: Sample, alpha: float
) -> Iterator[str]:
    """Give what lost runs mean for a verdict; nothing where every run gave a value.

    Args:
        losses: The rates of both sides with their test, where both have a run at all.
        baseline: The baseline's runs at the deciding look.
        variant: The candidate's runs at the deciding look.
        alpha: What Fisher's p has to meet before one side is said to lose more: the family's error
            rate over its comparisons.
    """
    if not (baseline.n_lost or variant.n_lost):
        return
    yield f"Given that the run trains: {_counts(losses, baseline, variant)}{_test(losses, alpha)}."
    if min(sample.n + sample.n_lost for sample in (baseline, variant)) < (
        _MIN_RUNS_FOR_UNCONDITIONAL
    ):
        yield (
            "Nothing is said about the mean over all runs, the lost ones among them: "
            f"that needs {_MIN_RUNS_FOR_UNCONDITIONAL} runs per variant or more."
        )
    if losses is not None and losses.p <= alpha:
        more, less = (variant, baseline) if _is_more(losses) else (baseline, variant)
        yield (
            f"{more.variant} loses runs more often than {less.variant} "
            f"(Fisher p {p_value(losses.p)})."
        )


def losses_in_words(sample: Sample) -> str:
    """Give "2 of 20 dropout runs diverged" and the like; failed and diverged are told apart."""
    total = sample.n + sample.n_lost
    runs = f"{total} {sample.variant} runs"
    if sample.n_failed and sample.n_diverged:
        return f"{sample.n_diverged} of {runs} diverged and {sample.n_failed} failed"
    if sample.n_diverged:
        return f"{sample.n_diverged} of {runs} diverged"
    if sample.n_failed:
        return f"{sample.n_failed} of {runs} failed"
    return f"0 of {runs}"


def _counts(losses: Losses | None, baseline: Sample, variant: Sample) -> str:
    ours = losses_in_words(variant) + ("" if losses is None else _range(losses.variant))
    theirs = losses_in_words(baseline) + ("" if losses is None else _range(losses.baseline))
    return f"{ours}, {theirs}" if variant.n_lost else f"{theirs}, {ours}"


def _range(rate: LossRate) -> str:
    low, high = 100 * rate.interval.low, 100 * rate.interval.high
    decimals = max(decimals_for((high - low) / 2, digits=1), 0)
    return f" ({low:.{decimals}f} to {high:.{decimals}f} %)"


def _test(losses: Losses | None, alpha: float) -> str:
    if losses is None or losses.p <= alpha:
        return ""
    return f"; equal rates are not ruled out (Fisher p {p_value(losses.p)})"


def _is_more(losses: Losses) -> bool:
    ours, theirs = losses.variant, losses.baseline
    return ours.n_lost * theirs.n_runs > theirs.n_lost * ours.n_runs
