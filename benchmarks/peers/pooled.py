"""The same short runs by each tool: wall and CPU time over one process in a loop.

`python -m benchmarks.peers.pooled [--rounds 3]`
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.ways import WAYS, WORKERS

ROOT = Path(__file__).parent.parent.parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
SIZES = {"60 runs of about 0.7 s": (60, 900), "32 runs of about 0.3 s": (32, 400)}
SHORT = dict.fromkeys(SIZES, (4, 50))
LOOP, COLD = "one process in a loop", "a process per run"
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Spans:
    """Wall and CPU seconds of a command, and begin and end of each training in it."""

    began: float
    ended: float
    cpu: float
    trainings: list[tuple[float, float]]

    @property
    def wall(self) -> float:
        return self.ended - self.began

    @property
    def start_up(self) -> float:
        return min(begin for begin, _ in self.trainings) - self.began

    @property
    def working(self) -> float:
        """From the first run's begin to the last run's end."""
        return max(end for _, end in self.trainings) - self.began - self.start_up

    @property
    def median(self) -> float:
        return statistics.median(end - begin for begin, end in self.trainings)

    def ideal(self, runs: int) -> float:
        """All runs, two at a time, each as long as here; the first one pays for imports."""
        return runs * self.median / WORKERS


def spans(way: str, runs: int, steps: int, *, threads: str = "one") -> Spans:
    """Measure one way in a folder of its own."""
    # Daemons of a tool become our children when it ends, so that their CPU time is counted.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="way-", ignore_cleanup_errors=True) as temporary:
        times = Path(temporary) / "times"
        unset = {*ONE_THREAD, "PYTHONDONTWRITEBYTECODE"}
        free = {name: value for name, value in os.environ.items() if name not in unset}
        environment = {**free, **(ONE_THREAD if threads == "one" else {})}
        environment |= {"PYTHONPATH": str(ROOT), "XDG_STATE_HOME": temporary}
        environment |= {"BENCH_TIMES": str(times), "BENCH_THREADS": threads}
        words = [sys.executable, "-m", "benchmarks.peers.ways", way, str(runs), str(steps)]
        before = _cpu()
        began = time.monotonic()
        done = subprocess.run(
            words, cwd=temporary, env=environment, capture_output=True, text=True, check=False
        )
        ended = time.monotonic()
        if done.returncode:
            raise RuntimeError(f"{way}: {done.stderr[-3000:]}")
        _reap()
        lines = [tuple(map(float, line.split())) for line in times.read_text().splitlines()]
    if len(lines) < runs:
        raise RuntimeError(f"{way} trained {len(lines)} times, not {runs}")
    return Spans(began, ended, _cpu() - before, [(begin, end) for begin, end in lines])


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap() -> None:
    deadline = time.monotonic() + 15
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)


def _three(found: list[float]) -> list[float]:
    return [min(found), statistics.median(found), max(found)]


def figures(
    rounds: int, sizes: dict[str, tuple[int, int]] = SIZES
) -> dict[str, dict[str, dict[str, object]]]:
    """Give, for each size and way, its times over one process in a loop: min, median, max."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for size, (runs, steps) in sizes.items():
        measured = []
        for number in range(rounds):
            measured.append({way: spans(way, runs, steps) for way in WAYS})
            walls = {way: round(one.wall, 1) for way, one in measured[-1].items()}
            print(size, number, walls, file=sys.stderr, flush=True)
        found[size] = {
            way: {
                "wall": _three([one[way].wall / one[LOOP].wall for one in measured]),
                "over_ideal": _three(
                    [one[way].working / one[LOOP].ideal(runs) for one in measured]
                ),
                "all_in": _three([one[way].wall / one[way].ideal(runs) for one in measured]),
                "start_up_s": statistics.median(one[way].start_up for one in measured),
                "cpu": statistics.median(one[way].cpu / one[LOOP].cpu for one in measured),
                "trainings": max(len(one[way].trainings) for one in measured),
                "process_per_run_over_this": statistics.median(
                    one[COLD].wall / one[way].wall for one in measured
                ),
            }
            for way in WAYS
        }
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    print(json.dumps(figures(parser.parse_args().rounds), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
