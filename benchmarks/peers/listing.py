"""Listing the runs of a large store: from its index, from its journals, and MLflow's own list.

`python -m benchmarks.peers.listing [--runs 10000]`
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import bigstore

RUNS = 10_000
POINTS = 150
ROUNDS = 5


def _timed(read: Callable[[], int], wanted: int) -> float:
    began = time.perf_counter()
    n = read()
    took = time.perf_counter() - began
    if n != wanted:
        raise RuntimeError(f"{n} runs were listed, not {wanted}")
    return took


def by_index(store: Path) -> int:
    import trialist

    return len(trialist.open(store).runs())


def by_journals(store: Path) -> int:
    from trialist.lab.storedruns import runs_of
    from trialist.ledger.store import Store

    return sum(len(runs_of(folder)) for folder in Store(store).studies())


def mlflow_store(place: Path, runs: int) -> Callable[[], int]:
    """Write as many finished MLflow runs, each with its last values only; give how to list them."""
    from benchmarks.peers.tools import _mlflow

    package = _mlflow(place)
    from mlflow.entities import Metric, Param

    client = package.MlflowClient()
    experiment = client.get_experiment_by_name("bench").experiment_id
    for number in range(runs):
        run = client.create_run(experiment, run_name=f"run-{number}")
        metrics = [Metric("train/loss", 0.1, 0, POINTS), Metric("val/accuracy", 0.9, 0, POINTS)]
        client.log_batch(run.info.run_id, metrics, [Param("lr", "0.1"), Param("seed", str(number))])
        client.set_terminated(run.info.run_id)

    def listed() -> int:
        found, token = 0, None
        while True:
            page = client.search_runs([experiment], max_results=1_000, page_token=token)
            found, token = found + len(page), page.token
            if not token:
                return found

    return listed


def figures(runs: int = RUNS, *, peers: bool = True) -> dict[str, float]:
    """Give seconds; the index is asked in a fresh process's first call too."""
    with tempfile.TemporaryDirectory(prefix="listing-", ignore_cleanup_errors=True) as temporary:
        place = Path(temporary)
        size = bigstore.Size(variants=10, seeds=runs // 10, points=POINTS)
        bigstore.make(place / "big", size)
        store = place / "big" / "experiments"
        by_journals(store)
        journals = [_timed(lambda: by_journals(store), runs) for _ in range(2)]
        filling = _timed(lambda: by_index(store), runs)
        by_index(store)
        index = [_timed(lambda: by_index(store), runs) for _ in range(ROUNDS)]
        found = {
            "from the journals": statistics.median(journals),
            "from the index": statistics.median(index),
            "the first time, which makes the index": filling,
        }
        if peers:
            # Writing this many runs one by one takes MLflow minutes; its list is linear in runs.
            some = max(runs // 50, 50)
            listed = mlflow_store(place / "mlflow", some)
            listed()
            took = statistics.median(_timed(listed, some) for _ in range(3))
            found[f"MLflow's search_runs, {some:,} runs"] = took
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(json.dumps(figures(asked.runs, peers=not asked.no_peers), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
