"""Which test a design asks for. The design chooses, never the data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trialist.analysis.sides import Sides
from trialist.stats.anytime import e_value
from trialist.stats.folds import fold_t
from trialist.stats.moderated import moderated_sd, moderated_t
from trialist.stats.paired import paired_t
from trialist.stats.ttest import TTest
from trialist.stats.unpaired import pooled_t, prefers_pooled, welch_t
from trialist.values.judging import Variance
from trialist.values.plan import Protocol
from trialist.values.prior import SpreadPrior

PAIRED, WELCH, POOLED = "paired t", "Welch t", "pooled t"
SAFE, MODERATED, FOLDS = "safe t", "moderated t", "corrected fold t"
DUNNETT, BLOCK_DUNNETT = "Dunnett", "block Dunnett"

_FOLDS = "every variant was trained and tested on the same folds"
_PAIRS = "equal seeds share the sources that the plan names"
_NORMAL_PAIRS = "the differences of the pairs are roughly normal"
_INDEPENDENT = "the runs are independent"
_NORMAL = "the values of each variant are roughly normal"
_EQUAL_NOISE = "assumes equal noise in both variants"
_EQUAL_EVERYWHERE = "assumes equal noise in all variants, as the plan declares"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A test that was done.

    Attributes:
        test: What it says.
        assumptions: What it rests on, in words.
        e_value: Evidence that may be looked at at any time; None for other tests.
        unassisted: Why the noise of earlier runs was not used; None where it was.
    """

    test: TTest
    assumptions: tuple[str, ...]
    e_value: float | None = None
    unassisted: str | None = None


def test_name(sides: Sides, protocol: Protocol) -> str:
    """Give the name of the test that the design asks for."""
    if protocol.folds is not None:
        return FOLDS
    if protocol.variance is Variance.POOLED:
        return BLOCK_DUNNETT if sides.paired else DUNNETT
    if protocol.is_open:
        return SAFE
    if sides.paired:
        return PAIRED
    if protocol.variance is Variance.HISTORY:
        return MODERATED
    return POOLED if sides.n > 0 and prefers_pooled(len(sides.a), len(sides.b)) else WELCH


def assumptions_of(name: str, *, paired: bool) -> tuple[str, ...]:
    """Give what a test rests on, in words."""
    basis = (_PAIRS, _NORMAL_PAIRS) if paired else (_INDEPENDENT, _NORMAL)
    if name == FOLDS:
        basis = (_FOLDS, _NORMAL_PAIRS)
    extra = {
        POOLED: (_EQUAL_NOISE,),
        MODERATED: (
            _EQUAL_NOISE,
            "the noise is like that of the earlier runs that the plan names",
        ),
        SAFE: () if paired else (_EQUAL_NOISE,),
        FOLDS: ("two folds correlate by the share of examples that is tested on (rule of thumb)",),
        DUNNETT: (_EQUAL_EVERYWHERE,),
        BLOCK_DUNNETT: (_EQUAL_EVERYWHERE,),
    }
    return (*basis, *extra.get(name, ()))


def chosen(sides: Sides, protocol: Protocol) -> Chosen:
    """Do the test that the design asks for, but for the pooled noise of a whole family.

    Raises:
        InsufficientDataError: If there is no spread, or a side has fewer than 2 values.
    """
    name = test_name(sides, protocol)
    assumptions = assumptions_of(name, paired=sides.paired)
    if protocol.folds is not None:
        n_test, n_train = protocol.folds
        corrected = fold_t(tuple(sides.differences.values()), n_test=n_test, n_train=n_train)
        return Chosen(test=corrected, assumptions=assumptions)
    plain = _plain(sides, name)
    if name == SAFE:
        n_b = None if sides.paired else len(sides.b)
        evidence = e_value(plain.t, len(sides.a), n_b)
        always = replace(plain, p=1.0 if evidence <= 1 else 1 / evidence)
        return Chosen(test=always, assumptions=assumptions, e_value=evidence)
    if name == MODERATED and protocol.prior is not None:
        return _moderated(plain, protocol.prior)
    return Chosen(test=plain, assumptions=assumptions)


def _plain(sides: Sides, name: str) -> TTest:
    if sides.paired:
        return paired_t(tuple(sides.differences.values()))
    return (welch_t if name == WELCH else pooled_t)(sides.a, sides.b)


def _moderated(test: TTest, prior: SpreadPrior) -> Chosen:
    spread = moderated_sd(test.sd, test.df, prior)
    name = MODERATED if spread.used else POOLED
    return Chosen(
        test=moderated_t(test.estimate, test.sd, test.df, test.se / test.sd, prior),
        assumptions=assumptions_of(name, paired=False),
        unassisted=spread.why,
    )
