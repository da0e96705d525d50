"""Metrics in one Parquet file are those of the journals, or are not used."""

import hashlib
import json
import math

import pytest

from trialist.ledger import compaction
from trialist.ledger.compaction import (
    FILE_NAME,
    CompactRun,
    compact,
    compacted_points,
    compacted_runs,
    is_readable,
)
from trialist.ledger.filedigest import digest_of_file
from trialist.ledger.journal import read_journal
from trialist.ledger.journalsummary import points_of
from trialist.values.errors import LedgerError, MissingExtraError

pytest.importorskip("pyarrow")


def values(step):
    return {"train/loss": math.nan if step == 1 else 0.1 * step, "val/accuracy": -math.inf}


@pytest.fixture
def runs(write_run):
    return [
        CompactRun(
            attempt=f"wide/seed-{seed}/attempt-1",
            variant="wide",
            seed=seed or None,
            digest=write_run(seed=seed, rows=5, values=values),
        )
        for seed in range(3)
    ]


def points_in(study, metrics, attempts):
    return {
        (attempt, name): (steps.tolist(), [value.hex() for value in values.tolist()])
        for attempt, name, steps, values in compacted_points(study, metrics, attempts)
    }


@pytest.mark.parametrize("rows_in_group", [1 << 19, 12])
def test_the_file_holds_what_the_journals_say_bit_by_bit(study, runs, monkeypatch, rows_in_group):
    monkeypatch.setattr(compaction, "_ROWS_IN_GROUP", rows_in_group)
    assert compact(study, runs) == 30
    assert compacted_runs(study) == {run.attempt: run.digest for run in runs}
    wanted = {}
    for run in runs[1:]:
        journal = read_journal(study.root / "trials" / run.attempt / "journal.jsonl")
        for name, (steps, numbers) in points_of(journal).items():
            wanted[run.attempt, name] = (steps, [number.hex() for number in numbers])
    asked = [run.attempt for run in runs[1:]]
    assert points_in(study, (), asked) == wanted
    assert points_in(study, ["train/loss"], asked) == {
        key: points for key, points in wanted.items() if key[1] == "train/loss"
    }
    assert points_in(study, ["no/such"], asked) == {}


def sign(path):
    path.with_name("metrics.sha256").write_text(f"{digest_of_file(path)}  {path.name}\n")


def test_a_file_with_a_flipped_bit_is_as_good_as_none(study, runs):
    compact(study, runs)
    path = study.root / FILE_NAME
    good = path.read_bytes()
    for place in range(0, len(good), len(good) // 20):
        path.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])
        assert compacted_runs(study) == {}
        assert not is_readable(path)
    path.write_bytes(good)
    assert is_readable(path)


def test_the_digest_beside_it_is_that_of_the_usual_tool(study, runs):
    compact(study, runs)
    said = study.root / "metrics.sha256"
    digest = hashlib.sha256((study.root / FILE_NAME).read_bytes()).hexdigest()
    assert said.read_text() == f"{digest}  metrics.parquet\n"
    said.unlink()
    assert compacted_runs(study) == {}


def test_a_study_without_runs_has_an_empty_file(study):
    assert compact(study, []) == 0
    assert compacted_runs(study) == {}
    assert is_readable(study.root / FILE_NAME)


def test_without_a_file_nothing_is_compacted(study):
    assert compacted_runs(study) == {}


@pytest.mark.parametrize("content", [b"", b"PAR1 no PAR1", None])
def test_a_file_that_cannot_be_read_is_as_good_as_none(study, runs, content):
    import pyarrow as pa
    import pyarrow.parquet

    path = study.root / FILE_NAME
    if content is None:
        pyarrow.parquet.write_table(pa.table({"x": [1]}), path)
    else:
        path.write_bytes(content)
    for _ in range(2):
        assert compacted_runs(study) == {}
        assert not is_readable(path)
        sign(path)  # as if its digest fitted


def test_a_newer_format_is_refused(study, runs, monkeypatch):
    monkeypatch.setattr(compaction, "COMPACTION", compaction.COMPACTION.__class__("x", 2))
    compact(study, runs)
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="has format 2"):
        compacted_runs(study)


def test_a_journal_that_is_not_the_one_is_refused_and_leaves_the_old_file(study, runs):
    compact(study, runs[:1])
    before = (study.root / FILE_NAME).read_bytes()
    other = CompactRun(attempt=runs[0].attempt, variant="wide", seed=1, digest="other")
    with pytest.raises(LedgerError, match="has changed while it was read"):
        compact(study, [runs[1], other])
    assert (study.root / FILE_NAME).read_bytes() == before
    assert not list(study.root.glob(".*tmp"))


def test_the_metadata_names_the_format(study, runs):
    import pyarrow.parquet

    compact(study, runs)
    about = json.loads(pyarrow.parquet.read_schema(study.root / FILE_NAME).metadata[b"trialist"])
    assert (about["format"], about["study"]) == (1, "digits")


def test_any_parquet_reader_reads_it(study, runs):
    pandas = pytest.importorskip("pandas")
    compact(study, runs)
    frame = pandas.read_parquet(study.root / FILE_NAME)
    assert list(frame.columns) == ["run", "variant", "seed", "metric", "step", "value"]
    assert len(frame) == 30


def test_without_the_library_nothing_can_be_said_of_a_file(study, monkeypatch):
    def missing(extra, module):
        raise MissingExtraError(module)

    monkeypatch.setattr(compaction, "load_extra", missing)
    path = study.root / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PAR1")
    sign(path)
    assert is_readable(path)
