"""Other analyses of the same runs. They are shown beside a verdict and decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from trialist.analysis.sides import Sides, sides_of
from trialist.stats.bootstrap import (
    BOOTSTRAP_T_MIN_N,
    bootstrap_t_interval,
    bootstrap_t_interval_paired,
)
from trialist.stats.draws import SharedDraws
from trialist.stats.resampling import (
    PERMUTATION_MIN_N,
    SIGN_FLIP_MIN_N,
    permutation_p,
    sign_flip_p,
)
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Interval, LookEvidence, Sample, Sensitivity
from trialist.values.missing import Missing
from trialist.values.plan import Protocol
from trialist.values.verdict import Verdict

MOST_VALUES = 100
"""From here on a side's mean is close to normal whatever the noise: under gamma(2) noise the paired
t test errs in 5.3 % of cases at 100 pairs (nominal 5 %), and other analyses say nothing new."""


def sensitivity_of(
    protocol: Protocol, baseline: Sample, variant: Sample
) -> tuple[Sensitivity, ...]:
    """Give the other analyses that the sizes allow, oriented so that plus is better.

    Unpaired: a permutation p from 4 values a side on, a bootstrap-t interval from 8. Paired: a
    sign-flip p from 6 pairs, a bootstrap-t interval from 8. None beyond 100 values a side, and
    none where the values have no spread. All are of this comparison alone: neither looks nor the
    rest of a family are allowed for.

    What is drawn at random follows from the sizes and a fixed internal seed (`stats/draws.py`), so
    the same runs give the same numbers, whatever they are called and in whatever order they come.

    Args:
        protocol: Says the goal, the error rate, and whether equal seeds are pairs by design.
        baseline: The baseline's finished runs.
        variant: The candidate's finished runs.
    """
    sides = sides_of(baseline, variant, protocol)
    if max(len(sides.a), len(sides.b)) > MOST_VALUES:
        return ()
    of_pairs = _of_pairs if sides.paired else _of_groups
    return tuple(of_pairs(sides, 1 - protocol.alpha))


def with_sensitivity(
    protocol: Protocol, verdicts: Sequence[Verdict], evidence: Sequence[LookEvidence]
) -> tuple[Verdict, ...]:
    """Give the verdicts with their sensitivity analyses; those without a test stay as they are.

    Args:
        protocol: What was compared, and how.
        verdicts: The verdicts of this evidence.
        evidence: The looks; each verdict is analyzed on the runs of its own.
    """
    looks = {look.index: look for look in evidence}
    return tuple(_joined(protocol, one, looks.get(one.look.index)) for one in verdicts)


def _joined(protocol: Protocol, verdict: Verdict, look: LookEvidence | None) -> Verdict:
    if look is None or isinstance(verdict.p_adjusted, Missing) or verdict.examples is not None:
        return verdict
    samples = look.samples
    found = sensitivity_of(protocol, samples[verdict.baseline], samples[verdict.variant])
    return replace(verdict, sensitivity=found)


def _of_groups(sides: Sides, level: float) -> Iterator[Sensitivity]:
    if sides.n >= PERMUTATION_MIN_N:
        yield from _p("permutation", lambda: permutation_p(sides.a, sides.b, rng=SharedDraws()))
    if sides.n >= BOOTSTRAP_T_MIN_N:
        yield from _ends(
            lambda: bootstrap_t_interval(sides.a, sides.b, rng=SharedDraws(), level=level)
        )


def _of_pairs(sides: Sides, level: float) -> Iterator[Sensitivity]:
    differences = tuple(sides.differences.values())
    if sides.n >= SIGN_FLIP_MIN_N:
        yield from _p("sign-flip", lambda: sign_flip_p(differences, rng=SharedDraws()))
    if sides.n >= BOOTSTRAP_T_MIN_N:
        yield from _ends(
            lambda: bootstrap_t_interval_paired(differences, rng=SharedDraws(), level=level)
        )


def _p(name: str, analysis: Callable[[], float]) -> Iterator[Sensitivity]:
    try:
        yield Sensitivity(name=name, p=analysis())
    except InsufficientDataError:  # no spread to speak of: the verdict's own words say so
        return


def _ends(analysis: Callable[[], Interval]) -> Iterator[Sensitivity]:
    try:
        yield Sensitivity(name="bootstrap-t", interval=analysis())
    except InsufficientDataError:  # so many equal values that its interval would be infinite
        return
