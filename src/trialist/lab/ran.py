"""What finished runs say of themselves that no configuration does: their size and their length."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from trialist.ledger.folder import StudyFolder
from trialist.ledger.journalsummary import summary_of
from trialist.ledger.runcurves import attempt_of
from trialist.values.events import RunStatus
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
            n_parameters=_n_parameters(folder, record.journal),
            last_step=record.last_step,
        )
        for record in records
        if record.status is RunStatus.FINISHED and record.journal is not None
    )


def _n_parameters(folder: StudyFolder, journal: str) -> int | None:
    summary = summary_of(folder, attempt_of(journal))
    series = None if summary is None else summary.series(N_PARAMETERS)
    return round(series.last) if series is not None and math.isfinite(series.last) else None
