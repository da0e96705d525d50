"""The processes below one: the kernel's list says what psutil says."""

import os
import subprocess
import sys

import psutil
import pytest

from trialist.execute import descendants as descendants_module
from trialist.execute.descendants import descendants
from trialist.execute.footprint import end_tree

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
FAMILY = f"""
import subprocess, threading, time
begun = threading.Event()
subprocess.Popen({SLEEP!r})
def below():
    subprocess.Popen({SLEEP!r})
    begun.set()
    time.sleep(600)
threading.Thread(target=below).start()
begun.wait()
print(1, flush=True)
time.sleep(600)
"""
GRAND = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {FAMILY!r}], stdout=subprocess.PIPE)
child.stdout.readline()
print(1, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("is_listed", [True, False], ids=["kernel", "psutil"])
def test_children_of_children_and_of_threads_are_found(is_listed, monkeypatch):
    if is_listed and not descendants_module._is_listed():
        pytest.skip("this kernel keeps no list of children")
    monkeypatch.setattr(descendants_module, "_is_listed", lambda: is_listed)
    with subprocess.Popen([sys.executable, "-c", GRAND], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        whole = psutil.Process(process.pid)
        expected = {one.pid for one in whole.children(recursive=True)}
        found = descendants(whole)
        end_tree(process.pid)
        assert len(expected) == 3
        assert {one.pid for one in found} == expected
        process.wait()
    assert descendants(whole) == []


def test_a_process_without_children_has_none():
    with subprocess.Popen(SLEEP) as process:
        assert descendants(psutil.Process(process.pid)) == []
        process.kill()


def test_this_process_is_not_its_own_descendant():
    assert os.getpid() not in {one.pid for one in descendants(psutil.Process())}
