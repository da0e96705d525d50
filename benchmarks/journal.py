"""What one `run.log` costs, against a bare `json.dumps`, `write` and `flush` of the same row.

`python -m benchmarks.journal`
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Figure, show

from trialist.execute.handle import Handle
from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.ledger.journal import JournalWriter
from trialist.values.seeds import SeedSet

CALLS = 20_000
ROUNDS = 7
BOUND = 3.0


def ours(place: Path) -> float:
    """Give seconds per call of `run.log` with three floats."""
    place.mkdir()
    journal = JournalWriter(place / "journal.jsonl", clock=time.time)
    journal.start({})
    task = Task(variant="baseline", seed=0, number=1, config={}, plan_hash="",
                seeds=SeedSet.of(0, vary=("train",)), directory=place,
                metric="val/accuracy")  # fmt: skip
    run = Handle(task, {}, Recorder(journal, task.metric), stop=lambda: False)
    began = time.perf_counter()
    for step in range(CALLS):
        run.log({"train/loss": 0.1 + step, "train/accuracy": 0.9, "train/lr": 1e-3}, step=step)
    return (time.perf_counter() - began) / CALLS


def bare(place: Path) -> float:
    """Give seconds per row of the plainest way to write the same."""
    place.mkdir()
    with (place / "rows.jsonl").open("w") as file:
        began = time.perf_counter()
        for step in range(CALLS):
            values = {"train/loss": 0.1 + step, "train/accuracy": 0.9, "train/lr": 1e-3}
            row = {"i": step, "k": "metric", "t": time.time(), "step": step, "v": values}
            file.write(json.dumps(row) + "\n")
            file.flush()
        return (time.perf_counter() - began) / CALLS


def figures() -> list[Figure]:
    """Measure both in turn and compare within each round."""
    with tempfile.TemporaryDirectory(prefix="journal-") as temporary:
        place = Path(temporary)
        pairs = [(ours(place / f"a{one}"), bare(place / f"b{one}")) for one in range(ROUNDS)]
    ratio = statistics.median(a / b for a, b in pairs)
    return [
        Figure("run.log / a bare row", ratio, bound=BOUND, note="three floats, one line each"),
        Figure("run.log", 1e6 * statistics.median(a for a, _ in pairs), unit="us"),
        Figure("a bare row", 1e6 * statistics.median(b for _, b in pairs), unit="us"),
    ]


if __name__ == "__main__":
    sys.exit(show(figures()))
