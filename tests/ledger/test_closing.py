"""How an attempt without an end line was closed."""

import pytest

from trialist.ledger.closing import Closing, read_closing, write_closing
from trialist.values.errors import LedgerError
from trialist.values.events import FailureKind, RunStatus


@pytest.mark.parametrize(
    "closing",
    [
        Closing(status=RunStatus.FAILED, failure=FailureKind.CRASHED, message="größer\n"),
        Closing(status=RunStatus.STOPPED, failure=None, message=""),
        Closing(status=RunStatus.FAILED, failure=FailureKind.TIMEOUT, message="m", seconds=2.125),
    ],
)
def test_a_closing_reads_back_as_it_was(tmp_path, closing):
    place = tmp_path / "attempt-1"  # made if it is not there
    write_closing(place, closing)
    assert read_closing(place) == closing


def test_an_attempt_that_nobody_closed_has_none(tmp_path):
    assert read_closing(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"status": "failed"}', '{"status":"x","failure":null,"message":""}']
)
def test_a_damaged_closing_is_named(tmp_path, text):
    (tmp_path / "closed.json").write_text(text)
    with pytest.raises(LedgerError, match="damaged") as caught:
        read_closing(tmp_path)
    assert caught.value.mistakes[0].where == str(tmp_path / "closed.json")
