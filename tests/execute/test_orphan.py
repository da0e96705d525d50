"""A worker does not outlive its parent."""

import subprocess
import sys

import pytest

from trialist.ledger.holder import process_start

PARENT = """
import os, subprocess, sys, time

child = subprocess.Popen([sys.executable, "-c", '''
import os, sys, time
from trialist.execute.orphan import die_with_parent
die_with_parent(int(sys.argv[1]))
print(os.getpid(), flush=True)
time.sleep(600)
''', str(os.getpid())])
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the closed socket does it")
def test_a_child_ends_when_its_parent_is_killed(until):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert process_start(child) is not None
        parent.kill()
        until(lambda: process_start(child) is None)


def test_a_child_whose_parent_is_gone_already_ends_at_once():
    text = "from trialist.execute.orphan import die_with_parent\ndie_with_parent(1 << 22)\nprint(1)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
