"""The curves of one study, from its journals or from its compacted file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trialist.lab.frames import StoredCurve
from trialist.lab.storedruns import runs_of
from trialist.ledger.compaction import compacted_points, compacted_runs
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.ledger.journalsummary import points_of, summary_of


def curves_of(folder: StudyFolder, metrics: Sequence[str] = ()) -> Iterator[StoredCurve]:
    """Give each run's curve of each metric at full length; without a metric, of all.

    Raises:
        LedgerError: If the plan or a journal cannot be read.
    """
    runs = runs_of(folder)
    compacted = compacted_runs(folder)
    known = {run.attempt for run in runs if _is_compacted(folder, run.attempt, compacted)}
    columns: dict[str, dict[str, tuple[Any, Any]]] = {}
    if known:
        for attempt, name, steps, values in compacted_points(folder, metrics, known):
            columns.setdefault(attempt, {})[name] = (steps, values)
    for run in runs:
        points: Mapping[str, tuple[Any, Any]] = columns.get(run.attempt, {})
        if run.attempt not in known:
            path = folder.root / "trials" / run.attempt / "journal.jsonl"
            points = points_of(read_journal(path)) if path.exists() else {}
        for name in metrics or sorted(points):
            if name in points:
                steps, values = points[name]
                yield StoredCurve(
                    study=folder.name,
                    variant=run.variant,
                    seed=run.seed,
                    metric=name,
                    steps=steps,
                    values=values,
                )


def _is_compacted(folder: StudyFolder, attempt: str, compacted: Mapping[str, str]) -> bool:
    if attempt not in compacted:
        return False
    summary = summary_of(folder, attempt)
    return summary is not None and summary.digest == compacted[attempt]
