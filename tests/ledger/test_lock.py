"""One coordinator per study, even when the one before was killed."""

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime

import pytest

from trialist.ledger import lock as lock_module
from trialist.ledger.holder import Holder, process_start, read_holder
from trialist.ledger.lock import StudyLock, is_held
from trialist.values.errors import LedgerError

DEADLINE_S = 180

HOLD = """
    import sys, time
    from pathlib import Path
    from trialist.ledger.lock import StudyLock

    lock = StudyLock(Path(sys.argv[1]))
    print("held", flush=True)
    time.sleep(600)
"""

HOLD_WITH_WORKER = """
    import subprocess, sys, time
    from pathlib import Path
    from trialist.ledger.lock import StudyLock

    lock = StudyLock(Path(sys.argv[1]))
    worker = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        pass_fds=(lock.file,), start_new_session=True, stdout=subprocess.DEVNULL,
    )
    if sys.argv[2] == "named":
        lock.name_group(worker.pid)
    print(worker.pid, flush=True)
    time.sleep(600)
"""


@contextlib.contextmanager
def script(text, *args):
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text), *map(str, args)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            ready, _, _ = select.select([process.stdout], [], [], DEADLINE_S)
            assert ready, "the other process never began"
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "digits"
    folder.mkdir()
    return folder / "lock"


def until(condition):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def test_a_second_coordinator_is_refused_with_process_and_host(path):
    with script(HOLD, path) as (process, _):
        with pytest.raises(LedgerError) as caught:
            StudyLock(path)
        mistake = caught.value.mistakes[0]
        since = datetime.fromtimestamp(process_start(process.pid), tz=UTC).astimezone()
        assert mistake.message == (
            f"this study is being run already, by process {process.pid} on "
            f"{socket.gethostname()} since {since:%H:%M:%S}"
        )
        assert mistake.where == str(path.parent)
        store = path.parent.parent
        assert f"`trialist watch digits --store {store}`" in (mistake.todo or "")
        assert is_held(path)
        assert process.poll() is None


def test_a_refused_coordinator_leaves_no_open_file(path):
    lock = StudyLock(path)
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(LedgerError, match=str(os.getpid())):
        StudyLock(path)
    assert len(os.listdir("/dev/fd")) == before
    lock.release()


def test_the_lock_of_a_killed_process_can_be_taken(path):
    with script(HOLD, path) as (process, _):
        process.kill()
        process.wait()
        assert read_holder(path).pid == process.pid
        assert not is_held(path)
        lock = StudyLock(path)
    assert read_holder(path).pid == os.getpid()
    lock.release()


def test_workers_of_a_dead_coordinator_are_ended_first(path):
    with script(HOLD_WITH_WORKER, path, "named") as (process, worker):
        process.kill()
        process.wait()
        assert is_held(path)
        assert process_start(int(worker)) is not None
        lock = StudyLock(path)
        until(lambda: process_start(int(worker)) is None)
        lock.release()


def test_workers_that_cannot_be_named_keep_the_study(path, monkeypatch):
    monkeypatch.setattr(lock_module, "ORPHANS_GO_WITHIN_S", 0.1)
    with script(HOLD_WITH_WORKER, path, "unnamed") as (process, worker):
        process.kill()
        process.wait()
        with pytest.raises(LedgerError, match="workers of an earlier coordinator"):
            StudyLock(path)
        os.kill(int(worker), signal.SIGKILL)
        until(lambda: not is_held(path))
        StudyLock(path).release()


def test_the_workers_of_a_living_coordinator_are_left_alone(path):
    with script(HOLD_WITH_WORKER, path, "named") as (_, worker):
        with pytest.raises(LedgerError, match="being run already"):
            StudyLock(path)
        assert process_start(int(worker)) is not None
        os.killpg(int(worker), signal.SIGKILL)


def test_a_group_that_is_gone_or_not_ours_is_no_trouble(path, monkeypatch):
    for error in (ProcessLookupError, PermissionError):

        def refuse(_group, _signal, error=error):
            raise error

        monkeypatch.setattr(os, "killpg", refuse)
        lock_module._end_group(2**30)


def test_a_released_lock_is_free_and_names_nobody(path):
    lock = StudyLock(path)
    assert is_held(path)
    lock.release()
    assert not is_held(path)
    assert read_holder(path) is None
    StudyLock(path).release()


def test_releasing_frees_the_study_even_while_somebody_inherited_the_file(path):
    lock = StudyLock(path)
    inherited = os.dup(lock.file)
    lock.release()
    assert not is_held(path)
    os.close(inherited)


def test_the_lock_does_not_pass_to_other_programs(path):
    lock = StudyLock(path)
    assert not os.get_inheritable(lock.file)
    lock.release()


def test_nobody_holds_a_lock_that_is_not_there(tmp_path):
    assert not is_held(tmp_path / "lock")
    assert read_holder(tmp_path / "lock") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_is_read_only_can_be_asked(path):
    StudyLock(path).release()
    path.chmod(0o444)
    assert not is_held(path)


@pytest.mark.parametrize("is_made_anew", [True, False])
def test_a_lock_file_that_was_removed_meanwhile_is_no_lock(path, is_made_anew):
    # The study before was never registered, so its folder was emptied.
    def try_lock(file, kind=fcntl.LOCK_EX):
        if not removed:
            removed.append(path)
            path.unlink()
            if is_made_anew:
                path.touch()
        return lock_module.try_flock(file, kind)

    removed = []
    lock = StudyLock(path, try_lock=try_lock)
    assert os.fstat(lock.file).st_ino == path.stat().st_ino
    assert not os.get_inheritable(lock.file)
    assert is_held(path)
    lock.release()


def test_two_that_ask_do_not_see_each_other(path):
    StudyLock(path).release()
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert not is_held(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"host": "a"}', '{"no": 1}'])
def test_an_unreadable_holder_is_nobody(path, text):
    path.write_text(text)
    assert read_holder(path) is None
    StudyLock(path).release()


def test_the_workers_group_is_named_beside_the_holder(path):
    lock = StudyLock(path)
    assert read_holder(path) == Holder.here()
    lock.name_group(4242)
    assert read_holder(path) == Holder.here(4242)
    assert json.loads(path.read_text())["group"] == 4242
    lock.release()


def test_this_process_is_alive_also_after_the_clock_was_set():
    here = Holder.here()
    assert here.is_alive
    moved = Holder(host=here.host, pid=here.pid, started=here.started + 30)
    assert moved.is_alive


def test_another_process_under_the_same_number_is_not_the_holder():
    here = Holder.here()
    assert not Holder(host=here.host, pid=here.pid, started=here.started - 86400).is_alive


def test_a_process_of_another_host_may_be_alive():
    assert Holder(host="elsewhere", pid=1, started=0.0).is_alive


def test_a_process_that_ended_has_no_start():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        until(lambda: process_start(process.pid) is None)  # not yet waited for: a zombie
        process.wait()
    assert process_start(process.pid) is None
