"""Ten kills at random moments by the same program that makes fifty in `make torture`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.torture
def test_ten_kills_lose_nothing_and_change_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.torture", "--kills", "10", "--seed", "7"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kills                      10 " in done.stdout
    assert "faults                     0" in done.stdout
