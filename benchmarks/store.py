"""How fast a large store is read: listing, curves, status, report, the start of a coordinator.

`python -m benchmarks.store` makes a store of 10,000 runs of 150 points each, which takes a while.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bigstore import Size, make
from benchmarks.table import Figure, show

import trialist
from trialist.execute.board import Board
from trialist.execute.looks import Looks
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_records
from trialist.ledger.journalsummary import read_summary
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store

MANY = Size(variants=10, seeds=1000, points=150, series=2)
LONG = Size(variants=4, seeds=5, points=5000, series=3)
"""20 runs of 5,000 steps with three series each: 300,000 points."""

ROUNDS = 3


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median time of a few calls."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def read_points(store: Path) -> int:
    """Read all points of a store into one frame; give how many there are."""
    return len(trialist.open(store).curves().to_frame())


def read_metric(store: Path, metric: str = "train/loss") -> int:
    """Read all points of one metric into a frame; give how many there are."""
    return len(trialist.open(store).curves(metric).to_frame())


def listing(store: Path) -> list[Figure]:
    """Compare a listing of all runs from the index with one from the journals."""
    journals = sorted(store.glob("*/trials/*/*/attempt-1/journal.jsonl"))
    from_journals = seconds(lambda: [read_summary(path) for path in journals], rounds=1)
    trialist.open(store).runs()  # fills the index
    from_index = seconds(lambda: trialist.open(store).runs())
    return [
        Figure("list: index / journals", from_index / from_journals, bound=1 / 50),
        Figure("list 10,000 runs", from_index, unit="s", note="from the index"),
        Figure("list 10,000 runs", from_journals, unit="s", note="each journal read once"),
        Figure("runs().to_frame()", seconds(lambda: trialist.open(store).runs().to_frame()), "s"),
    ]


def commands(place: Path) -> list[Figure]:
    """Measure what a person waits for, on a store that was read before."""
    os.chdir(place)
    return [
        Figure("trialist status", seconds(lambda: _call("status")), "s", bound=1.5),
        Figure("trialist report", seconds(lambda: _call("report"), 1), "s", bound=10),
        Figure("trialist run", seconds(lambda: _call("run", "study0.yaml"), 1), "s", bound=15,
               note="of a study that is finished: replays, judges, reports"),
        Figure("replay", seconds(lambda: _replay(place / "experiments")), "s", bound=2.0,
               note="log and runs to the looks, in a coordinator"),
    ]  # fmt: skip


def _call(*words: str) -> None:
    command = [sys.executable, "-m", "trialist", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _replay(store: Path) -> None:
    (folder,) = Store.indexed(store).studies()
    history = history_of(folder)
    plan = registered_plan(folder, history)
    records = read_records(folder, plan, history)
    Looks(plan).take_ready(Board(plan, history.settled(records, plan.hash)))


def points(store: Path) -> list[Figure]:
    """Measure reading 300,000 points, from journals and from the compacted file."""
    from trialist.lab.compact import compact_store

    n = read_points(store)
    before = seconds(lambda: read_points(store))
    one = seconds(lambda: read_metric(store))
    compact_store(store=store)
    after = seconds(lambda: read_points(store))
    return [
        Figure(f"read {n:,} points", before, unit="s", note="from journals, into one frame"),
        Figure("read one metric", one, unit="s", note="a third of them"),
        Figure(f"read {n:,} points", after, unit="s", note="after `store compact`"),
    ]


def figures() -> list[Figure]:
    """Make both stores and measure."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="store-") as temporary:
        place = Path(temporary)
        make(place / "long", LONG)
        make(place / "many", MANY)
        try:
            return [
                *points(place / "long" / "experiments"),
                *listing(place / "many" / "experiments"),
                *commands(place / "many"),
            ]
        finally:
            os.chdir(here)


if __name__ == "__main__":
    sys.exit(show(figures()))
