"""Two minutes of the campaign that `make torture` runs to its end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS = ("six-starts", "full-disk", "read-only", "clock", "scripts-alone")


@pytest.mark.slow
@pytest.mark.torture
def test_kills_and_faults_lose_nothing_and_change_nothing():
    words = ("--kills", "30", "--seed", "7", "--seconds", "90", "--short")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.torture", *words, "--faults", ",".join(FAULTS)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "faults                     0" in done.stdout
    assert all(f"tried: {name}" in done.stdout for name in FAULTS)
    assert done.stdout.count("kills") >= 1
