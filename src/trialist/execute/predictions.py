"""`run.predictions`: what a run says of each example, and whether its metric follows from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.ledger.predictions import (
    Predictions,
    predictions_in,
    read_predictions,
    write_predictions,
)
from trialist.values.errors import PredictionsError
from trialist.values.events import EventKind
from trialist.values.numbers import counted

if TYPE_CHECKING:
    import numpy.typing as npt

_SPLIT = re.compile(r"[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*")


class RunPredictions:
    """The predictions of one attempt."""

    def __init__(self, task: Task, recorder: Recorder) -> None:
        self._directory = task.directory
        self._metric = task.metric
        self._recorder = recorder
        self._files: dict[str, list[str]] = {}
        self._has_earlier = bool(task.resume)

    def record(self, split: str, ids: Any, y_true: Any, y_pred: Any) -> None:
        """Write the predictions of a split; those written before for it are replaced.

        Raises:
            PredictionsError: Before the first evaluation, where they do not fit together;
                afterwards that is recorded as a finding.
        """
        try:
            predictions = checked(split, ids, y_true, y_pred)
        except PredictionsError as error:
            self._recorder.mistake(error)
            return
        files = self._files.setdefault(split, [])
        again = f".{len(files) + 1}" if files else ""
        name = f"predictions-{split.replace('/', '-')}{again}.npz"
        digest = write_predictions(self._directory, name, predictions)
        fields = {"split": split, "file": name, "sha256": digest, "n": len(predictions.ids)}
        self._recorder.record(EventKind.PREDICTIONS, fields)
        files.append(name)
        for old in files[:-1]:
            (self._directory / old).unlink(missing_ok=True)

    def expect_files(self) -> None:
        """Look for predictions at the end, since another process of this run has written some."""
        self._has_earlier = True

    def check(self, value: float) -> None:
        """Hold the reported goal metric against the predictions of its split, where there are any.

        Raises:
            PredictionsError: If they contradict it, with both numbers.
        """
        if not (self._files or self._has_earlier):
            return
        split = self._metric.rpartition("/")[0]
        line = predictions_in(self._directory).get(split)
        if line is None:
            return
        from trialist.analysis.rescoring import contradiction

        found = read_predictions(self._directory, line)
        wrong = contradiction(self._metric, value, found.truth, found.predicted)
        if wrong is not None:
            raise PredictionsError(
                f"{self._metric} was reported as {wrong.reported:.10g}, but the recorded "
                f"{counted(wrong.n, 'prediction')} of {split!r} give {wrong.computed:.10g}",
                where=line.file,
                todo="record the predictions that the reported value was computed from",
            )


def checked(split: str, ids: Any, y_true: Any, y_pred: Any) -> Predictions:
    """Give predictions as arrays.

    Raises:
        PredictionsError: For a bad split, shapes that do not fit, an example that comes twice, or
            values that are no numbers and no text.
    """
    if not _SPLIT.fullmatch(str(split)):
        raise PredictionsError(f"{split!r} is no split", todo="call it as in the metric: 'val'")
    import numpy as np

    named = {"ids": ids, "y_true": y_true, "y_pred": y_pred}
    arrays = {name: _array(name, values) for name, values in named.items()}
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1 or lengths["ids"] == 0:
        said = ", ".join(f"{name} {n:,}" for name, n in lengths.items())
        raise PredictionsError(
            f"the predictions of {split!r} have different lengths, or none: {said}",
            todo="pass one id, one truth and one prediction per example",
        )
    unique, counts = np.unique(arrays["ids"], return_counts=True)
    if len(unique) < lengths["ids"]:
        twice = unique[counts > 1][0]
        raise PredictionsError(
            f"the example {twice} comes {counts.max()} times in the predictions of {split!r}",
            todo="pass each example once",
        )
    return Predictions(ids=arrays["ids"], truth=arrays["y_true"], predicted=arrays["y_pred"])


def _array(name: str, values: Any) -> npt.NDArray[Any]:
    import numpy as np

    if hasattr(values, "detach"):  # a torch tensor, wherever it lies
        values = values.detach().cpu()
        values = values.float() if str(values.dtype) == "torch.bfloat16" else values
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError):
        array = np.asarray(None)
    most = 2 if name == "y_pred" else 1
    if array.dtype.kind in "fiubUST" and 1 <= array.ndim <= most:
        return array
    raise PredictionsError(
        f"{name} has shape {array.shape} and dtype {array.dtype}",
        todo=f"pass {name} as numbers or text, one per example"
        + (", or a row of probabilities per example" if most == 2 else ""),
    )
