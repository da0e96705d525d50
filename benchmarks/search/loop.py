"""What the coordinator costs per trial: asking, the log, the folders, telling; no training."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from benchmarks.search.ways import CPU
from benchmarks.table import Figure

from trialist.design.protocol import build_plan
from trialist.execute.executor import Ended, Event
from trialist.execute.making import LoopSetup
from trialist.execute.proposing import Samplers
from trialist.execute.searchloop import SearchLoop
from trialist.execute.task import Task
from trialist.ledger.attempts import Attempt
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.trialrecords import searches_in
from trialist.values.events import RunStatus
from trialist.values.plan import Plan
from trialist.values.study import Study

MANY = 10_000
MEMORY = Path("/dev/shm")
"""A file system without a disk: what a sync takes there is the disk's, and grows with its load."""

MOST_RATIO, MOST_MORE = 1.2, 1e-3


class Instant:
    """An executor whose runs have ended when it is asked."""

    workers = 1

    def __init__(self) -> None:
        self._running: list[Task] = []
        self.seconds: list[float] = []

    def submit(self, *tasks: Task) -> None:
        self._running += tasks
        self.seconds += [CPU()] * len(tasks)

    def poll(self, timeout: float) -> list[Event]:
        del timeout
        tasks, self._running = self._running, []
        return [Ended(task=task, attempt=_ended(task)) for task in tasks]

    def cancel(self, task: Task) -> None: ...

    def kill(self, task: Task) -> None: ...

    def close(self) -> None: ...


class Nobody:
    """An observer that does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_args, **_more: None


def figures() -> list[Figure]:
    """Measure a search by TPE beside Optuna's own loop, and designs of 10,000 trials."""
    found = []
    seconds("tpe", 5)  # what is imported late is imported now
    for n in (100, 300):
        pairs = [(fmean_of(seconds("tpe", n)), optuna_s(n)) for _ in range(3)]
        mine, other = sorted(pairs, key=lambda pair: pair[0] / pair[1])[1]
        found.append(
            Figure(
                f"tpe, {n} trials: our loop / (1.2 x Optuna's ask and tell + 1 ms)",
                mine / (MOST_RATIO * other + MOST_MORE),
                bound=1.0,
                note=f"{mine * 1e3:.2f} and {other * 1e3:.2f} ms a trial",
            )
        )
    for method in ("random", "quasi_random"):
        times = seconds(method, MANY)
        first, last = statistics.median(times[:1000]), statistics.median(times[-1000:])
        found.append(
            Figure(
                f"{method}: trials 9,001 to {MANY:,} / trials 1 to 1,000",
                last / first,
                bound=1.5,
                note=f"{fmean_of(times) * 1e3:.2f} ms a trial",
            )
        )
    disk = fmean_of(seconds("random", 2000, on_disk=True))
    note = "its sync, folders and files; CPU seconds of the system among them"
    return [*found, Figure("random, on this disk: ms a trial", disk * 1e3, unit=" ms", note=note)]


def fmean_of(times: Collection[float]) -> float:
    """Give the mean of what trials took."""
    return sum(times) / len(times)


def seconds(method: str, n: int, *, on_disk: bool = False) -> list[float]:
    """Give the CPU seconds of the coordinator per trial."""
    plan = _plan(method, n)
    where = MEMORY if MEMORY.is_dir() and not on_disk else None
    with tempfile.TemporaryDirectory(dir=where) as place:
        folder = StudyFolder(Path(place) / "store" / "s")
        folder.root.mkdir(parents=True)
        log = ProtocolLog(folder.ledger, clock=time.time)
        log.append(LogKind.REGISTERED, plan=plan.hash)
        found = searches_in(folder, plan, History(log.entries))
        executor = Instant()
        setup = LoopSetup(
            plan=plan,
            folder=folder,
            log=log,
            executor=executor,
            observer=Nobody(),
            interrupts=lambda: 0,
            anchored=lambda _log: None,
        )
        adaptive = plan.search is not None and plan.search.method.is_adaptive
        proposer = Samplers(plan, folder, found) if adaptive else None
        loop = SearchLoop(setup, found, (), proposer=proposer)
        begun = CPU()
        loop.run()
        ends = [*executor.seconds[1:], CPU()]
        log.close()
    return [end - start for start, end in zip([begun, *ends[:-1]], ends, strict=True)]


def optuna_s(n: int) -> float:
    """Give the CPU seconds of a trial in Optuna's own loop, in memory, with the same sampler."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=0, multivariate=True, constant_liar=True)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    begun = CPU()
    for _ in range(n):
        trial = study.ask()
        lr = trial.suggest_float("lr", 1e-4, 1.0, log=True)
        trial.suggest_float("width", 0.1, 0.9)
        study.tell(trial, _value(lr))
    return (CPU() - begun) / n


def _plan(method: str, n: int) -> Plan:
    study = Study(
        trial="t.py:train",
        metric={"name": "val/accuracy", "goal": "maximize"},  # type: ignore[arg-type]
        config={"lr": 0.1, "width": 0.5},
        space={
            "lr": {"low": 1e-4, "high": 1.0, "log": True},
            "width": {"low": 0.1, "high": 0.9},
        },
        search={"method": method, "trials": n},  # type: ignore[arg-type]
        seeds=3,
    )
    return build_plan(study, code=(), trial="t.py:train")


def _value(lr: float) -> float:
    return -((lr - 0.1) ** 2)


def _ended(task: Task) -> Attempt:
    return Attempt(
        number=1,
        status=RunStatus.FINISHED,
        value=_value(task.config["lr"]),
        seconds=0.1,
        last_step=1,
        plan_hash=task.plan_hash,
    )
