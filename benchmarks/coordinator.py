"""What the coordinator costs per run: the real loop, board and log, with runs that end at once.

`python -m benchmarks.coordinator --runs 10000`
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.table import Figure, show

from trialist.execute.board import Board
from trialist.execute.executor import Ended, Event
from trialist.execute.looks import Looks
from trialist.execute.loop import StudyLoop
from trialist.execute.making import LoopSetup
from trialist.execute.task import Task
from trialist.lab.watching import Watcher
from trialist.ledger.attempts import Attempt
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import ProtocolLog, read_chain
from trialist.render.live import PlainLines
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Plan, PlannedVariant

RUNS = 10_000
BOUND_MS = 1.0
REPLAY_BOUND_S = 2.0


class AtOnce:
    """An executor whose runs end at the next poll."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._tasks: list[Task] = []
        self._random = random.Random(0)

    def submit(self, task: Task) -> None:
        self._tasks.append(task)

    def poll(self, timeout: float) -> list[Event]:
        del timeout
        tasks, self._tasks = self._tasks, []
        return [Ended(task=task, attempt=self._attempt(task)) for task in tasks]

    def cancel(self, task: Task) -> None:
        del task

    def kill(self, task: Task) -> None:
        del task

    def close(self) -> None:
        return None

    def _attempt(self, task: Task) -> Attempt:
        return Attempt(
            number=1,
            status=RunStatus.FINISHED,
            value=self._random.gauss(0.9, 0.01),
            seconds=self._random.uniform(1, 2),
            digest="0" * 64,
            plan_hash=task.plan_hash,
        )


def plan_of(*, variants: int, seeds: int) -> Plan:
    """Give a plan of so many runs, judged once at the end."""
    names = ["baseline", *(f"variant-{number}" for number in range(1, variants))]
    return Plan(
        study="many",
        question="",
        trial="train.py:train",
        code=(),
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=tuple(PlannedVariant(name=name, config={"lr": 0.1}) for name in names),
        baseline="baseline",
        seeds=tuple(range(seeds)),
        looks=(Look(n=seeds, thresholds=(0.05 / variants,) * (variants - 1)),),
        paired=(),
        vary=("order", "init", "train"),
        mode=Mode.CONFIRM,
        threads=1,
        retries=None,
        timeout=None,
    )


@contextmanager
def without_syncing() -> Iterator[None]:
    """The log waits for the disk at every line; that is the disk's time."""
    fsync, os.fsync = os.fsync, lambda _file: None
    try:
        yield
    finally:
        os.fsync = fsync


def loop_ms(plan: Plan, place: Path, *, workers: int) -> float:
    """Give the CPU milliseconds per run of the whole loop, its observer with it."""
    folder = StudyFolder(place)
    folder.root.mkdir()
    log = ProtocolLog(folder.ledger, clock=time.time)
    with Path(os.devnull).open("w") as nowhere, without_syncing():
        display = PlainLines(nowhere, metric=plan.metric)
        setup = LoopSetup(
            plan=plan,
            folder=folder,
            log=log,
            executor=AtOnce(workers),
            observer=Watcher(plan, folder, display, workers=workers),
            interrupts=lambda: 0,
            anchored=lambda _log: None,
        )
        began = time.process_time()
        StudyLoop(setup, ()).run()
        took = time.process_time() - began
    log.close()
    return 1000 * took / plan.max_runs


def replay_s(plan: Plan, place: Path) -> float:
    """Give the seconds to read the log back and take the looks again."""
    values = random.Random(0)
    records = [
        RunRecord(
            variant=variant.name,
            seed=seed,
            status=RunStatus.FINISHED,
            value=values.gauss(0.9, 0.01),
            seconds=values.uniform(1, 2),
        )
        for seed in plan.seeds
        for variant in plan.variants
    ]
    began = time.perf_counter()
    history = History(read_chain(place / "ledger.jsonl").entries)
    settled = history.settled(records, plan.hash)
    Looks(plan).take_ready(Board(plan, settled))
    return time.perf_counter() - began


def figures(runs: int = RUNS) -> list[Figure]:
    """Measure few variants with many seeds, and many variants with few."""
    found = []
    with tempfile.TemporaryDirectory(prefix="coordinator-") as temporary:
        loop_ms(plan_of(variants=2, seeds=5), Path(temporary) / "imports", workers=2)
        for variants in (2, 500):
            plan = plan_of(variants=variants, seeds=runs // variants)
            place = Path(temporary) / f"study-{variants}"
            what = f"{variants} variants x {runs // variants} seeds, 8 workers"
            found += [
                Figure("coordinator's CPU per run", loop_ms(plan, place, workers=8), unit="ms",
                       bound=BOUND_MS, note=what),
                Figure(f"{runs:,} runs replayed", replay_s(plan, place), unit="s",
                       bound=REPLAY_BOUND_S, note=what),
            ]  # fmt: skip
    return found


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    return show(figures(parser.parse_args().runs))


if __name__ == "__main__":
    sys.exit(main())
