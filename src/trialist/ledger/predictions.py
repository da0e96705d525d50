"""Predictions of single examples: written whole, with their digest in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialist.ledger.atomic import atomic_file
from trialist.ledger.filedigest import digest_of_file, digest_of_open
from trialist.ledger.mergedrows import events_of
from trialist.values.errors import JournalError, PredictionsError
from trialist.values.events import EventKind

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionsLine:
    """What a journal says of one file of predictions.

    Attributes:
        split: Which examples: `val`, or `val/task`.
        file: The file's name in its attempt's folder.
        sha256: Its digest.
        n: How many examples it has.
        attempt: The attempt that wrote it, from 1.
    """

    split: str
    file: str
    sha256: str
    n: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What a run said of each example.

    Attributes:
        ids: The examples, each once.
        truth: What is right, shape `(n,)`.
        predicted: Labels or numbers of shape `(n,)`, or probabilities `(n, n_classes)`.
    """

    ids: Array
    truth: Array
    predicted: Array


def write_predictions(attempt: Path, name: str, predictions: Predictions) -> str:
    """Write a file of predictions into the attempt's folder and give its digest."""
    import numpy as np

    with atomic_file(attempt / name) as file:
        np.savez(file, ids=predictions.ids, y_true=predictions.truth, y_pred=predictions.predicted)
        return digest_of_open(file)


def predictions_in(attempt: Path) -> Mapping[str, PredictionsLine]:
    """Give the newest predictions of each split that a run recorded, over its attempts.

    Args:
        attempt: The folder of the attempt that counts.

    Raises:
        JournalError: If one of these lines is damaged.
    """
    events = events_of(attempt, {EventKind.PREDICTIONS})
    return {
        str(event["split"]): PredictionsLine(
            split=str(event["split"]),
            file=str(event["file"]),
            sha256=str(event["sha256"]),
            n=int(event["n"]),
            attempt=int(event["attempt"]),
        )
        for event in events
    }


def read_predictions(attempt: Path, line: PredictionsLine) -> Predictions:
    """Give predictions back.

    Raises:
        PredictionsError: If the file is missing, or not the one that was recorded.
    """
    import io

    import numpy as np

    path = _path(attempt, line)
    fault = _fault(path, line)
    if fault is not None:
        raise PredictionsError(
            f"these predictions cannot be used: the file {fault}",
            where=str(path),
            todo="restore it from a copy; without one, remove the attempt's folder and run again",
        )
    with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as saved:
        return Predictions(ids=saved["ids"], truth=saved["y_true"], predicted=saved["y_pred"])


def faults(attempt: Path) -> Iterator[str]:
    """Give what is wrong with the predictions that a run recorded, as sentences."""
    with suppress(JournalError):  # told where journals are checked
        for line in predictions_in(attempt).values():
            path = _path(attempt, line)
            fault = _fault(path, line)
            if fault is not None:
                yield f"the predictions {path} cannot be used: the file {fault}"


def _path(attempt: Path, line: PredictionsLine) -> Path:
    return attempt.with_name(f"attempt-{line.attempt}") / line.file


def _fault(path: Path, line: PredictionsLine) -> str | None:
    try:
        found = digest_of_file(path)
    except OSError:
        return "is missing"
    if found != line.sha256:
        return f"was altered: its digest is {found[:12]}, the journal says {line.sha256[:12]}"
    return None
