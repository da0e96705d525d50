"""How results were judged, as a value that a report and a methods paragraph can point to."""

from __future__ import annotations

from trialist.values.judging import Mode, Variance
from trialist.values.plan import Protocol
from trialist.values.procedure import Correction, Procedure, Spending


def procedure_of(
    protocol: Protocol, *, shared: tuple[str, ...] = (), varied: tuple[str, ...] = ()
) -> Procedure:
    """Give the procedure that a protocol amounts to.

    Args:
        protocol: What was planned, or implied by a table.
        shared: The random sources that equal seeds share, where a plan names them.
        varied: The random sources that differ between seeds, where a plan names them.
    """
    return Procedure(
        registered=protocol.registered,
        mode=protocol.mode,
        alpha=protocol.alpha,
        n_comparisons=protocol.n_family,
        n_earlier=protocol.n_earlier,
        correction=_correction(protocol),
        looks=tuple(look.n for look in protocol.looks),
        spending=_spending(protocol),
        paired=protocol.paired,
        shared=shared,
        varied=varied,
        variance=protocol.variance,
        prior=protocol.prior,
    )


def _correction(protocol: Protocol) -> Correction:
    if protocol.n_family < 2:
        return Correction.NONE
    if protocol.variance is Variance.POOLED:
        return Correction.DUNNETT
    return Correction.BENJAMINI_HOCHBERG if protocol.mode is Mode.EXPLORE else Correction.HOLM


def _spending(protocol: Protocol) -> Spending:
    if protocol.is_open:
        return Spending.ANY_TIME
    return Spending.POWER2 if protocol.is_sequential else Spending.NONE
