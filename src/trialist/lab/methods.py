"""What a defence of the verdicts needs, joined to final results: sensitivity and methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trialist.values.evidence import LookEvidence
from trialist.values.plan import Plan, Protocol
from trialist.values.results import Results


def with_methods(
    results: Results,
    protocol: Protocol,
    evidence: Sequence[LookEvidence],
    *,
    plan: Plan | None = None,
    version: str | None = None,
) -> Results:
    """Give the results with their sensitivity analyses, their procedure and the methods paragraph.

    Judging itself goes without them: they resample, and they decide nothing.

    Args:
        results: Final results, or results as they stand.
        protocol: What was planned, or implied by a table.
        evidence: The looks so far.
        plan: The registered plan; None for a table.
        version: The version of the software that a record names; None: this one.
    """
    from trialist import __version__
    from trialist.analysis.sensitivity import with_sensitivity
    from trialist.decide.methods import methods_of
    from trialist.decide.procedure import procedure_of

    shared, varied = ((), ()) if plan is None else (plan.paired, plan.vary)
    full = replace(
        results,
        comparisons=with_sensitivity(protocol, results.comparisons, evidence),
        protocol=procedure_of(protocol, shared=shared, varied=varied),
    )
    return replace(full, methods=methods_of(full, version=version or __version__))
