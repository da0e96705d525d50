"""The rule: a fold over the looks, in which each comparison is answered once and for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trialist.decide.judgement import Judgement
from trialist.decide.notes import notes_of
from trialist.decide.reasons import reason_of
from trialist.decide.ruling import REJECTED, Ruling, rulings_at
from trialist.decide.sentences import sentence
from trialist.stats.power import more_seeds
from trialist.values.evidence import Contrast, LookEvidence
from trialist.values.missing import Missing
from trialist.values.plan import Protocol
from trialist.values.study import Mode
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
    latest: dict[str, Verdict] = {name: _unseen(protocol, name) for name in protocol.candidates}
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
            n_unrejected=len(protocol.candidates) - n_rejected,
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
        verdicts=tuple(latest[name] for name in protocol.candidates),
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
        reason=reason_of(protocol, ruling, look_index=seen.index, final=final),
        more_seeds=_more_seeds(protocol, ruling, final=final),
        scope=protocol.scope,
        assumptions=_assumptions(protocol, contrast),
        flags=_flags(protocol),
    )
    return _in_words(protocol, verdict, contrast, seen)


def _in_words(
    protocol: Protocol, verdict: Verdict, contrast: Contrast, seen: LookEvidence
) -> Verdict:
    return replace(
        verdict,
        notes=notes_of(
            verdict,
            contrast,
            baseline=seen.samples[contrast.baseline],
            variant=seen.samples[contrast.variant],
            n_family=len(protocol.candidates),
        ),
        sentence=sentence(verdict, metric=protocol.metric, is_alone=len(protocol.candidates) == 1),
    )


def _unseen(protocol: Protocol, name: str) -> Verdict:
    reason = Missing("no look has been taken yet")
    verdict = Verdict(
        variant=name,
        baseline=protocol.baseline,
        name=VerdictCode.INCONCLUSIVE,
        final=False,
        design="paired" if protocol.paired else "unpaired",
        test="paired t" if protocol.paired else "Welch t",
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
            threshold=protocol.looks[0].thresholds[len(protocol.candidates) - 1],
        ),
        reason=f"not finished: first look at {protocol.looks[0].n} seeds",
        more_seeds=reason,
        scope=protocol.scope,
        assumptions=(),
        flags=_flags(protocol),
    )
    alone = len(protocol.candidates) == 1
    return replace(verdict, sentence=sentence(verdict, metric=protocol.metric, is_alone=alone))


def _interval_kind(protocol: Protocol) -> str:
    if protocol.is_sequential:
        return "repeated"
    return "simultaneous" if len(protocol.candidates) > 1 else "single"


def _flags(protocol: Protocol) -> tuple[str, ...]:
    flags = ["sequential" if protocol.is_sequential else "fixed"]
    if protocol.mode is Mode.EXPLORE:
        flags.append("exploratory")
    if not protocol.registered:
        flags.append("unregistered")
    return tuple(flags)


def _assumptions(protocol: Protocol, contrast: Contrast) -> tuple[str, ...]:
    if protocol.is_sequential and contrast.assumptions:
        return (*contrast.assumptions, "the results were judged at the planned looks only")
    return contrast.assumptions


def _more_seeds(protocol: Protocol, ruling: Ruling, *, final: bool) -> tuple[int, int] | Missing:
    contrast, relevant = ruling.contrast, protocol.metric.relevant
    if ruling.code is not VerdictCode.INCONCLUSIVE:
        return Missing("only an inconclusive verdict asks for more seeds")
    if not final:
        return Missing("the study is not finished")
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
        alpha=protocol.alpha / len(protocol.candidates),
    )
