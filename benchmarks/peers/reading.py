"""Reading 20 runs x 5,000 steps x 3 series back, with each tool's own way of reading.

`python -m benchmarks.peers.reading`
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from struct import pack, unpack

from benchmarks.peers.study import finished_study
from benchmarks.peers.tools import NAMES, TOOLS, Points, opened

RUNS, STEPS = 20, 5_000
ROUNDS = 3


def value(run: int, step: int, name: str) -> float:
    return step / 7 + NAMES.index(name) / 3 + run // 2


def rows(run: int, step: int) -> dict[str, float]:
    return {name: value(run, step, name) for name in NAMES}


def write(name: str, place: Path) -> None:
    """Write all runs with a tool, in one process."""
    for run in range(RUNS):
        with opened(TOOLS[name], place, f"run-{run:02d}") as log:
            for step in range(STEPS):
                log(rows(run, step), step)


def write_mlflow(place: Path) -> None:
    """Write MLflow's runs in large batches: only reading is measured."""
    write("MLflow, own batches", place)


Flat = dict[str, list[tuple[int, float]]]
"""All points of a metric in order, whatever their runs are called."""


def flat(points: Points) -> Flat:
    found: Flat = {name: [] for name in NAMES}
    for (_, name), some in points.items():
        found[name] += some
    return {name: sorted(some) for name, some in found.items()}


def check(found: Flat, name: str) -> None:
    """Refuse a reading that does not give every value as it was written."""
    wanted = flat(
        {
            (str(run), one): [(step, value(run, step, one)) for step in range(STEPS)]
            for run in range(RUNS)
            for one in NAMES
        }
    )
    if name == "TensorBoard":  # keeps 32 bits
        wanted = {
            one: sorted((step, unpack("f", pack("f", number))[0]) for step, number in some)
            for one, some in wanted.items()
        }
    if found != wanted:
        n = sum(map(len, found.values()))
        raise RuntimeError(
            f"{name} gave {n} points of {RUNS * STEPS * len(NAMES)}, or other values"
        )


def mlflow_by_sql(place: Path) -> Points:
    points: Points = {}
    with sqlite3.connect(place / "mlflow.db") as store:
        for run, name, step, one in store.execute("select run_uuid, key, step, value from metrics"):
            points.setdefault((run, name), []).append((step, one))
    return points


def trialist_frame(store: Path):
    """Read with the Python access of the product, into one frame in long form."""
    import trialist

    return trialist.open(store).curves(*NAMES).to_frame()


def trialist_lists(store: Path) -> Points:
    """Read the same into plain lists, as the others give them."""
    import trialist

    return {
        (f"{curve.variant}/{curve.seed}", curve.metric): list(
            zip(map(int, curve.steps), map(float, curve.values), strict=True)
        )
        for curve in trialist.open(store).curves(*NAMES)
    }


def flat_frame(frame) -> Flat:
    return {
        str(name): sorted(zip(part["step"].tolist(), part["value"].tolist(), strict=True))
        for name, part in frame.groupby("metric", observed=True)
    }


def without_index(store: Path) -> None:
    """Remove what the store remembers of its journals, so that they are read."""
    for path in store.glob(".index.sqlite*"):
        path.unlink()


def first_time(store: Path) -> float:
    """Give the seconds of a reading that makes the index too."""
    without_index(store)
    return timed(lambda: trialist_frame(store))


def timed(read: Callable[[], object]) -> float:
    began = time.perf_counter()
    read()
    return time.perf_counter() - began


def figures() -> dict[str, float]:
    """Give seconds for each way, medians of rounds; all readings are checked first."""
    with tempfile.TemporaryDirectory(prefix="reading-", ignore_cleanup_errors=True) as temporary:
        place = Path(temporary)
        store = place / "store"
        finished_study(store, runs=RUNS, steps=STEPS, rows=rows)
        readers: dict[str, Callable[[], object]] = {}
        for name in ("TensorBoard", "W&B offline", "trackio", "bare json + flush"):
            write(name, place / name)
            check(flat(TOOLS[name].read(place / name)), name)
            readers[name] = lambda name=name: TOOLS[name].read(place / name)
        write_mlflow(place / "mlflow")
        check(flat(TOOLS["MLflow"].read(place / "mlflow")), "MLflow")
        check(flat(mlflow_by_sql(place / "mlflow")), "MLflow by SQL")
        readers["MLflow's API"] = lambda: TOOLS["MLflow"].read(place / "mlflow")
        readers["MLflow's database by SQL"] = lambda: mlflow_by_sql(place / "mlflow")
        found = {
            name: statistics.median(timed(r) for _ in range(ROUNDS)) for name, r in readers.items()
        }
        for form in ("journals", "Parquet"):
            if form == "Parquet":
                compact_store(store)
            check(flat_frame(trialist_frame(store)), form)
            check(flat(trialist_lists(store)), form)
            for into, read in (("a frame", trialist_frame), ("lists", trialist_lists)):
                spans = [timed(lambda read=read: read(store)) for _ in range(ROUNDS)]
                found[f"trialist, {form} into {into}"] = statistics.median(spans)
            if form == "journals":
                spans = [first_time(store) for _ in range(ROUNDS)]
                found["trialist, journals, the first time"] = statistics.median(spans)
    return found


def compact_store(store: Path) -> None:
    from trialist.lab.compact import compact_store as compact

    compact(store=store)


if __name__ == "__main__":
    print(json.dumps(figures(), indent=1))
    sys.exit(0)
