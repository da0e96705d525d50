"""Each tool as its documentation says: open a run, log three numbers, close, read back."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAMES = ("train/loss", "train/accuracy", "train/lr")
Log = Callable[[dict[str, float], int], None]
Points = dict[tuple[str, str], list[tuple[int, float]]]
"""By run and metric: steps and values."""


@dataclass(frozen=True)
class Tool:
    """A tool: `open` gives a function that logs one row; `read` gives all points back."""

    name: str
    note: str
    open: Callable[[Path, str], Iterator[Log]]
    read: Callable[[Path], Points]
    calls: int = 5_000


def trialist(place: Path, run: str) -> Iterator[Log]:
    from trialist.execute.handle import Handle
    from trialist.execute.recorder import Recorder
    from trialist.execute.task import Task
    from trialist.ledger.journal import JournalWriter
    from trialist.values.seeds import SeedSet

    folder = place / run
    folder.mkdir(parents=True)
    journal = JournalWriter(folder / "journal.jsonl", clock=time.time)
    journal.start({})
    task = Task(variant="baseline", seed=0, number=1, config={}, plan_hash="",
                seeds=SeedSet.of(0), directory=folder, metric="val/accuracy")  # fmt: skip
    handle = Handle(task, {}, Recorder(journal, task.metric), stop=lambda: False)
    yield lambda values, step: handle.log(values, step=step)
    journal.end({"status": "finished"})


def read_trialist(place: Path) -> Points:
    from trialist.ledger.rows import rows_of

    points: Points = {}
    for path in sorted(place.glob("*/journal.jsonl")):
        for row in rows_of(path):
            for name, value in row.values.items():
                points.setdefault((path.parent.name, name), []).append((row.step, value))
    return points


def bare(place: Path, run: str) -> Iterator[Log]:
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{run}.jsonl").open("w") as file:

        def log(values: dict[str, float], step: int) -> None:
            file.write(json.dumps({"t": time.time(), "step": step, "v": values}) + "\n")
            file.flush()

        yield log


def read_bare(place: Path) -> Points:
    points: Points = {}
    for path in sorted(place.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            for name, value in row["v"].items():
                points.setdefault((path.stem, name), []).append((row["step"], value))
    return points


def tensorboard(place: Path, run: str) -> Iterator[Log]:
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(place / run)) as writer:

        def log(values: dict[str, float], step: int) -> None:
            for name, value in values.items():
                writer.add_scalar(name, value, step)

        yield log


def read_tensorboard(place: Path) -> Points:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    points: Points = {}
    for folder in sorted(place.iterdir()):
        found = EventAccumulator(str(folder), size_guidance={"scalars": 0})
        found.Reload()
        for name in found.Tags()["scalars"]:
            points[folder.name, name] = [(one.step, one.value) for one in found.Scalars(name)]
    return points


def wandb(place: Path, run: str) -> Iterator[Log]:
    os.environ |= {"WANDB_SILENT": "true", "WANDB_MODE": "offline"}
    import wandb as package

    place.mkdir(parents=True, exist_ok=True)
    with package.init(project="bench", dir=str(place), name=run) as one:
        yield lambda values, step: one.log(values, step=step)


def read_wandb(place: Path) -> Points:
    from benchmarks.peers.wandbfile import rows

    points: Points = {}
    for path in sorted(place.glob("wandb/offline-run-*/*.wandb")):
        for step, values in rows(path):
            for name, value in values.items():
                points.setdefault((path.parent.name, name), []).append((step, value))
    return points


def _mlflow(place: Path) -> object:
    os.environ |= {"GIT_PYTHON_REFRESH": "quiet", "MLFLOW_DISABLE_TELEMETRY": "true"}
    import logging

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    import mlflow as package

    place.mkdir(parents=True, exist_ok=True)
    package.set_tracking_uri(f"sqlite:///{place / 'mlflow.db'}")
    package.set_experiment("bench")
    return package


def mlflow(place: Path, run: str) -> Iterator[Log]:
    package = _mlflow(place)
    with package.start_run(run_name=run):
        yield lambda values, step: package.log_metrics(values, step=step)


def mlflow_async(place: Path, run: str) -> Iterator[Log]:
    package = _mlflow(place)
    with package.start_run(run_name=run):
        yield lambda values, step: package.log_metrics(values, step=step, synchronous=False)
        package.flush_async_logging()


def mlflow_batches(place: Path, run: str) -> Iterator[Log]:
    """A batch of 300 rows at a time, as people who were bitten by the default write it."""
    package = _mlflow(place)
    from mlflow.entities import Metric

    client = package.MlflowClient()
    waiting: list[Metric] = []
    with package.start_run(run_name=run) as one:

        def send() -> None:
            client.log_batch(one.info.run_id, metrics=list(waiting))
            waiting.clear()

        def log(values: dict[str, float], step: int) -> None:
            now = int(1000 * time.time())
            waiting.extend(Metric(name, value, now, step) for name, value in values.items())
            if len(waiting) >= 900:
                send()

        yield log
        send()


def read_mlflow(place: Path) -> Points:
    package = _mlflow(place)
    client = package.MlflowClient()
    points: Points = {}
    experiment = client.get_experiment_by_name("bench")
    for run in client.search_runs([experiment.experiment_id], max_results=1000):
        for name in run.data.metrics:
            found = client.get_metric_history(run.info.run_id, name)
            key = (run.info.run_name, name)
            points[key] = [(one.step, one.value) for one in found]
    return points


def trackio(place: Path, run: str) -> Iterator[Log]:
    os.environ["TRACKIO_DIR"] = str(place)
    import trackio as package

    package.init(project="bench", name=run, embed=False)
    yield lambda values, step: package.log(values, step=step)
    package.finish()


def read_trackio(place: Path) -> Points:
    import sqlite3

    points: Points = {}
    for path in sorted(place.glob("*.db")):
        with sqlite3.connect(path) as store:
            found = store.execute("select run_name, step, metrics from metrics").fetchall()
        for run, step, text in found:
            for name, value in json.loads(text).items():
                points.setdefault((run, name), []).append((step, value))
    return points


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("bare json + flush", "`json.dumps`, `write`, `flush`", bare, read_bare),
        Tool("trialist", "`run.log`", trialist, read_trialist),
        Tool("trackio", "`trackio.log`, local", trackio, read_trackio),
        Tool("TensorBoard", "`SummaryWriter.add_scalar`", tensorboard, read_tensorboard, 2_000),
        Tool("W&B offline", "`run.log`, WANDB_MODE=offline", wandb, read_wandb, 2_000),
        Tool(
            "MLflow, own batches", "`log_batch` of 900, SQLite", mlflow_batches, read_mlflow, 3_000
        ),
        Tool("MLflow async", "`synchronous=False`, SQLite", mlflow_async, read_mlflow, 500),
        Tool("MLflow", "`log_metrics`, SQLite, as it comes", mlflow, read_mlflow, 200),
    )
}


@contextmanager
def opened(tool: Tool, place: Path, run: str) -> Iterator[Log]:
    """Open a run of a tool, for a `with`."""
    yield from tool.open(place, run)
