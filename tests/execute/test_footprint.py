"""What a worker holds, with the processes it has started."""

import os
import subprocess
import sys
import time

import pytest

from trialist.execute import footprint as footprint_module
from trialist.execute.footprint import Footprint, end_tree, footprint_of
from trialist.ledger.holder import process_start

MIB = 1024**2
HOLD = "import sys, time; held = bytearray(b'x') * (int(sys.argv[1]) * 2**20); print(1, flush=True); time.sleep(600)"  # noqa: E501


def holding(mib, *, below=False):
    words = [sys.executable, "-c", HOLD, str(mib)]
    if below:
        code = f"import subprocess; subprocess.run({words!r})"
        words = [sys.executable, "-c", code]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


@pytest.fixture(autouse=True)
def _nobody_is_left():
    yield
    end_children = [int(one.pid) for one in footprint_of(os.getpid())._process.children()]
    for pid in end_children:
        end_tree(pid)


def test_the_children_of_a_worker_count(monkeypatch):
    monkeypatch.setattr(footprint_module, "_CHILDREN_EVERY_S", 0.0)
    with holding(120, below=True) as process:
        found = Footprint(process.pid)
        assert found.own() < 100 * MIB < 120 * MIB < found.whole()
        end_tree(process.pid)


def test_all_that_a_process_has_started_ends_with_it(until):
    with holding(1, below=True) as process:
        (child,) = Footprint(process.pid)._process.children()
        end_tree(process.pid)
        until(lambda: process_start(child.pid) is None)
        process.wait()
    end_tree(process.pid)


def test_a_process_that_is_gone_holds_nothing():
    with holding(1) as process:
        found = footprint_of(process.pid)
        process.kill()
        process.wait()
        assert found.own() == 0
        assert found.whole() == 0
    assert footprint_of(process.pid) is None


@pytest.mark.parametrize(
    ("held", "worn"),
    [
        ([100, 150, 199], [False] * 3),
        ([100, 290, 310], [False, False, True]),
        ([500, 900, 1001], [False, False, True]),
        ([10, 100, 209, 211], [False, False, False, True]),
    ],
)
def test_a_worker_is_worn_when_it_has_grown(monkeypatch, held, worn):
    found = Footprint(os.getpid())
    sizes = iter(held)
    monkeypatch.setattr(found, "own", lambda: next(sizes) * MIB)
    assert [found.is_worn() for _ in held] == worn


def test_a_worker_is_worn_after_its_last_run():
    found = Footprint(os.getpid())
    runs = [found.is_worn() for _ in range(footprint_module.MOST_RUNS)]
    assert runs.index(True) == footprint_module.MOST_RUNS - 1


def test_asking_is_cheap():
    found = Footprint(os.getpid())
    found.whole()
    began = time.process_time()  # of the core: whatever else the machine does
    for _ in range(100):
        found.own()
    assert (time.process_time() - began) / 100 < 0.005
