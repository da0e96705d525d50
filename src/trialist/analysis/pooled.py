"""The noise of all variants together, where the plan declares it equal: Dunnett's comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trialist.analysis.choice import assumptions_of
from trialist.analysis.contrast import MIN_DF_OF_TWO_RUNS
from trialist.stats.dunnett import PooledMany, blocked_many, dunnett_p, pooled_many
from trialist.stats.ttest import t_test_of
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Contrast, Problem, Sample, SharedNoise
from trialist.values.missing import Missing
from trialist.values.plan import Protocol

_TESTED = (None, Problem.TWO_RUNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """The candidates that are compared at once, and the sizes of all groups."""

    names: tuple[str, ...]
    found: PooledMany
    n_baseline: int
    n_others: tuple[int, ...]


def with_pooled_noise(
    contrasts: Mapping[str, Contrast], samples: Mapping[str, Sample], protocol: Protocol
) -> Mapping[str, Contrast]:
    """Give the contrasts again, judged by the noise of all variants together.

    Unpaired: the SDs of all groups are pooled. Paired: the residual of seeds by variants, over the
    seeds that every variant with the most runs has. A candidate that was answered earlier has
    fewer runs than the others and is left out of a paired family.

    Args:
        contrasts: One per candidate, by its own noise; what cannot be tested stays as it is.
        samples: All variants.
        protocol: What is compared, and how.

    References:
        Dunnett (1955), JASA 50, 1096-1121; docs/design/002-exact-thresholds.md for the looks.
    """
    names = tuple(name for name, one in contrasts.items() if one.problem in _TESTED)
    judged = dict(contrasts)
    judged.update((name, _unjudged(contrasts[name])) for name in names)
    family = _family(names, samples, protocol) if names else None
    if family is not None:
        for place, name in enumerate(family.names):
            judged[name] = _judged(contrasts[name], place, family)
    return judged


def _family(
    names: tuple[str, ...], samples: Mapping[str, Sample], protocol: Protocol
) -> _Family | None:
    try:
        return (_blocks if protocol.paired else _groups)(names, samples, protocol)
    except InsufficientDataError:  # every difference over the shared seeds is constant
        return None


def _groups(
    names: tuple[str, ...], samples: Mapping[str, Sample], protocol: Protocol
) -> _Family | None:
    sign = protocol.metric.goal.sign
    rows = [[sign * v for v in samples[name].values] for name in (protocol.baseline, *names)]
    sizes = tuple(len(row) for row in rows[1:])
    missing = len(protocol.candidates) - len(names)
    return _Family(
        names=names,
        found=pooled_many(rows),
        n_baseline=len(rows[0]),
        n_others=(*sizes, *[min(sizes)] * missing),
    )


def _blocks(
    names: tuple[str, ...], samples: Mapping[str, Sample], protocol: Protocol
) -> _Family | None:
    kept = _still_running(names, samples) if protocol.registered else names
    shared = _shared_seeds([samples[name] for name in (protocol.baseline, *kept)])
    if len(shared) < 2:
        return None
    sign = protocol.metric.goal.sign
    rows = [_row(samples[name], shared, sign) for name in (protocol.baseline, *kept)]
    return _Family(
        names=kept,
        found=blocked_many(rows),
        n_baseline=len(shared),
        n_others=(len(shared),) * len(protocol.candidates),
    )


def _still_running(names: tuple[str, ...], samples: Mapping[str, Sample]) -> tuple[str, ...]:
    planned = {name: samples[name].n + samples[name].n_lost for name in names}
    most = max(planned.values())
    return tuple(name for name in names if planned[name] == most)


def _shared_seeds(samples: Sequence[Sample]) -> list[int]:
    common = set.intersection(*[set(sample.seeds) for sample in samples])
    return [seed for seed in samples[0].seeds if seed is not None and seed in common]


def _row(sample: Sample, seeds: Sequence[int], sign: float) -> list[float]:
    of = dict(zip(sample.seeds, sample.values, strict=True))
    return [sign * of[seed] for seed in seeds]


def _judged(contrast: Contrast, place: int, family: _Family) -> Contrast:
    found = family.found
    paired = contrast.design == "paired"
    test = t_test_of(estimate=found.estimates[place], se=found.ses[place], df=found.df, sd=found.sd)
    n = family.n_baseline if paired else contrast.n
    two = n == 2 and found.df < MIN_DF_OF_TWO_RUNS
    return replace(
        contrast,
        n=n,
        n_variant=n if paired else contrast.n_variant,
        n_baseline=n if paired else contrast.n_baseline,
        n_unpaired=contrast.n_unpaired + (2 * (contrast.n - n) if paired else 0),
        estimate=test.estimate,
        se=test.se,
        df=test.df,
        p=test.p,
        # the SD of the paired differences, as for the other paired tests
        sd=test.sd * 2**0.5 if paired else test.sd,
        problem=Problem.TWO_RUNS if two else None,
        assumptions=assumptions_of(contrast.test, paired=paired),
        shared_noise=SharedNoise(
            n_baseline=family.n_baseline,
            n_others=family.n_others,
            p=dunnett_p(
                test.t, df=found.df, n_baseline=family.n_baseline, n_others=family.n_others
            ),
            sd_ratio=found.max_sd_ratio,
        ),
    )


def _unjudged(contrast: Contrast) -> Contrast:
    reason = Missing("the seeds that all variants share are too few to pool their noise")
    return replace(contrast, se=reason, df=reason, p=reason, sd=reason, problem=Problem.TWO_RUNS)
