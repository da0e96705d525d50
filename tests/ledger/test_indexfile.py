"""The index's file: whatever is wrong with it, nobody hears of it."""

import multiprocessing
import os
import sqlite3
import time

import pytest

from trialist.ledger import indexfile
from trialist.ledger.indexfile import INDEX_NAME, IndexFile

WRITE = "INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?)"
READ = "SELECT study FROM log ORDER BY study"


def put(file, *names):
    return file.write([(WRITE, [(name, 1, 2, "{}", 3) for name in names])])


def names_in(file):
    return [row[0] for row in file.rows(READ)]


def test_what_was_written_is_read_by_another(tmp_path):
    assert put(IndexFile(tmp_path), "a", "b")
    assert names_in(IndexFile(tmp_path)) == ["a", "b"]


def test_a_file_that_is_not_there_has_no_rows_and_is_not_made_by_reading(tmp_path):
    assert names_in(IndexFile(tmp_path)) == []
    assert not (tmp_path / INDEX_NAME).exists()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_database_is_thrown_away(tmp_path, content):
    (tmp_path / INDEX_NAME).write_bytes(content)
    assert names_in(IndexFile(tmp_path)) == []
    assert put(IndexFile(tmp_path), "a")
    assert names_in(IndexFile(tmp_path)) == ["a"]


def test_a_database_of_somebody_else_is_thrown_away(tmp_path):
    with sqlite3.connect(tmp_path / INDEX_NAME) as database:
        database.execute("CREATE TABLE other (x)")
        database.execute("PRAGMA user_version = 7")
    database.close()
    assert put(IndexFile(tmp_path), "a")
    assert names_in(IndexFile(tmp_path)) == ["a"]


def test_an_index_of_another_version_is_thrown_away(tmp_path, monkeypatch):
    put(IndexFile(tmp_path), "a")
    monkeypatch.setattr(indexfile, "INDEX_FORMAT", 2)
    assert names_in(IndexFile(tmp_path)) == []
    put(IndexFile(tmp_path), "b")
    assert names_in(IndexFile(tmp_path)) == ["b"]


def test_a_file_damaged_in_the_middle_is_thrown_away(tmp_path):
    put(IndexFile(tmp_path), *(f"study-{number}" for number in range(3000)))
    path = tmp_path / INDEX_NAME
    data = bytearray(path.read_bytes())
    data[4096 : len(data) - 4096] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    names_in(IndexFile(tmp_path))
    assert put(IndexFile(tmp_path), "a")
    assert "a" in names_in(IndexFile(tmp_path))


def test_a_sound_file_that_another_process_made_meanwhile_is_kept(tmp_path):
    file = IndexFile(tmp_path)
    put(file, "a")
    file._throw_away()
    assert names_in(file) == ["a"]


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    assert not put(IndexFile(tmp_path / "gone"), "a")
    assert names_in(IndexFile(tmp_path / "gone")) == []


def test_a_locked_file_is_done_without(tmp_path, monkeypatch):
    monkeypatch.setattr(indexfile, "_WAIT_S", 0.05)
    put(IndexFile(tmp_path), "a")
    holder = sqlite3.connect(tmp_path / INDEX_NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert not put(IndexFile(tmp_path), "b")
    holder.execute("ROLLBACK")
    holder.close()
    assert put(IndexFile(tmp_path), "b")


@pytest.mark.parametrize("logged", [True, False])
def test_a_file_that_may_only_be_read_is_read(tmp_path, monkeypatch, logged):
    put(IndexFile(tmp_path), "a")
    if logged:
        (tmp_path / f"{INDEX_NAME}-wal").touch()
    asked = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and asked(path, mode))
    assert names_in(IndexFile(tmp_path)) == ["a"]


def hammer(place, number):
    for count in range(20):
        if not put(IndexFile(place), f"{number}-{count}"):
            os._exit(7)
        names_in(IndexFile(place))


@pytest.mark.slow
def test_six_processes_on_an_empty_store_do_not_disturb_each_other(tmp_path):
    spawn = multiprocessing.get_context("fork")
    workers = [spawn.Process(target=hammer, args=(tmp_path, number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert len(names_in(IndexFile(tmp_path))) == 120


def write_on(place):
    while True:
        put(IndexFile(place), *(f"study-{number}" for number in range(200)))


@pytest.mark.slow
def test_killed_while_writing_it_is_sound_or_made_anew(tmp_path):
    fork = multiprocessing.get_context("fork")
    for number in range(8):
        worker = fork.Process(target=write_on, args=(tmp_path,))
        worker.start()
        time.sleep(0.02 + 0.01 * number)
        worker.kill()
        worker.join()
        assert put(IndexFile(tmp_path), f"after-{number}")
        assert f"after-{number}" in names_in(IndexFile(tmp_path))
