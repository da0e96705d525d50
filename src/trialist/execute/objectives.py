"""The further objectives of a trial: what its runs returned or logged last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from trialist.execute.trialboard import TrialBoard, runs_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.rows import rows_with_end
from trialist.ledger.searchlog import Told
from trialist.values.errors import MetricError
from trialist.values.events import RunStatus
from trialist.values.metric import metric_name


def with_objectives(
    told: Told, board: TrialBoard, folder: StudyFolder, names: tuple[str, ...]
) -> Told:
    """Give what a trial came to with its further objectives; without one of them it failed.

    Args:
        told: What it came to by the goal metric alone.
        board: All trials.
        folder: The study's folder.
        names: The further metrics.

    Raises:
        MetricError: If no trial so far has had one of them: then it is the code that never logs it.
    """
    if told.status is not RunStatus.FINISHED:
        return told
    found: dict[str, list[float]] = {name: [] for name in names}
    for key in runs_of(board.trials[told.key]):
        record = board.record_of(key)
        values = {} if record is None else _last_values(folder.root / (record.journal or ""))
        for name in names:
            if name in values:
                found[name].append(values[name])
    n = len(told.values)
    missing = [name for name, values in found.items() if len(values) < n]
    if missing and not any(one.objectives for one in board.told.values()):
        raise MetricError(
            f"{board.trials[told.key].name} gave no {missing[0]}, and the search looks for it too",
            where=str(folder.root / "trials" / board.trials[told.key].name),
            todo=f"let the trial log or return {missing[0]}, or take it out of search.objectives",
        )
    if missing:
        return Told(key=told.key, status=RunStatus.FAILED)
    return replace(told, objectives={name: fmean(values) for name, values in found.items()})


def _last_values(journal: Path) -> Mapping[str, float]:
    if not journal.is_file():
        return {}
    last: dict[str, float] = {}
    for row in rows_with_end(journal):
        last.update({_named(name): value for name, value in row.values.items()})
    return last


def _named(name: str) -> str:
    try:
        return metric_name(name)
    except MetricError:
        return name
