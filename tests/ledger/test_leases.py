"""A lease is held by one process at a time, also where no lock of the kernel reaches."""

import errno
import os
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace

import pytest

from trialist.ledger import leases
from trialist.ledger.holder import Holder, read_holder
from trialist.ledger.journal import JournalWriter
from trialist.ledger.leases import (
    AttemptLease,
    Heartbeat,
    HeldError,
    StudyLease,
    seconds_since_beat,
    stale_after,
    study_holder,
    wait_for_end,
)
from trialist.ledger.lock import StudyLock, is_held
from trialist.values.errors import LedgerError

ELSEWHERE = {"host": "node7", "machine": "another boot pid:[1]"}


def no_flock(_file, _kind=None):
    raise OSError(errno.ENOLCK, "No locks available")


def put(path, *, age=0.0, **changes):
    path.write_text(replace(Holder.here(), **changes).to_json())
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def until(condition):
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


# -- one study, one coordinator ---------------------------------------------


def test_the_second_one_is_refused_and_told_who_holds_it(tmp_path):
    lease = StudyLease(tmp_path, is_locked=False)
    assert read_holder(lease.path) == Holder.here()
    with pytest.raises(HeldError, match=f"process {os.getpid()}"):
        StudyLease(tmp_path, is_locked=False)
    lease.release()
    assert list(tmp_path.iterdir()) == []
    StudyLease(tmp_path, is_locked=False).release()


