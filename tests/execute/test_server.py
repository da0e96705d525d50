"""The fork server, spoken to as its coordinator does."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import types

import pytest

from trialist.execute import server as server_module
from trialist.execute.channel import Channel
from trialist.execute.server import _may_fork
from trialist.ledger.holder import process_start

pytestmark = pytest.mark.slow


@pytest.fixture
def serve(trial_file):
    started = []

    def serve(text, *, preload_function=True, parent=None, preload=()):
        path = trial_file(text)
        here, there = socket.socketpair()
        here.settimeout(180)
        process = subprocess.Popen(
            [sys.executable, "-m", "trialist.execute.server", str(there.fileno())],
            pass_fds=(there.fileno(),),
            start_new_session=True,
        )
        there.close()
        control = Channel(here)
        started.append((process, control))
        control.send(
            {
                "parent": os.getpid() if parent is None else parent,
                "threads": 1,
                "preload": list(preload),
                "preload_function": preload_function,
                "trial": {
                    "text": "train.py:train",
                    "file": str(path),
                    "module": None,
                    "function": "train",
                    "folder": str(path.parent),
                },
            }
        )
        return process, control

    yield serve
    for process, control in started:
        process.kill()
        process.wait()
        control.close()


@pytest.fixture
def order():
    """Give a function that orders a worker and gives the channel to it."""
    workers = []

    def order(control, number, **more):
        here, there = socket.socketpair()
        here.settimeout(180)
        control.send({"fork": number, **more}, files=[there.fileno()])
        there.close()
        workers.append(Channel(here))
        return workers[-1]

    yield order
    for worker in workers:
        worker.close()


def run(worker, task):
    worker.send({"tasks": [task.to_dict()]})
    while "ended" not in (message := worker.receive()):
        pass
    return message["ended"]


TRIAL = "def train(config, run):\n    return 0.5\n"


def test_a_worker_is_forked_on_order_and_is_ready(serve, order, make_task):
    process, control = serve(TRIAL)
    assert control.receive() == {"loaded": True}
    workers = [order(control, number) for number in (3, 4)]
    told = [control.receive() for _ in workers]
    assert [message["forked"] for message in told] == [3, 4]
    ready = [worker.receive()["ready"] for worker in workers]
    assert ready == [message["pid"] for message in told]
    assert process.pid not in ready
    ended = run(workers[0], make_task())
    assert (ended["status"], ended["value"]) == ("finished", 0.5)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15)])
def test_how_a_worker_ended_is_told(serve, order, number, code):
    _, control = serve(TRIAL)
    control.receive()
    worker = order(control, 0)
    pid = control.receive()["pid"]
    worker.receive()
    os.kill(pid, number)
    assert control.receive() == {"exited": pid, "code": code}
    with pytest.raises(EOFError):
        worker.receive()


def test_a_worker_ends_when_nobody_speaks_to_it_any_more(serve, order):
    _, control = serve(TRIAL)
    control.receive()
    worker = order(control, 0)
    pid = control.receive()["pid"]
    worker.receive()
    worker.close()
    assert control.receive() == {"exited": pid, "code": 1}


def test_the_server_and_its_workers_end_with_the_control_channel(serve, order, until):
    process, control = serve(TRIAL)
    control.receive()
    worker = order(control, 0)
    pid = worker.receive()["ready"]
    control.close()
    assert process.wait(180) == 0
    until(lambda: process_start(pid) is None)


def test_a_server_whose_parent_is_another_process_ends_at_once(serve):
    process, control = serve(TRIAL, parent=1 << 22)
    assert process.wait(180) == 1
    with pytest.raises(EOFError):
        control.receive()


def test_a_trial_that_cannot_be_loaded_is_told_with_place_and_cure(serve, trial_file):
    process, control = serve("def trian(c, r): ...\n")
    message, where, todo = control.receive()["error"]
    assert message == "there is no function 'train' in train.py"
    assert where.endswith("train.py")
    assert "did you mean 'trian'?" in todo
    assert process.wait(180) == 0


def test_a_module_with_a_thread_is_left_to_the_workers(serve, order, make_task):
    text = "import threading, time\n" + (
        "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n" + TRIAL
    )
    process, control = serve(text)
    assert control.receive() == {"loaded": False}
    process.wait(180)
    _, control = serve(text, preload_function=False)
    assert control.receive() == {"loaded": True}
    worker = order(control, 0)
    worker.receive()
    assert run(worker, make_task())["value"] == 0.5


def test_a_worker_that_cannot_load_the_trial_ends_with_an_error(serve, order, capfd):
    _, control = serve("raise ValueError('not here')\n", preload_function=False)
    assert control.receive() == {"loaded": True}
    worker = order(control, 0)
    pid = control.receive()["pid"]
    assert control.receive() == {"exited": pid, "code": 1}
    with pytest.raises(EOFError):
        worker.receive()
    assert (
        "TrialLoadError: importing train.py raised ValueError: not here" in capfd.readouterr().err
    )


def test_a_module_that_is_not_there_need_not_be_preloaded(serve):
    _, control = serve(TRIAL, preload=("no_such_module_here", "wave"))
    assert control.receive() == {"loaded": True}


def test_each_worker_gets_its_own_devices(serve, order, make_task):
    text = """
        import os
        def train(config, run):
            return float(os.environ.get("CUDA_VISIBLE_DEVICES", "-5"))
    """
    _, control = serve(text)
    control.receive()
    values = []
    for number, devices in enumerate(("3", None)):
        worker = order(control, number, devices=devices)
        worker.receive()
        values.append(run(worker, make_task(seed=number))["value"])
    expected = float(os.environ.get("CUDA_VISIBLE_DEVICES", "-5"))
    assert values == [3.0, expected]


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted where /proc is")
def test_a_second_thread_makes_forking_unsafe():
    go_on = threading.Event()
    thread = threading.Thread(target=go_on.wait)
    thread.start()
    assert not _may_fork()
    go_on.set()
    thread.join()


def test_importing_leaves_the_search_for_garbage_as_it_was():
    before = gc.get_threshold()
    try:
        with server_module._rare_collections():
            assert gc.get_threshold()[0] > 100 * before[0]
        assert gc.get_threshold() == before
        with server_module._rare_collections():
            gc.set_threshold(123)  # as the user's module may do
        assert gc.get_threshold()[0] == 123
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@pytest.mark.parametrize("initialized", [True, False])
def test_a_cuda_context_makes_forking_unsafe(monkeypatch, tmp_path, initialized):
    cuda = types.SimpleNamespace(is_initialized=lambda: initialized)
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(cuda=cuda))
    monkeypatch.setattr(server_module, "Path", lambda _name: tmp_path / "no-proc")
    assert _may_fork() is not initialized
