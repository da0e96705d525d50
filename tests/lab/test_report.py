"""What is said of a study is the same to the byte, from the index and from the journals."""

import random
import shutil

import pytest

import trialist
from trialist.lab.report import result_from_store
from trialist.ledger.folder import StudyFolder
from trialist.ledger.indexfile import INDEX_NAME
from trialist.ledger.store import Store

FILES = ("results.json", "results.md", "report.html")


def written(folder, out):
    result_from_store(folder).report(out)
    files = [*FILES, *(f"figures/{one.name}" for one in sorted((out / "figures").iterdir()))]
    return {name: (out / name).read_bytes() for name in files}


def test_a_report_is_the_same_with_and_without_an_index(stored, tmp_path):
    wanted = written(StudyFolder(stored / "mixed"), tmp_path / "plain")
    for name in ("first", "warm"):
        folder = Store.indexed(stored).study("mixed")
        assert written(folder, tmp_path / name) == wanted


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_to_files_the_index_says_what_the_journals_say(stored, tmp_path, seed):
    rng = random.Random(seed)
    folder = StudyFolder(stored / "mixed")
    for step in range(4):
        trialist.status("mixed", store=stored)
        _disturb(rng, stored, step)
        plain = repr(result_from_store(folder).to_dict())
        assert repr(result_from_store(Store.indexed(stored).study("mixed")).to_dict()) == plain


def _disturb(rng, store, step):
    attempts = sorted((store / "mixed" / "trials").glob("*/seed-*/attempt-1"))
    attempt = rng.choice([one for one in attempts if (one / "journal.jsonl").exists()])
    journal = attempt / "journal.jsonl"
    kind = rng.choice(["cut", "remove", "swap", "index", "touch"])
    if kind == "cut":
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join(lines[: rng.randrange(1, len(lines))]))
    elif kind == "remove":
        shutil.rmtree(attempt)
    elif kind == "swap":
        other = rng.choice([one for one in attempts if (one / "journal.jsonl").exists()])
        journal.write_bytes((other / "journal.jsonl").read_bytes())
    elif kind == "index":
        (store / INDEX_NAME).write_bytes(rng.randbytes(5000))
    else:
        journal.touch()


def test_status_is_the_same_with_and_without_an_index(stored):
    first = trialist.status("mixed", store=stored).to_dict()
    assert (stored / INDEX_NAME).exists()
    assert trialist.status("mixed", store=stored).to_dict() == first
    (stored / INDEX_NAME).unlink()
    assert trialist.status("mixed", store=stored).to_dict() == first
