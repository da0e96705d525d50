import json
import shutil
from pathlib import Path

import pytest

import trialist
from trialist.values.errors import LedgerError

LEDGER = Path("experiments/small/ledger.jsonl")


@pytest.fixture
def done(small):
    trialist.run(small())
    assert trialist.verify().holds


def faults():
    found = trialist.verify()
    assert not found.holds
    return [f"{fault.where} {fault.message}" for fault in found.faults]


def test_a_sound_study_holds_and_is_anchored_to_its_end(done):
    found = trialist.verify("small")
    assert found.anchored == found.n_entries
    assert found.n_journals >= 9
    assert found.sentences


def test_a_flipped_byte_in_the_log_names_its_line(done):
    data = LEDGER.read_bytes()
    lines = data.split(b"\n")
    at = sum(len(line) + 1 for line in lines[:4]) + lines[4].index(b'"seed":') + 7
    LEDGER.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert any("ledger.jsonl:5" in fault for fault in faults())


def test_a_deleted_line_names_its_place(done):
    lines = LEDGER.read_text().splitlines(keepends=True)
    LEDGER.write_text("".join(lines[:6] + lines[7:]))
    assert any("ledger.jsonl:7" in fault for fault in faults())


def test_reordered_lines_name_their_place(done):
    lines = LEDGER.read_text().splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    LEDGER.write_text("".join(lines))
    assert any("ledger.jsonl:4" in fault for fault in faults())


def test_a_cut_tail_is_found_by_the_anchor(done):
    lines = LEDGER.read_text().splitlines(keepends=True)
    LEDGER.write_text("".join(lines[:-1]))
    assert any("tail was cut" in fault for fault in faults())


def test_a_whole_rewrite_is_found_by_the_anchor(small):
    study = small()
    trialist.run(study)
    elsewhere = trialist.run(study, store="other")
    assert elsewhere.finished
    shutil.copy("other/small/ledger.jsonl", LEDGER)
    assert any("written anew" in fault for fault in faults())


def test_a_printed_anchor_is_enough(done):
    found = trialist.verify()
    assert trialist.verify(anchor=f"{found.n_entries}:{found.head[:16]}").holds
    assert not trialist.verify(anchor=f"{found.n_entries}:{'0' * 16}").holds
    assert not trialist.verify(anchor=f"{found.n_entries + 3}:{found.head}").holds
    with pytest.raises(LedgerError, match="COUNT:HEAD"):
        trialist.verify(anchor="nonsense")


def journal(variant="better", seed=0):
    return Path(f"experiments/small/trials/{variant}/seed-{seed}/attempt-1/journal.jsonl")


def test_a_changed_value_in_a_journal_names_its_line(done):
    path = journal()
    lines = path.read_text().splitlines(keepends=True)
    lines[2] = lines[2].replace('"val/accuracy":0.8', '"val/accuracy":0.9')
    path.write_text("".join(lines))
    assert any("journal.jsonl:3" in fault and "checksum" in fault for fault in faults())


def test_a_rewritten_journal_is_found_by_its_digest(done):
    from trialist.ledger.journal import with_checksum

    path = journal()
    lines = path.read_bytes().splitlines(keepends=True)
    end = json.loads(lines[-1])
    del end["c"]
    end["value"] += 0.01
    path.write_bytes(b"".join([*lines[:-1], with_checksum(json.dumps(end).encode())]))
    assert any("better/seed-0" in fault and "digest" in fault for fault in faults())


def test_a_deleted_or_moved_journal_line_names_its_place(done):
    path = journal()
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2] + lines[3:]))
    assert any("journal.jsonl:3" in fault for fault in faults())
    path.write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]))
    assert any("journal.jsonl:2" in fault for fault in faults())


def test_a_missing_journal_is_found(done):
    journal().unlink()
    assert any("missing" in fault for fault in faults())


def test_a_changed_plan_is_found(done):
    path = Path("experiments/small/plan.json")
    path.write_text(path.read_text().replace('"relevant":0.005', '"relevant":0.001'))
    assert any("plan.json" in fault for fault in faults())


def test_edited_results_are_found(done):
    path = Path("experiments/small/results.json")
    data = json.loads(path.read_text())
    data["comparisons"][1]["verdict"] = "improvement"
    path.write_text(json.dumps(data))
    assert any("results.json" in fault and "comparisons" in fault for fault in faults())


def test_a_study_that_is_not_there_names_those_that_are(done):
    with pytest.raises(LedgerError, match="small"):
        trialist.verify("smal")
