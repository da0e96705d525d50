"""Old formats open for ever; a newer one says so."""

import json
import shutil
from pathlib import Path

import pytest

from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.formats import JOURNAL, LOG, check_format
from trialist.ledger.history import History
from trialist.ledger.journal import JournalWriter, read_journal, with_checksum
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain
from trialist.ledger.store import read_plan
from trialist.values.errors import JournalError, LedgerError

FORMAT_1 = Path(__file__).parent / "format-1" / "small"
"""A store as the first released version wrote it. It is never written again."""


def test_a_store_of_format_1_opens(tmp_path):
    root = tmp_path / "small"
    shutil.copytree(FORMAT_1, root)
    folder = StudyFolder(root)
    chain = read_chain(folder.ledger)
    assert not chain.faults
    plan = read_plan(folder)
    history = History(chain.entries)
    assert plan.hash == history.plan_hash
    records = read_records(folder, plan, history)
    assert [record.status.value for record in records] == ["finished"] * 6
    looks = history.looks(plan.hash)
    assert {run["sha256"] for run in looks[0]["runs"]} <= {one.journal_digest for one in records}


@pytest.mark.parametrize("known", [JOURNAL, LOG])
def test_formats_up_to_the_newest_pass_and_what_is_no_number_is_told_elsewhere(known):
    for found in (None, "x", True, 1, known.newest):
        check_format(found, known, where="here")


def test_a_newer_format_names_both_numbers_and_the_cure():
    with pytest.raises(LedgerError, match="this log has format 2, and trialist") as caught:
        check_format(2, LOG, where="here")
    assert "upgrade" in caught.value.mistakes[0].todo


def test_a_journal_of_a_newer_format_is_not_called_damaged(tmp_path):
    path = tmp_path / "journal.jsonl"
    event = b'{"i":0,"k":"start","t":1.0,"format":2,"run":"a"}'
    path.write_bytes(with_checksum(event) + b"\x00\x01 whatever comes then\n")
    with pytest.raises(LedgerError, match="has format 2") as caught:
        read_journal(path)
    assert not isinstance(caught.value, JournalError)


def test_a_damaged_first_line_is_damage_and_no_format(tmp_path, clock):
    path = tmp_path / "journal.jsonl"
    writer = JournalWriter(path, clock=clock)
    writer.start({})
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":3'))
    with pytest.raises(JournalError, match="checksum"):
        read_journal(path)


def test_a_log_of_a_newer_format_is_refused(study, clock):
    log = ProtocolLog(study.ledger, clock=clock)
    log.append(LogKind.REGISTERED, plan="sha256:ab", format=2)
    log.close()
    with pytest.raises(LedgerError, match="this log has format 2"):
        read_chain(study.ledger)


def test_a_log_whose_format_was_changed_is_a_broken_chain(study, clock):
    log = ProtocolLog(study.ledger, clock=clock)
    log.append(LogKind.REGISTERED, plan="sha256:ab", format=1)
    log.close()
    study.ledger.write_bytes(study.ledger.read_bytes().replace(b'"format":1', b'"format":9'))
    assert [fault.line for fault in read_chain(study.ledger).faults] == [1]
    assert json.loads(study.ledger.read_bytes())["format"] == 9
