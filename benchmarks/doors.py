"""How light the front door is: imports and `--help` against an empty Python.

`python -m benchmarks.doors`
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.table import Figure, show

ROUNDS = 9
EMPTY = ["-c", "pass"]
DOORS = {
    "import trialist": (["-c", "import trialist"], 3.0),
    "trialist --help": (["-m", "trialist", "--help"], 8.0),
    "trialist run --help": (["-m", "trialist", "run", "--help"], 10.0),
    "import numpy, for scale": (["-c", "import numpy"], None),
}


def seconds(words: list[str]) -> float:
    """Give the wall time of one command."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def figures() -> list[Figure]:
    """Measure all doors in turn, `ROUNDS` times."""
    empty: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in DOORS}
    for _ in range(ROUNDS):
        empty.append(seconds(EMPTY))
        for name, (words, _bound) in DOORS.items():
            times[name].append(seconds(words))
    base = statistics.median(empty)
    found = [
        Figure(f"{name} / an empty Python", statistics.median(times[name]) / base, bound=bound,
               note=f"{1000 * statistics.median(times[name]):.0f} ms")
        for name, (_words, bound) in DOORS.items()
    ]  # fmt: skip
    return [*found, Figure("an empty Python", 1000 * base, unit="ms")]


if __name__ == "__main__":
    sys.exit(show(figures()))
