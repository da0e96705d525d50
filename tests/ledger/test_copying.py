"""A copy is checked, can be killed at any moment, and never overwrites another study."""

import socket
from pathlib import Path

import pytest

from trialist.ledger import copying
from trialist.ledger.copying import MARK, copy_study, copy_tree
from trialist.ledger.folder import StudyFolder
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.errors import LedgerError


@pytest.fixture
def source(study, log_path, write_run):
    for seed in range(2):
        write_run(seed=seed)
    study.plan_file.write_text("{}")
    study.lock_file.write_text("held")
    (study.root / ".x.tmp").write_text("half")
    (study.root / "link").symlink_to("plan.json")
    return study


@pytest.fixture
def target(tmp_path):
    folder = StudyFolder(tmp_path / "other" / "digits")
    folder.root.mkdir(parents=True)
    return folder


def content(folder):
    return {
        path.relative_to(folder.root).as_posix(): path.read_bytes()
        for path in folder.root.rglob("*")
        if path.is_file() and path.name not in ("lock", ".x.tmp")
    }


def test_a_copy_has_every_file_but_the_lock_and_leftovers(source, target):
    done = copy_study(source, target)
    assert content(target) == content(source)
    assert (done.n_files, done.n_written, done.left_out) == (5, 5, ())
    assert not target.lock_file.exists()
    assert (target.root / "link").is_symlink()
    assert not (target.root / MARK).exists()


def test_a_second_copy_writes_nothing(source, target):
    copy_study(source, target)
    assert copy_study(source, target).n_written == 0


def test_a_copy_is_brought_up_to_date(source, target, clock, write_run):
    copy_study(source, target)
    write_run(seed=5)
    source.plan_file.write_text("[]")
    log = ProtocolLog(source.ledger, clock=clock)
    log.append(LogKind.VERDICT, answer="yes")
    log.close()
    (source.root / "link").unlink()
    (source.root / "link").symlink_to("ledger.jsonl")
    assert copy_study(source, target).n_written == 4
    assert content(target) == content(source)


def test_a_copy_that_went_on_by_itself_is_left_alone(source, target, clock):
    copy_study(source, target)
    log = ProtocolLog(target.ledger, clock=clock)
    log.append(LogKind.VERDICT, answer="yes")
    log.close()
    before = content(target)
    with pytest.raises(LedgerError, match="has gone on by itself"):
        copy_study(source, target)
    assert content(target) == before


def test_another_study_of_the_name_is_never_overwritten(source, target, clock):
    log = ProtocolLog(target.ledger, clock=clock)
    log.append(LogKind.REGISTERED, plan="sha256:other")
    log.close()
    with pytest.raises(LedgerError, match="is another study"):
        copy_study(source, target)


def test_a_folder_that_is_no_copy_is_never_filled(source, target):
    (target.root / "thesis.tex").write_text("mine")
    with pytest.raises(LedgerError, match="not a copy of this study"):
        copy_study(source, target)


def test_a_damaged_log_is_not_copied(source, target):
    source.ledger.write_bytes(source.ledger.read_bytes().replace(b"wide", b"thin", 1))
    with pytest.raises(LedgerError, match="was not copied: line 3 was changed"):
        copy_study(source, target)
    source.ledger.write_bytes(b"")
    with pytest.raises(LedgerError, match="the log is empty"):
        copy_study(source, target)


@pytest.mark.parametrize("killed_at", range(10))
def test_killed_at_any_moment_the_same_copy_goes_on(source, target, monkeypatch, killed_at):
    calls = iter(range(100))
    replace = Path.replace

    def dying(path, to):
        if next(calls) == killed_at:
            raise KeyboardInterrupt
        return replace(path, to)

    monkeypatch.setattr(Path, "replace", dying)
    monkeypatch.setattr(Path, "unlink", _unlink_unless(calls, killed_at))
    try:
        copy_study(source, target)
    except KeyboardInterrupt:
        whole = target.ledger.exists() and content(target).keys() - {MARK} == content(source).keys()
        assert whole or not target.ledger.exists()
    monkeypatch.undo()
    copy_study(source, target)
    assert content(target) == content(source)


def _unlink_unless(calls, killed_at):
    unlink = Path.unlink

    def dying(path, missing_ok=False):
        if path.name == MARK and next(calls) == killed_at:
            raise KeyboardInterrupt
        return unlink(path, missing_ok=missing_ok)

    return dying


def test_a_disk_that_writes_other_bytes_is_noticed(source, target, monkeypatch):
    monkeypatch.setattr(copying, "digest_of_open", lambda _: "x")
    with pytest.raises(LedgerError, match="is not what was read"):
        copy_study(source, target)
    assert not target.ledger.exists()
    assert not list(target.root.rglob("*.tmp"))


def test_what_is_no_file_is_left_out_and_named(source, target, monkeypatch):
    monkeypatch.chdir(source.root)  # the path of a socket may be no longer than 100 letters
    with socket.socket(socket.AF_UNIX) as pipe:
        pipe.bind("pipe")
        assert copy_study(source, target).left_out == ("pipe",)


def test_a_tree_may_grow_and_what_differs_is_left_as_it_is(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        (folder / "a").mkdir(parents=True)
    (old / "a" / "log").write_text("one\ntwo\n")
    (new / "a" / "log").write_text("one\n")
    (old / "object").write_bytes(b"x" * 10)
    (old / "name").write_text("ours")
    (new / "name").write_text("their own")
    (old / "same").write_text("")
    (new / "same").write_text("")
    done, unlike = copy_tree(old, new)
    assert (done.n_files, done.n_written, unlike) == (4, 2, ("name",))
    assert (new / "a" / "log").read_text() == "one\ntwo\n"
    assert (new / "name").read_text() == "their own"
