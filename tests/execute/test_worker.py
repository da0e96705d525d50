"""A worker between two runs: its output and its state."""

import os
import subprocess
import sys
import warnings

import pytest

from trialist.execute.worker import _output_to, _process_reset

OUTPUT = """
import os, sys
from pathlib import Path
from trialist.execute.worker import _output_to

folder = Path(sys.argv[1])
print("before")
sys.stdout.flush()
try:
    with _output_to([folder]):
        print("to the run")
        os.write(2, b"errors too\\n")
        if sys.argv[2] == "close":
            sys.stdout.flush()
            sys.stdout.close()
        if sys.argv[2] == "raise":
            raise ValueError
except ValueError:
    pass
os.write(1, b"after\\n")
"""


@pytest.mark.parametrize("how", ["plainly", "raise", "close"])
def test_output_goes_to_the_run_and_then_back(tmp_path, how):
    done = subprocess.run(
        [sys.executable, "-c", OUTPUT, str(tmp_path), how],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "before\nafter\n"
    assert (tmp_path / "stdout.log").read_text() == "to the run\n"
    assert (tmp_path / "stderr.log").read_text() == "errors too\n"


def test_no_open_file_is_left_behind(tmp_path, capfd):
    with capfd.disabled():
        before = len(os.listdir("/dev/fd"))
        for _ in range(3):
            with _output_to([tmp_path]):
                pass
        assert len(os.listdir("/dev/fd")) == before


def test_the_process_is_put_back_as_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEPT", "1")
    filters = list(warnings.filters)
    streams = sys.stdout, sys.stderr
    reset = _process_reset(1)
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    os.environ["NEW"] = "1"
    del os.environ["KEPT"]
    sys.stdout = sys.stderr = None
    reset()
    assert os.getcwd() == str(tmp_path)
    assert os.environ["KEPT"] == "1"
    assert "NEW" not in os.environ
    assert (sys.stdout, sys.stderr) == streams
    assert warnings.filters == filters


def test_what_a_stack_prints_is_in_the_folder_of_each(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with _output_to(folders):
        os.write(1, b"said\n")
    for folder in folders:
        assert (folder / "stdout.log").read_bytes() == b"said\n"
        assert (folder / "stderr.log").read_bytes() == b""
