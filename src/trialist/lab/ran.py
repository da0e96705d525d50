"""What finished runs say of themselves that no configuration does: their size and their length."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.values.events import EventKind, RunStatus, decode_number
from trialist.values.evidence import RunRecord
from trialist.values.metric import N_PARAMETERS

if TYPE_CHECKING:
    from trialist.design.onechange import Ran


def ran_of(folder: StudyFolder, records: Iterable[RunRecord]) -> tuple[Ran, ...]:
    """Give size and length of every finished run; one that diverged ended when it had to."""
    from trialist.design.onechange import Ran

    return tuple(
        Ran(
            variant=record.variant,
            n_parameters=_n_parameters(folder.root / record.journal),
            last_step=record.last_step,
        )
        for record in records
        if record.status is RunStatus.FINISHED and record.journal is not None
    )


def _n_parameters(path: Path) -> int | None:
    # Most journals do not have it, and parsing a long one takes a second.
    if not path.exists() or f'"{N_PARAMETERS}"'.encode() not in path.read_bytes():
        return None
    values = [
        decode_number(event["v"][N_PARAMETERS])
        for event in read_journal(path).events
        if event["k"] == EventKind.METRIC and N_PARAMETERS in event["v"]
    ]
    last = values[-1] if values else math.nan
    return round(last) if math.isfinite(last) else None
