"""A log that was found sound is not checked twice; one that changed is."""

import pytest

from trialist.ledger.entries import entries_in, fault_in
from trialist.ledger.folder import StudyFolder
from trialist.ledger.index import StoreIndex
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain


@pytest.fixture
def indexed(study):
    def give():
        return StudyFolder(study.root, StoreIndex(study.root.parent))

    return give


def test_the_entries_are_those_of_the_chain_with_and_without_an_index(study, log_path, indexed):
    wanted = read_chain(log_path).entries
    assert entries_in(study) == wanted
    folder = indexed()
    for _ in range(2):
        assert entries_in(folder) == wanted
    folder.index.flush()
    assert entries_in(indexed()) == wanted


def test_a_sound_log_is_checked_once(log_path, indexed, monkeypatch):
    folder = indexed()
    wanted = entries_in(folder)
    monkeypatch.setattr("trialist.ledger.entries.read_chain", None)
    assert entries_in(folder) == wanted


def test_the_first_fault_of_a_log_is_told_with_and_without_an_index(study, log_path, indexed):
    folder = indexed()
    entries_in(folder)
    assert (fault_in(study), fault_in(folder)) == (None, None)
    first, *rest = log_path.read_text().splitlines(keepends=True)
    log_path.write_text("".join([first.replace('"i":0', '"i":00'), *rest]))
    found = fault_in(indexed())
    assert found == fault_in(study)
    assert found.line == 1


def test_a_log_that_grew_is_checked_again(log_path, indexed, clock):
    folder = indexed()
    before = entries_in(folder)
    log = ProtocolLog(log_path, clock=clock)
    log.append(LogKind.VERDICT, answer="yes")
    log.close()
    assert len(entries_in(folder)) == len(before) + 1


def test_a_log_that_grows_between_two_questions_is_checked(study, log_path, indexed, monkeypatch):
    folder = indexed()
    wanted = entries_in(folder)
    known = folder.index.log

    def more(name, stamp):
        return {**known(name, stamp), "n": 99}

    monkeypatch.setattr(folder.index, "log", more)
    assert entries_in(folder) == wanted
    monkeypatch.setattr(folder.index, "log", lambda *a: {**known(*a), "head": "other"})
    assert entries_in(folder) == wanted


def test_a_damaged_log_is_not_remembered(study, log_path, indexed):
    log_path.write_bytes(log_path.read_bytes().replace(b"wide", b"thin", 1))
    folder = indexed()
    assert entries_in(folder) == read_chain(log_path).entries
    folder.index.flush()
    assert not list(study.root.parent.glob(".index*"))


def test_a_log_that_is_not_there_has_no_entries(indexed, study):
    assert entries_in(indexed()) == entries_in(study) == ()
