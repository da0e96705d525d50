"""Anchors: a cut tail or a whole rewrite is sound in itself and found all the same."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialist.ledger.anchor import (
    Anchor,
    AnchorCheck,
    check_anchors,
    read_anchors,
    state_directory,
    write_anchor,
)
from trialist.ledger.folder import StudyFolder
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain

N = 6


def entries_of(path):
    chain = read_chain(path)
    assert not chain.faults
    return chain.entries


def check(folder):
    return check_anchors(read_anchors(folder), entries_of(folder / "ledger.jsonl"))


def rewrite(folder, clock, kinds):
    (folder / "ledger.jsonl").unlink(missing_ok=True)
    log = ProtocolLog(folder / "ledger.jsonl", clock=clock)
    for number, kind in enumerate(kinds):
        log.append(kind, fresh=number)
    log.close()
    return log.entries


@pytest.fixture
def anchored(study, log_path):
    entries = entries_of(log_path)
    for count in (1, 4, N):
        assert write_anchor(study.root, entries[:count])
    return study.root


def test_the_state_directory_is_the_one_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_directory() == tmp_path / "trialist"


@pytest.mark.parametrize("unset", [True, False])
def test_without_it_the_state_lies_in_the_home_folder(tmp_path, monkeypatch, unset):
    if unset:
        monkeypatch.delenv("XDG_STATE_HOME")
    else:
        monkeypatch.setenv("XDG_STATE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_directory() == tmp_path / ".local" / "state" / "trialist"


def test_anchors_lie_outside_the_study(anchored):
    inside = {path.name for path in anchored.rglob("*")}
    assert inside == {"ledger.jsonl"}
    assert list(state_directory().rglob("*.jsonl"))


def test_what_is_remembered_reads_back_oldest_first(anchored, log_path):
    entries = entries_of(log_path)
    assert read_anchors(anchored) == tuple(
        Anchor(
            first=entries[0].hash,
            count=count,
            head=entries[count - 1].hash,
            kind=entries[count - 1].kind,
        )
        for count in (1, 4, N)
    )


def test_an_untouched_log_is_anchored_up_to_its_newest_anchor(anchored, log_path, clock):
    assert check(anchored) == AnchorCheck(anchored=N)
    log = ProtocolLog(log_path, clock=clock)
    log.append(LogKind.VERDICT)
    log.close()
    assert check(anchored) == AnchorCheck(anchored=N)


def test_nothing_is_known_of_a_log_without_anchors(study, log_path):
    assert read_anchors(study.root) == ()
    assert check(study.root) == AnchorCheck(anchored=0)


@pytest.mark.parametrize(("left", "held"), [(0, 0), (1, 1), (3, 1), (4, 4), (5, 4)])
def test_a_cut_tail_is_found_with_what_is_gone(anchored, log_path, left, held):
    lines = log_path.read_bytes().splitlines(keepends=True)
    log_path.write_bytes(b"".join(lines[:left]))
    found = check(anchored)
    gone_of = 4 if 1 <= left < 4 else (1 if left == 0 else N)
    assert found.anchored == held
    assert found.fault == (
        f"the tail was cut: {gone_of - left} of the {gone_of} anchored entries "
        f"are gone after entry {left}"
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(LogKind), min_size=N, max_size=9))
def test_a_chain_that_is_written_anew_is_found(anchored, clock, kinds):
    rewrite(anchored, clock, kinds)
    found = check(anchored)
    assert found.anchored == 0
    assert "written anew: entry 1 is not the anchored one" in (found.fault or "")


def test_a_rewrite_behind_an_anchor_is_found_at_the_next_one(anchored, log_path, clock):
    lines = log_path.read_bytes().splitlines(keepends=True)
    log_path.write_bytes(b"".join(lines[:4]))
    log = ProtocolLog(log_path, clock=clock)
    log.append(LogKind.STARTED, variant="wide", seed=1, attempt=1)
    log.append(LogKind.LOOK, n=2)
    log.close()
    found = check(anchored)
    assert found.anchored == 4
    assert "written anew: entry 6" in (found.fault or "")


def test_a_second_log_at_the_same_path_has_its_own_anchors(anchored, clock):
    shutil.rmtree(anchored)
    anchored.mkdir()
    entries = rewrite(anchored, clock, [LogKind.REGISTERED, LogKind.SESSION])
    write_anchor(anchored, entries)
    assert check(anchored) == AnchorCheck(anchored=2)
    rewrite(anchored, clock, [LogKind.SESSION, LogKind.SESSION])
    assert "written anew" in (check(anchored).fault or "")


def test_a_moved_folder_is_unknown_and_knows_itself_again_when_moved_back(anchored):
    elsewhere = anchored.with_name("moved")
    anchored.rename(elsewhere)
    assert check(elsewhere) == AnchorCheck(anchored=0)
    elsewhere.rename(anchored)
    assert check(anchored) == AnchorCheck(anchored=N)


def test_a_link_to_the_folder_is_the_folder(anchored, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(anchored)
    assert check(link) == AnchorCheck(anchored=N)


@pytest.mark.parametrize(
    "damage",
    [
        "{torn",
        "",
        "[]",
        "{}",
        '{"count":"many","first":"a","head":"b","kind":"c"}',
        b"\xff\xfe".decode("latin-1"),
    ],
)
def test_a_damaged_anchor_is_skipped(anchored, damage):
    (file,) = state_directory().rglob("*.jsonl")
    with file.open("ab") as stream:
        stream.write(damage.encode("latin-1") + b"\n")
    assert len(read_anchors(anchored)) == 3
    assert check(anchored) == AnchorCheck(anchored=N)


def test_a_state_directory_that_cannot_be_written_is_told(study, log_path, tmp_path, monkeypatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    monkeypatch.setenv("XDG_STATE_HOME", str(in_the_way))
    assert not write_anchor(study.root, entries_of(log_path))
    assert read_anchors(study.root) == ()


def test_a_folder_whose_name_is_no_text_can_be_anchored(tmp_path, clock):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/st\xffdy"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes text only")
    log = ProtocolLog(StudyFolder(folder).ledger, clock=clock)
    log.append(LogKind.REGISTERED)
    log.close()
    assert write_anchor(folder, log.entries)
    assert check(folder) == AnchorCheck(anchored=1)


def test_an_anchor_names_its_folder_for_a_person(anchored):
    (file,) = state_directory().rglob("*.jsonl")
    assert json.loads(file.read_text().splitlines()[0])["folder"] == str(anchored.resolve())