def test_the_lease_of_a_process_that_is_gone_is_taken_over(tmp_path):
    put(tmp_path / "lease-3.json", ticks=1)
    lease = StudyLease(tmp_path, is_locked=False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["lease-4.json"]
    lease.release()


def test_under_the_kernels_lock_no_process_of_this_machine_holds_it(tmp_path):
    put(tmp_path / "lease-1.json")
    with pytest.raises(HeldError):
        StudyLease(tmp_path, is_locked=False)
    StudyLease(tmp_path, is_locked=True).release()


@pytest.mark.parametrize("is_locked", [True, False])
def test_another_machine_holds_it_until_it_was_silent_for_a_minute(tmp_path, is_locked):
    put(tmp_path / "lease-1.json", age=20, **ELSEWHERE)
    with pytest.raises(HeldError, match=r"on node7 \(last sign of life [2-5]\d s ago\)"):
        StudyLease(tmp_path, is_locked=is_locked)
    assert study_holder(tmp_path, is_locked=is_locked).holder.host == "node7"
    put(tmp_path / "lease-1.json", age=70, **ELSEWHERE)
    assert study_holder(tmp_path, is_locked=is_locked) is None
    StudyLease(tmp_path, is_locked=is_locked).release()


def test_a_lease_without_a_name_counts_by_its_age(tmp_path):
    (tmp_path / "lease-1.json").touch()
    with pytest.raises(HeldError, match="a process that showed a sign of life"):
        StudyLease(tmp_path, is_locked=True)
    os.utime(tmp_path / "lease-1.json", (1, 1))
    StudyLease(tmp_path, is_locked=True).release()


def test_of_many_that_come_at_once_one_gets_it(tmp_path):
    put(tmp_path / "lease-1.json", ticks=1)
    barrier = threading.Barrier(8)
    got, refused = [], []

    def come():
        barrier.wait()
        try:
            got.append(StudyLease(tmp_path, is_locked=False))
        except HeldError:
            refused.append(1)

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (1, 7)
    got[0].release()


def test_who_finds_a_higher_lease_beside_its_own_steps_back(tmp_path, monkeypatch):
    # The others came and went between its look at the folder and its own file.
    create = leases._create

    def late(path, text):
        put(tmp_path / "lease-2.json")
        monkeypatch.setattr(leases, "_create", create)
        return create(path, text)

    monkeypatch.setattr(leases, "_create", late)
    with pytest.raises(HeldError):
        StudyLease(tmp_path, is_locked=False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["lease-2.json"]


def test_who_loses_the_race_for_a_number_looks_again(tmp_path, monkeypatch):
    create = leases._create

    def lost(path, _text):
        put(path)
        monkeypatch.setattr(leases, "_create", create)
        return create(path, "")

    monkeypatch.setattr(leases, "_create", lost)
    with pytest.raises(HeldError):
        StudyLease(tmp_path, is_locked=False)


def test_a_file_system_without_links_makes_the_lease_all_the_same(tmp_path, monkeypatch):
    def refuse(*_names):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    lease = StudyLease(tmp_path, is_locked=False)
    assert read_holder(lease.path) == Holder.here()
    with pytest.raises(HeldError):
        StudyLease(tmp_path, is_locked=False)
    assert not leases._create(lease.path, "")
    lease.release()


# -- without flock ----------------------------------------------------------


def test_without_locks_of_the_kernel_the_lease_alone_decides(tmp_path):
    path = tmp_path / "lock"
    lock = StudyLock(path, try_lock=no_flock)
    assert is_held(path, try_lock=no_flock)
    with pytest.raises(LedgerError, match=f"being run already, by process {os.getpid()}"):
        StudyLock(path, try_lock=no_flock)
    lock.release()
    assert not is_held(path, try_lock=no_flock)
    StudyLock(path, try_lock=no_flock).release()


def test_without_locks_the_study_of_a_killed_process_can_be_taken(tmp_path):
    text = """
        import errno, sys
        from pathlib import Path
        from trialist.ledger.lock import StudyLock

        def no_flock(_file, _kind=None):
            raise OSError(errno.ENOLCK, "No locks available")

        lock = StudyLock(Path(sys.argv[1]), try_lock=no_flock)
        print("held", flush=True)
        sys.stdin.read()
    """
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LedgerError, match=f"process {process.pid}"):
            StudyLock(path, try_lock=no_flock)
        process.kill()
        process.wait()
        assert not is_held(path, try_lock=no_flock)
        StudyLock(path, try_lock=no_flock).release()


def test_an_error_that_is_no_lack_of_locks_is_told(tmp_path):
    def broken(_file, _kind=None):
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        StudyLock(tmp_path / "lock", try_lock=broken)
    (tmp_path / "lock").touch()
    with pytest.raises(OSError, match="Input/output"):
        is_held(tmp_path / "lock", try_lock=broken)


def test_a_study_on_another_machine_is_held_also_where_the_lock_is_free(tmp_path):
    path = tmp_path / "lock"
    StudyLock(path).release()
    put(tmp_path / "lease-1.json", **ELSEWHERE)
    assert is_held(path)
    with pytest.raises(LedgerError) as caught:
        StudyLock(path)
    assert "60 s" in caught.value.mistakes[0].todo or "1 min" in caught.value.mistakes[0].todo


# -- signs of life ----------------------------------------------------------


def test_a_heartbeat_renews_its_file_until_it_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(leases, "BEAT_EVERY_S", 0.01)
    path = put(tmp_path / "lease.json", age=1000)
    with Heartbeat(path):
        until(lambda: seconds_since_beat(path, probe_in=tmp_path) < 100)
    os.utime(path, (1, 1))
    time.sleep(0.05)
    assert path.stat().st_mtime == 1


def test_a_heartbeat_of_a_file_that_is_gone_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(leases, "BEAT_EVERY_S", 0.001)
    path = tmp_path / "lease.json"
    with Heartbeat(path) as heartbeat:
        time.sleep(0.02)
        put(path, age=1000)
        until(lambda: time.time() - path.stat().st_mtime < 100)
        assert heartbeat._thread.is_alive()


def test_the_time_since_a_beat_is_told_by_the_file_systems_clock(tmp_path, monkeypatch):
    path = put(tmp_path / "lease.json", age=30)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert 29 < seconds_since_beat(path, probe_in=tmp_path) < 600
    assert [entry.name for entry in tmp_path.iterdir()] == ["lease.json"]
    assert seconds_since_beat(tmp_path / "none", probe_in=tmp_path) is None


def test_a_folder_that_is_read_only_is_asked_by_this_machines_clock(tmp_path):
    path = put(tmp_path / "lease.json", age=30)
    assert 29 < seconds_since_beat(path, probe_in=tmp_path / "nowhere") < 600


@pytest.mark.parametrize(
    ("times", "seconds"),
    [([], 60), ([5.0], 60), ([0.0, 1.0, 2.0], 60), ([0.0, 10.0, 20.0, 900.0], 200)],
)
def test_a_run_with_slow_steps_may_be_silent_for_longer(times, seconds):
    assert stale_after(times) == seconds


# -- attempts ---------------------------------------------------------------


def test_an_attempt_is_made_by_one_process(tmp_path):
    with AttemptLease(tmp_path):
        assert read_holder(tmp_path / "lease.json") == Holder.here()
        with pytest.raises(LedgerError, match="another process makes this attempt"):
            AttemptLease(tmp_path).__enter__()
    assert list(tmp_path.iterdir()) == []


def test_an_attempt_that_nobody_makes_is_not_waited_for(tmp_path):
    wait_for_end(tmp_path, tmp_path, is_locked=False, within=0)
    put(tmp_path / "lease.json", ticks=1)
    wait_for_end(tmp_path, tmp_path, is_locked=False, within=0)
    put(tmp_path / "lease.json")
    wait_for_end(tmp_path, tmp_path, is_locked=True, within=0)


def test_an_attempt_of_this_machine_is_waited_for(tmp_path):
    lease = put(tmp_path / "lease.json")
    timer = threading.Timer(0.15, lease.unlink)
    timer.start()
    wait_for_end(tmp_path, tmp_path, is_locked=False, within=30)
    assert not lease.exists()
    put(lease)
    with pytest.raises(LedgerError, match=f"still being made by process {os.getpid()}"):
        wait_for_end(tmp_path, tmp_path, is_locked=False, within=0.1)


def test_an_attempt_of_another_machine_is_refused_while_it_shows_signs_of_life(tmp_path):
    put(tmp_path / "lease.json", age=70, **ELSEWHERE)
    wait_for_end(tmp_path, tmp_path, is_locked=True, within=0)
    times = iter(range(0, 400, 10))
    journal = JournalWriter(tmp_path / "journal.jsonl", clock=lambda: float(next(times)))
    journal.start({})
    for step in range(5):
        journal.metric({"train/loss": 1.0}, step)
    with pytest.raises(LedgerError) as caught:
        wait_for_end(tmp_path, tmp_path, is_locked=True, within=0)
    assert "6 min 40 s" in caught.value.mistakes[0].todo
