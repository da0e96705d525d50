"""Whether what a study's runs saved beside their journals is what they recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trialist.ledger import checkpoints, mergedrows, predictions
from trialist.ledger.artifacts import ArtifactStore
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import scan_journal
from trialist.values.errors import ArtifactError, JournalError, PredictionsError
from trialist.values.events import EventKind, RunStatus, decode_number
from trialist.values.plan import Plan

Fault = tuple[str, str]
"""Where, and what."""


def state_faults(
    folder: StudyFolder, plan: Plan, runs: Iterable[Mapping[str, Any]]
) -> Iterator[Fault]:
    """Give what does not hold of checkpoints, predictions, artifacts, and of earlier attempts.

    Args:
        folder: The study's folder.
        plan: Its plan.
        runs: The runs that were judged, as the log names them; only journals that are sound.
    """
    store = ArtifactStore(folder.root.parent)
    told: set[Fault] = set()  # several runs may have used one artifact
    for run in runs:
        attempt = (folder.root / run["journal"]).parent
        try:
            for fault in _faults_of(attempt, plan, store):
                if fault not in told:
                    yield fault
                told.add(fault)
        except (JournalError, OSError) as error:  # of an earlier attempt; told as it is
            where = error.mistakes[0].where if isinstance(error, JournalError) else error.filename
            message = error.mistakes[0].message if isinstance(error, JournalError) else str(error)
            yield str(where or attempt), message


def _faults_of(attempt: Path, plan: Plan, store: ArtifactStore) -> Iterator[Fault]:
    for link in mergedrows.chain_of(attempt):
        for message in checkpoints.faults(link.attempt, plan.metric.goal, missing=False):
            yield str(link.attempt), message
    for message in (*mergedrows.faults(attempt), *predictions.faults(attempt)):
        yield str(attempt), message
    yield from _contradictions(attempt, plan.metric.name)
    yield from _artifact_faults(attempt, store)


def _contradictions(attempt: Path, metric: str) -> Iterator[Fault]:
    from trialist.analysis.rescoring import contradiction

    line = predictions.predictions_in(attempt).get(metric.rpartition("/")[0])
    value = _end_value(attempt)
    if line is None or value is None:
        return
    try:
        found = predictions.read_predictions(attempt, line)
    except PredictionsError:
        return  # told above
    wrong = contradiction(metric, value, found.truth, found.predicted)
    if wrong is not None:
        said = f"{metric} is {wrong.reported:.10g} in the journal"
        yield str(attempt), f"{said}, and {wrong.computed:.10g} by the recorded predictions"


def _end_value(attempt: Path) -> float | None:
    for event in scan_journal(attempt / "journal.jsonl", {EventKind.END}):
        if event["status"] == RunStatus.FINISHED:
            return decode_number(event["value"])
    return None


def _artifact_faults(attempt: Path, store: ArtifactStore) -> Iterator[Fault]:
    for event in scan_journal(attempt / "journal.jsonl", {EventKind.ARTIFACT, EventKind.USED}):
        reference = f"{event['name']}:v{event['version']}"
        try:
            version = store.checked(reference)
        except ArtifactError as error:
            yield error.mistakes[0].where or reference, error.mistakes[0].message
            continue
        if version.digest != event["sha256"]:
            yield str(attempt), f"{reference} is not the artifact that the run recorded"
