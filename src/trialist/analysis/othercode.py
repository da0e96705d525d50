"""Runs that two codes made: they are shown, and never judged together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trialist.values.evidence import CodeSeeds, Contrast, Problem, RunRecord, Sample
from trialist.values.judging import Variance
from trialist.values.missing import Missing
from trialist.values.plan import Protocol

_SEPARATE = Missing("the runs were made by two codes")


def codes_in(runs: Sequence[RunRecord]) -> tuple[CodeSeeds, ...]:
    """Give the codes that made `runs`, the plan's own last; nothing where that is the only one."""
    seeds: dict[str | None, list[int]] = {}
    for run in runs:
        if run.seed is not None:
            seeds.setdefault(run.code, []).append(run.seed)
    if seeds.keys() <= {None}:
        return ()
    ordered = sorted(seeds, key=lambda code: (code is None, code or ""))
    return tuple(CodeSeeds(code=code, seeds=tuple(seeds[code])) for code in ordered)


def without_mixtures(
    contrasts: Mapping[str, Contrast], samples: Mapping[str, Sample], protocol: Protocol
) -> Mapping[str, Contrast]:
    """Give the contrasts again, those over two codes as ones that cannot be judged.

    Where the noise of all variants is pooled, one variant of other code spoils every comparison.

    Args:
        contrasts: One per candidate.
        samples: All variants.
        protocol: What is compared, and how.
    """
    if not any(sample.codes for sample in samples.values()):
        return contrasts
    judged = {}
    for name, contrast in contrasts.items():
        used = [samples[contrast.baseline], samples[name]]
        if protocol.variance is Variance.POOLED:
            used = list(samples.values())
        judged[name] = _apart(contrast) if _n_codes(used) > 1 else contrast
    return judged


def _n_codes(samples: Sequence[Sample]) -> int:
    own = CodeSeeds(code=None, seeds=())
    found = {one.code for sample in samples for one in sample.codes or (own,) if _has_runs(sample)}
    return len(found)


def _has_runs(sample: Sample) -> bool:
    return sample.n + sample.n_lost > 0


def _apart(contrast: Contrast) -> Contrast:
    return replace(
        contrast,
        estimate=_SEPARATE,
        se=_SEPARATE,
        df=_SEPARATE,
        p=_SEPARATE,
        sd=_SEPARATE,
        correlation=_SEPARATE,
        effect_size=_SEPARATE,
        differences={},
        problem=Problem.OTHER_CODE,
        hint=None,
        assumptions=(),
        shared_noise=None,
        e_value=None,
        losses=None,
    )
