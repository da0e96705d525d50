"""The protocol of a plan whose equal seeds turned out to be no pairs."""

from __future__ import annotations

from dataclasses import replace

from trialist.design.looks import Judging, planned_looks
from trialist.values.plan import Plan, Protocol


def unpaired_protocol(plan: Plan) -> Protocol:
    """Give what judging needs where a repeated run was not the same run.

    The looks stay where they were planned; their thresholds are those of an unpaired design, so
    that the error rate is kept.
    """
    protocol = plan.protocol
    if not protocol.paired:
        return protocol
    judging = Judging(
        paired=False,
        variance=protocol.variance,
        is_open=protocol.is_open,
        n_earlier=protocol.n_earlier,
    )
    moments = tuple(look.n for look in plan.looks)
    looks = planned_looks(moments, len(protocol.candidates), judging)
    return replace(protocol, paired=False, looks=looks)
