"""`trialist store compact`: the runs that have ended, in one file per study."""

import pytest

from trialist.lab.compact import compact_store
from trialist.values.errors import LedgerError

pytest.importorskip("pyarrow")


def test_every_study_is_compacted_without_a_name(stored):
    done = [one.to_dict() for one in compact_store(store=stored)]
    assert [(one["study"], one["runs"], one["rows"]) for one in done] == [
        ("mixed", 12, 120),
        ("other", 6, 60),
    ]
    assert (stored / "mixed" / "metrics.parquet").stat().st_size == done[0]["bytes"]


def test_a_run_without_an_end_stays_in_its_journal(stored):
    path = stored / "other" / "trials" / "better" / "seed-0" / "attempt-1" / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    (done,) = compact_store("other", store=stored)
    assert (done.n_runs, done.n_open) == (5, 1)


def test_a_store_without_studies_says_so(tmp_path):
    with pytest.raises(LedgerError, match="no study here yet"):
        compact_store(store=tmp_path)
