"""Files of predictions, and what becomes of them over several attempts."""

import numpy as np
import pytest

from trialist.ledger.journal import JournalWriter
from trialist.ledger.predictions import (
    Predictions,
    faults,
    predictions_in,
    read_predictions,
    write_predictions,
)
from trialist.values.errors import PredictionsError
from trialist.values.events import EventKind

THREE = Predictions(
    ids=np.array(["a", "b", "c"]),
    truth=np.array([0, 1, 1]),
    predicted=np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], dtype=np.float32),
)


@pytest.fixture
def attempt(tmp_path, clock):
    def attempt(number, *, splits=("val",), resumed=None):
        folder = tmp_path / f"attempt-{number}"
        folder.mkdir()
        journal = JournalWriter(folder / "journal.jsonl", clock=clock)
        journal.start({})
        if resumed is not None:
            journal.record(EventKind.RESUMED, resumed)
        for split in splits:
            name = f"predictions-{split}.npz"
            digest = write_predictions(folder, name, THREE)
            fields = {"split": split, "file": name, "sha256": digest, "n": 3}
            journal.record(EventKind.PREDICTIONS, fields)
        return folder

    return attempt


def test_predictions_come_back(attempt):
    folder = attempt(1)
    (line,) = predictions_in(folder).values()
    assert (line.split, line.n, line.attempt) == ("val", 3, 1)
    back = read_predictions(folder, line)
    assert back.ids.tolist() == ["a", "b", "c"]
    assert back.truth.tolist() == [0, 1, 1]
    assert back.predicted.dtype == np.float32
    np.testing.assert_array_equal(back.predicted, THREE.predicted)
    assert list(faults(folder)) == []


def test_those_of_an_earlier_attempt_before_its_checkpoint_count(attempt):
    attempt(1, splits=("val", "test"))
    resumed = {"attempt": 1, "event": 2, "step": 5, "journal": ""}
    folder = attempt(2, splits=(), resumed=resumed)
    (line,) = predictions_in(folder).values()
    assert (line.split, line.attempt) == ("val", 1)
    assert read_predictions(folder, line).ids.tolist() == ["a", "b", "c"]


def test_an_altered_or_missing_file_is_named_and_never_used(attempt):
    folder = attempt(1)
    path = folder / "predictions-val.npz"
    (line,) = predictions_in(folder).values()
    path.write_bytes(path.read_bytes() + b" ")
    (said,) = faults(folder)
    assert said.startswith(f"the predictions {path} cannot be used: the file was altered")
    with pytest.raises(PredictionsError, match="was altered"):
        read_predictions(folder, line)
    path.unlink()
    assert list(faults(folder)) == [f"the predictions {path} cannot be used: the file is missing"]


def test_a_damaged_journal_is_told_elsewhere(attempt):
    folder = attempt(1)
    path = folder / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n":3', b'"n":4'))
    assert list(faults(folder)) == []
