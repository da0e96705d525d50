"""What a journal says in short, read or remembered: the same."""

import json
import math

import pytest

from trialist.ledger.folder import StudyFolder
from trialist.ledger.index import StoreIndex
from trialist.ledger.indexfile import INDEX_NAME
from trialist.ledger.journal import with_checksum
from trialist.ledger.journalsummary import MOST_FINDINGS, Series, read_summary, summary_of
from trialist.values.errors import JournalError

NAME = "wide/seed-0/attempt-1"


def remembered(study):
    return StudyFolder(study.root, StoreIndex(study.root.parent))


def test_a_series_is_counted_with_what_was_not_finite():
    series = Series.of([1, 2, 3, 4], [math.nan, 2.0, -math.inf, 1.0])
    assert series == Series(n=4, last=1.0, low=1.0, high=2.0, first_step=1, last_step=4,
                            n_nan=1, n_inf=1)  # fmt: skip
    assert Series.from_list(series.to_list()) == series


def test_a_series_that_was_never_finite_has_no_range():
    series = Series.of([5], [math.inf])
    assert (series.low, series.high, series.n_nan, series.n_inf) == (None, None, 0, 1)
    assert Series.from_list(series.to_list()).last == math.inf


def test_the_summary_says_what_the_journal_says(study, plan, write_run):
    digest = write_run(events=[("finding", {"step": None, "message": "odd"})])
    summary = summary_of(study, NAME)
    assert summary.digest == digest
    assert summary.start["plan"] == plan.hash
    assert "environment" not in summary.start
    assert summary.end["value"] == 0.5
    assert (summary.last_step, summary.n_nan, summary.seconds) == (2, 0, 1.5)
    assert (summary.findings, summary.n_findings) == ([[None, "odd"]], 1)
    assert summary.series("train/loss").high == 1.0
    assert summary.series("val/loss") is None
    assert list(summary.all_series) == ["train/loss", "val/accuracy"]


def test_a_journal_that_is_not_there_has_no_summary(study):
    assert summary_of(study, NAME) is None
    assert summary_of(remembered(study), NAME) is None


def test_what_is_remembered_is_what_was_read(study, write_run):
    write_run(values=lambda step: {"train/loss": math.nan, "a/x": float(step)})
    folder = remembered(study)
    first = summary_of(folder, NAME)
    folder.index.flush()
    again = summary_of(remembered(study), NAME)
    assert again.to_dict() == first.to_dict() == summary_of(study, NAME).to_dict()
    assert again.n_nan == 3


def test_a_journal_that_has_ended_is_read_once(study, write_run, monkeypatch):
    write_run()
    folder = remembered(study)
    summary_of(folder, NAME)
    monkeypatch.setattr("trialist.ledger.journalsummary.read_journal", None)
    assert summary_of(folder, NAME).last_step == 2


def test_a_journal_that_grows_is_read_again(study, write_run):
    write_run(end=False)
    folder = remembered(study)
    assert summary_of(folder, NAME).end is None
    path = study.attempt("wide", 0, 1) / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert summary_of(folder, NAME).last_step == 1


def test_a_damaged_journal_is_named_and_not_remembered(study, write_run):
    write_run()
    path = study.attempt("wide", 0, 1) / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"1.0", b"2.0"))
    folder = remembered(study)
    for _ in range(2):
        with pytest.raises(JournalError, match="checksum"):
            summary_of(folder, NAME)


def test_a_step_beyond_the_index_is_read_each_time(study, write_run):
    write_run(rows=0, events=[("metric", {"step": 2**70, "v": {"a/x": 1.0}})])
    folder = remembered(study)
    for _ in range(2):
        assert summary_of(folder, NAME).last_step == 2**70
    folder.index.flush()
    assert not (study.root.parent / INDEX_NAME).exists()


def test_a_step_of_zero_is_a_step(study, write_run):
    write_run(rows=1)
    folder = remembered(study)
    assert summary_of(folder, NAME).last_step == summary_of(folder, NAME).last_step == 0


def test_findings_are_counted_beyond_those_that_are_kept(study, write_run):
    write_run(events=[("finding", {"step": k, "message": "odd"}) for k in range(50)])
    summary, _ = read_summary(study.attempt("wide", 0, 1) / "journal.jsonl")
    assert (len(summary.findings), summary.n_findings) == (MOST_FINDINGS, 50)


def test_a_resumed_run_has_what_it_took_over(study, clock, write_run):
    write_run(number=1, rows=2, end=False, events=[("finding", {"step": 0, "message": "early"})])
    path = study.attempt("wide", 0, 1) / "journal.jsonl"
    n_lines = len(path.read_bytes().splitlines())
    checkpoint = {"i": n_lines, "k": "checkpoint", "t": 1, "step": 1, "file": "f", "value": None}
    with path.open("ab") as file:
        line = json.dumps({**checkpoint, "sha256": "a", "bytes": 1}, separators=(",", ":"))
        file.write(with_checksum(line.encode()))
    resumed = {"attempt": 1, "step": 1, "event": n_lines, "journal": "x"}
    write_run(
        number=2, rows=0,
        events=[("resumed", resumed), ("metric", {"step": 2, "v": {"train/loss": 9.0}})],
    )  # fmt: skip
    summary, curves = read_summary(study.attempt("wide", 0, 2) / "journal.jsonl")
    assert list(curves["train/loss"].values) == [1.0, 0.5, 9.0]
    assert summary.series("train/loss").n == 3
    assert [message for _, message in summary.findings] == ["early"]
