"""Whole files: the old one or the new one, never a part."""

import errno
import os
import stat

import pytest

from trialist.ledger.atomic import atomic_file, sync_folder, write_atomic


def test_the_file_holds_the_text_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "results.json"
    write_atomic(path, "größe\r\nzwei\n")
    assert path.read_bytes() == "größe\r\nzwei\n".encode()
    write_atomic(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["results.json"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_before_the_rename_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "results.json"
    write_atomic(path, "old")

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"os.{step}", crash)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"


def test_the_text_is_on_disk_before_the_rename_and_the_name_after_it(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace

    def fake_sync(file):
        order.append("file" if stat.S_ISREG(os.fstat(file).st_mode) else "folder")
        fsync(file)

    def fake_replace(old, new, **more):
        order.append("rename")
        replace(old, new, **more)

    monkeypatch.setattr(os, "fsync", fake_sync)
    monkeypatch.setattr(os, "replace", fake_replace)
    write_atomic(tmp_path / "a", "x")
    assert order == ["file", "rename", "folder"]


def test_a_file_name_that_is_no_text_can_be_written(tmp_path):
    write_atomic(tmp_path / "plan.json", '{"path":"\udcff.py"}')
    assert (tmp_path / "plan.json").read_text() == '{"path":"\\udcff.py"}'


def test_the_folder_is_closed_again_when_syncing_is_not_possible(tmp_path, monkeypatch):
    before = len(os.listdir("/dev/fd"))

    def refuse(_):
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="no space"):
        sync_folder(tmp_path)
    assert len(os.listdir("/dev/fd")) == before


def test_a_file_gets_its_name_when_it_is_whole(tmp_path):
    path = tmp_path / "state.pt"
    with atomic_file(path) as file:
        file.write(b"weights")
        assert not path.exists()
    assert path.read_bytes() == b"weights"
    assert os.listdir(tmp_path) == ["state.pt"]


def test_an_error_while_filling_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "state.pt"
    path.write_bytes(b"old")

    def fill():
        with atomic_file(path) as file:
            file.write(b"ne")
            raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        fill()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["state.pt"]


def test_a_full_disk_names_the_file(tmp_path):
    with pytest.raises(OSError, match="No space left") as caught, atomic_file(tmp_path / "a.pt"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(tmp_path / "a.pt")
