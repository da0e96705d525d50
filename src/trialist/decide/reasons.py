"""Why a comparison is not answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trialist.decide.amended import two_codes
from trialist.decide.examples import example_reason
from trialist.decide.ruling import Ruling
from trialist.values.evidence import Contrast, Problem, Sample
from trialist.values.missing import Missing
from trialist.values.plan import Protocol


def reason_of(
    protocol: Protocol,
    ruling: Ruling,
    *,
    look_index: int,
    final: bool,
    samples: Sequence[Sample] = (),
) -> str | None:
    """Give the reason that goes with a verdict; None where the comparison is answered.

    Args:
        protocol: What was planned.
        ruling: What the look says.
        look_index: The look's place, from 1.
        final: False while the study could still change it.
        samples: The runs of the baseline and of the variant, for what is wrong with single runs.
    """
    if ruling.contrast.problem is not None and ruling.contrast.examples is not None:
        return example_reason(ruling.contrast, ruling.contrast.examples)
    if ruling.code.answers:
        mixed = ruling.contrast.problem is Problem.OTHER_CODE
        return two_codes(samples) if mixed else None
    next_look = None if final else f"next look at {protocol.looks[look_index].n} seeds"
    if ruling.contrast.problem is not None:
        reason = _IN_WORDS[ruling.contrast.problem](ruling.contrast)
        return reason if next_look is None else f"{reason}; {next_look}"
    if next_look is not None:
        return f"not finished: {next_look}"
    if ruling.contrast.variant in protocol.ablated:
        return "whether the component matters is not settled"
    named = protocol.metric.relevant is not None
    both = "neither no difference nor a relevant improvement is ruled out"
    return both if named else "no difference is not ruled out"


def _one_run(_: Contrast) -> str:
    return "there is no spread to judge the difference by"


def _two_runs(contrast: Contrast) -> str:
    if isinstance(contrast.p, Missing):  # no noise could be pooled: the runs may be more than two
        return contrast.p.reason
    return "two runs say too little about the noise"


def _no_runs(contrast: Contrast) -> str:
    if contrast.design == "paired" and contrast.n_unpaired:
        return f"no seed has a finished run of both {contrast.variant} and {contrast.baseline}"
    without = [
        name
        for name, n in (
            (contrast.variant, contrast.n_variant),
            (contrast.baseline, contrast.n_baseline),
        )
        if n == 0
    ]
    have = "have" if len(without) > 1 else "has"
    return f"{' and '.join(without)} {have} no finished run"


def _no_spread(contrast: Contrast) -> str:
    if contrast.hint is not None:  # seeds differ, variants do not
        return f"{contrast.variant} and {contrast.baseline} gave the same value at every seed"
    return "every run gave the same value; the metric is deterministic or rounded"


def _constant(contrast: Contrast) -> str:
    if contrast.design == "paired":
        return "the difference is the same in every pair: there is no spread to judge it by"
    return "each variant gave one value in all its runs: there is no spread to judge by"


_IN_WORDS: Mapping[Problem, Callable[[Contrast], str]] = {
    Problem.NO_RUNS: _no_runs,
    Problem.ONE_RUN: _one_run,
    Problem.TWO_RUNS: _two_runs,
    Problem.NO_SPREAD: _no_spread,
    Problem.CONSTANT: _constant,
}
