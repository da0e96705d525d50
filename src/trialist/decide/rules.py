"""The rule: a fold over the looks, in which each comparison is answered once and for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trialist.analysis.choice import test_name
from trialist.analysis.sides import Sides
from trialist.decide.borrowed import borrowed_notes
from trialist.decide.examplenotes import example_notes
from trialist.decide.judgement import Judgement
from trialist.decide.notes import notes_of
from trialist.decide.reasons import reason_of
from trialist.decide.ruling import REJECTED, Ruling, rulings_at
from trialist.decide.sentences import sentence
from trialist.stats.anytime import anytime_threshold
from trialist.stats.power import Alpha, more_seeds
from trialist.values.ablation import component_of
from trialist.values.evidence import Contrast, LookEvidence
from trialist.values.judging import Mode, Variance
from trialist.values.missing import Missing
from trialist.values.plan import Protocol
from trialist.values.verdict import LookTaken, Verdict, VerdictCode

_MIN_RUNS_FOR_ADVICE = 3


def judge(protocol: Protocol, evidence: Sequence[LookEvidence]) -> Judgement:
    """Give the verdicts that `evidence` carries, look by look.

    A comparison that is answered is final at its look. One that is refused or inconclusive stays
    open until the last planned look, unless its metric cannot vary at all.

    Args:
        protocol: Fixed before the evidence: the family, the looks, the thresholds.
        evidence: The looks so far, in order, from the first.
    """
    if not protocol.candidates:
        return Judgement(verdicts=(), open=(), n_looks=len(evidence))
    settled: dict[str, Verdict] = {}
    latest: dict[str, Verdict] = {}
    n_looks = 0
    for seen in evidence:
        names = [name for name in protocol.candidates if name not in settled]
        if not names:
            break
        n_looks += 1
        n_rejected = sum(verdict.name in REJECTED for verdict in settled.values())
        rulings = rulings_at(
            protocol,
            seen,
            names=names,
            n_unrejected=protocol.n_family - n_rejected,
        )
        is_last = seen.index == len(protocol.looks)
        for name, ruling in rulings.items():
            final = is_last or ruling.settles
            if final:
                settled[name] = _verdict(protocol, seen, ruling, final=True)
            elif seen is evidence[-1]:
                latest[name] = _verdict(protocol, seen, ruling, final=False)
    latest.update(settled)
    return Judgement(
        verdicts=tuple(
            latest[name] if name in latest else _unseen(protocol, name)
            for name in protocol.candidates
        ),
        open=tuple(name for name in protocol.candidates if name not in settled),
        n_looks=n_looks,
    )


def _verdict(protocol: Protocol, seen: LookEvidence, ruling: Ruling, *, final: bool) -> Verdict:
    contrast = ruling.contrast
    verdict = Verdict(
        variant=contrast.variant,
        baseline=contrast.baseline,
        name=ruling.code,
        final=final,
        design=contrast.design,
        test=contrast.test,
        n=contrast.n,
        n_variant=contrast.n_variant,
        n_baseline=contrast.n_baseline,
        correlation=contrast.correlation,
        estimate=contrast.estimate,
        interval=ruling.interval,
        interval_kind=_interval_kind(protocol),
        level=1 - protocol.alpha,
        p=contrast.p,
        p_adjusted=ruling.p_adjusted,
        effect_size=contrast.effect_size,
        look=LookTaken(
            index=seen.index,
            n=protocol.looks[seen.index - 1].n,
            of=tuple(look.n for look in protocol.looks),
            threshold=ruling.threshold,
        ),
        reason=reason_of(
            protocol,
            ruling,
            look_index=seen.index,
            final=final,
            samples=[seen.samples[name] for name in (contrast.baseline, contrast.variant)],
        ),
        more_seeds=_more_seeds(protocol, ruling, final=final),
        scope=protocol.scope,
        assumptions=_assumptions(protocol, contrast),
        flags=_flags(protocol, assisted=contrast.unassisted is None),
        losses=contrast.losses,
        e_value=contrast.e_value,
        replicate=protocol.replicate,
        examples=contrast.examples,
    )
    return _in_words(protocol, verdict, contrast, seen)


def _in_words(
    protocol: Protocol, verdict: Verdict, contrast: Contrast, seen: LookEvidence
) -> Verdict:
    if contrast.examples is not None:
        notes = example_notes(verdict, contrast, contrast.examples, protocol=protocol)
        return replace(verdict, notes=notes, sentence=_said(protocol, verdict))
    return replace(
        verdict,
        notes=(
            *notes_of(
                verdict,
                contrast,
                baseline=seen.samples[contrast.baseline],
                variant=seen.samples[contrast.variant],
                n_family=protocol.n_family,
            ),
            *borrowed_notes(contrast, protocol),
        ),
        sentence=_said(protocol, verdict),
    )


def _unseen(protocol: Protocol, name: str) -> Verdict:
    reason = Missing("no look has been taken yet")
    verdict = Verdict(
        variant=name,
        baseline=protocol.baseline,
        name=VerdictCode.INCONCLUSIVE,
        final=False,
        design="paired" if protocol.paired else "unpaired",
        test=test_name(Sides(a=(), b=(), paired=protocol.paired), protocol),
        n=0,
        n_variant=0,
        n_baseline=0,
        correlation=reason,
        estimate=reason,
        interval=reason,
        interval_kind=_interval_kind(protocol),
        level=1 - protocol.alpha,
        p=reason,
        p_adjusted=reason,
        effect_size=reason,
        look=LookTaken(
            index=0,
            n=0,
            of=tuple(look.n for look in protocol.looks),
            threshold=protocol.looks[0].thresholds[protocol.n_family - 1],
        ),
        reason=f"not finished: first look at {protocol.looks[0].n} seeds",
        more_seeds=reason,
        scope=protocol.scope,
        assumptions=(),
        flags=_flags(protocol),
        replicate=protocol.replicate,
    )
    return replace(verdict, sentence=_said(protocol, verdict))


def _said(protocol: Protocol, verdict: Verdict) -> str:
    is_ablated = verdict.variant in protocol.ablated
    return sentence(
        verdict,
        metric=protocol.metric,
        is_alone=len(protocol.candidates) == 1,
        component=component_of(verdict.variant) if is_ablated else None,
    )


def _interval_kind(protocol: Protocol) -> str:
    if protocol.is_open:
        return "at any time"
    if protocol.is_sequential:
        return "repeated"
    return "simultaneous" if protocol.n_family > 1 else "single"


def _flags(protocol: Protocol, *, assisted: bool = True) -> tuple[str, ...]:
    flags = ["sequential" if protocol.is_sequential else "fixed"]
    if protocol.is_open:
        flags = ["anytime"]
    if protocol.variance is Variance.HISTORY and assisted:
        flags.append("assisted")
    if protocol.mode is Mode.EXPLORE:
        flags.append("exploratory")
    if not protocol.registered:
        flags.append("unregistered")
    return tuple(flags)


def _assumptions(protocol: Protocol, contrast: Contrast) -> tuple[str, ...]:
    if protocol.is_sequential and contrast.assumptions and not protocol.is_open:
        return (*contrast.assumptions, "the results were judged at the planned looks only")
    return contrast.assumptions


def _more_seeds(protocol: Protocol, ruling: Ruling, *, final: bool) -> tuple[int, int] | Missing:
    contrast, relevant = ruling.contrast, protocol.metric.relevant
    if ruling.code is not VerdictCode.INCONCLUSIVE:
        return Missing("only an inconclusive verdict asks for more seeds")
    if not final:
        return Missing("the study is not finished")
    if contrast.examples is not None:
        return Missing("the notes say whether more examples or more seeds would tell")
    if relevant is None:
        return Missing("the study names no relevant difference")
    sd, df = contrast.sd, contrast.df
    few = contrast.problem is not None or contrast.n < _MIN_RUNS_FOR_ADVICE
    if few or isinstance(sd, Missing) or isinstance(df, Missing):
        return Missing("the runs say too little about the noise")
    return more_seeds(
        sd,
        df,
        contrast.n,
        relevant=relevant,
        paired=protocol.paired,
        alpha=_alpha_for_more(protocol),
    )


def _alpha_for_more(protocol: Protocol) -> Alpha:
    """Give the level at which more seeds would be judged: that of the whole family."""
    alpha = protocol.alpha / protocol.n_family
    if not protocol.is_open:
        return alpha
    paired = protocol.paired
    return lambda n: anytime_threshold(alpha, n, None if paired else n)
