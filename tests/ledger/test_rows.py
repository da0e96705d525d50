"""Metric rows of a journal: its first ones while it grows, or all of them."""

import math

import pytest

from trialist.ledger import rows as rows_module
from trialist.ledger.journal import JournalWriter
from trialist.ledger.rows import FirstRows, begins_anew, rows_of, rows_with_end
from trialist.values.rows import MetricRow


@pytest.fixture
def journal(tmp_path):
    writer = JournalWriter(tmp_path / "journal.jsonl", clock=lambda: 1.0)
    writer.start({"metric": "val/accuracy"})
    return writer


def test_a_growing_journal_is_read_bit_by_bit(journal):
    reader = FirstRows(journal.path)
    reader.read()
    assert reader.rows == []
    journal.metric({"train/loss": 0.5}, 1)
    reader.read()
    journal.note("something else")
    journal.metric({"train/loss": math.inf}, 2)
    reader.read()
    assert reader.rows == [
        MetricRow(step=1, values={"train/loss": 0.5}),
        MetricRow(step=2, values={"train/loss": math.inf}),
    ]
    assert not reader.is_full


def test_a_line_that_is_not_whole_is_read_later(journal):
    journal.metric({"train/loss": 0.5}, 1)
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-4])
    reader = FirstRows(journal.path)
    reader.read()
    assert reader.rows == []
    assert list(rows_of(journal.path)) == []
    journal.path.write_bytes(whole)
    reader.read()
    assert len(reader.rows) == 1


def test_a_journal_that_is_not_there_has_no_rows(tmp_path):
    reader = FirstRows(tmp_path / "journal.jsonl")
    reader.read()
    assert reader.rows == []


def test_a_long_journal_is_read_up_to_a_glance(journal, monkeypatch):
    monkeypatch.setattr(rows_module, "_MOST_ROWS", 5)
    for step in range(9):
        journal.metric({"train/loss": 1.0}, step)
    reader = FirstRows(journal.path)
    reader.read()
    assert len(reader.rows) == 5
    assert reader.is_full
    reader.read()
    assert len(reader.rows) == 5
    assert len(list(rows_of(journal.path))) == 9


def test_what_is_no_event_is_passed_over(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'no json "k":"metric"\n["k","metric"]\n{"note":"\\"k\\":\\"metric\\""}\n')
    path.write_bytes(path.read_bytes() + b'{"k":"note","message":{"k":"metric"}}\n')
    path.write_bytes(path.read_bytes() + b'["x",{"k":"metric"}]\n')
    assert list(rows_of(path)) == []


def test_what_a_run_returned_is_its_last_row(journal):
    journal.metric({"train/loss": 0.5}, 1)
    assert len(list(rows_with_end(journal.path))) == 1
    journal.end({"status": "finished", "value": 0.9, "returned": {"val/loss": "NaN"}})
    last = list(rows_with_end(journal.path))[-1]
    assert last.step == -1
    assert last.values["val/accuracy"] == 0.9
    assert math.isnan(last.values["val/loss"])


def test_a_resumed_attempt_does_not_begin_its_run(journal, tmp_path):
    journal.metric({"train/loss": 0.5}, 1)
    assert begins_anew(journal.path)
    path = tmp_path / "resumed.jsonl"
    path.write_bytes(b'{"k":"start"}\n{"k":"resumed","attempt":1}\n')
    assert not begins_anew(path)
    path.write_bytes(b'{"k":"start","resumed":{"attempt":1,"step":3}}\n')
    assert not begins_anew(path)
    path.write_bytes(b'{"k":"start"}\n{"k":"finding"}\n{"k":"resumed","attempt":1}\n')
    assert not begins_anew(path)
    path.write_bytes(b'{"k":"start"}\n{"k":"finding"}\n')
    assert begins_anew(path)
