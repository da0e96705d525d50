"""Two trainings at once against each alone: do their threads fight for the cores?

`python -m benchmarks.peers.threads [--rounds 3]`
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys

from benchmarks.peers.pooled import spans

RUNS, STEPS = 6, 900
ALONE = "one process in a loop"
TOGETHER = {
    "trialist, as it comes": ("trialist", "default"),
    "two plain processes, OMP_NUM_THREADS=1": ("two plain processes", "one"),
    "two plain processes, as they come": ("two plain processes", "default"),
    "Optuna, two processes, as they come": ("Optuna, two processes on SQLite", "default"),
    "Ray Tune, reuse_actors=True, as it comes": ("Ray Tune, reuse_actors=True", "default"),
}
"""A way of `ways`, and whether the number of threads is said from outside."""


def figures(rounds: int) -> dict[str, list[float]]:
    """Give the time of a run beside another one, over that of a run alone with one thread."""
    ratios: dict[str, list[float]] = {name: [] for name in TOGETHER}
    for _ in range(rounds):
        alone = spans(ALONE, RUNS, STEPS).median
        for name, (way, threads) in TOGETHER.items():
            ratios[name].append(spans(way, RUNS, STEPS, threads=threads).median / alone)
            print(name, ratios[name][-1], file=sys.stderr, flush=True)
    return {
        name: [min(found), statistics.median(found), max(found)] for name, found in ratios.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    print(json.dumps(figures(parser.parse_args().rounds), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
