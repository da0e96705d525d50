"""The loop: hands runs to an executor, judges at the looks, stops when the question is answered."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from trialist.execute.board import Board, RunKey, failed_alike
from trialist.execute.checks import Checks
from trialist.execute.executor import Died, Ended, Executor
from trialist.execute.observer import Observer
from trialist.execute.retry import is_given_up
from trialist.execute.stacks import Stacks
from trialist.execute.task import Task
from trialist.ledger.attempts import Attempt, read_attempt, record_of
from trialist.ledger.checkpoints import has_checkpoints, resumable
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.errors import SeedIgnoredError
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Look, Plan
from trialist.values.seeds import SeedSet

POLL_S = 0.2
GRACE_S = 5.0
"""How long a run that was asked to stop may take for its step."""


class LoopEnd(StrEnum):
    """Why the loop ended."""

    ANSWERED = "answered"
    INTERRUPTED = "interrupted"
    FAILED_ALIKE = "failed_alike"
    ALL_FAILED = "all_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopSetup:
    """What the loop works with.

    Attributes:
        plan: The registered plan.
        folder: The study's folder.
        log: The study's open log.
        executor: Where attempts are made.
        observer: Who is told.
        interrupts: Gives how many interrupts came so far.
        anchored: Called after each look with the log, to anchor it.
        provenance: What every attempt says of its session; None where nothing was collected.
    """

    plan: Plan
    folder: StudyFolder
    log: ProtocolLog
    executor: Executor
    observer: Observer
    interrupts: Callable[[], int]
    anchored: Callable[[ProtocolLog], None]
    provenance: Mapping[str, Any] | None = None


class StudyLoop:
    """Runs a plan to its answer, from wherever the store stands.

    Attributes:
        board: The state of all runs.
        looks: The looks taken so far.
        failure: The first run that failed, where failures ended the loop.
    """

    def __init__(self, setup: LoopSetup, settled: Iterable[RunRecord]) -> None:
        self._setup = setup
        self.board = Board(setup.plan, settled)
        self._stacks = Stacks(setup.plan)
        self._checks = Checks(setup.plan, setup.folder, setup.log, self.board)
        self.looks = self._checks.looks()
        self.failure: RunRecord | None = None
        self._tasks: dict[RunKey, Task] = {}
        self._attempts: dict[RunKey, list[Attempt]] = {}
        self._news: list[RunRecord] = []
        self._hash = setup.plan.hash
        self._configs = {variant.name: variant.config for variant in setup.plan.variants}
        self._known_looks = _logged_looks(setup.log, self._hash)
        self._started = _logged_attempts(setup.log)

    def run(self) -> LoopEnd:
        """Run until every comparison is answered, an interrupt, or nothing but failures.

        Raises:
            SeedIgnoredError: If the seed changes nothing.
        """
        try:
            return self._run()
        except SeedIgnoredError:
            self._stop_running()
            raise

    def _run(self) -> LoopEnd:
        while True:
            self._look()
            if self.looks.is_answered:
                self._stop_running()
                return LoopEnd.ANSWERED
            if self._setup.interrupts():
                self._setup.observer.stopping(len(self._tasks))
                self._stop_running()
                return LoopEnd.INTERRUPTED
            if self.board.n_results == 0 and (end := self._failed_end()):
                self.failure = self._news[0]
                self._stop_running()
                return end
            self._fill()
            self._setup.observer.tick(self.board, self.looks)
            self._take_events(POLL_S)

    # -- starting -----------------------------------------------------------

    def _fill(self) -> None:
        while self._n_busy() < self._setup.executor.workers:
            keys = self._stacks.next(self.board)
            again = self._checks.repeat.due(self.board, next(iter(keys), None))
            if again is not None:
                self._setup.executor.submit(self._checks.repeat.begin(self._task(again, 1)))
            elif not keys:
                return
            else:
                self._start(keys)

    def _n_busy(self) -> int:
        """Give how many workers have something to do: those of one stack share one."""
        by_themselves = [task for task in self._running if task.together is None]
        stacks = {(task.together.lead, task.again) for task in self._running if task.together}
        return len(by_themselves) + len(stacks)

    @property
    def _running(self) -> tuple[Task, ...]:
        return (*self._tasks.values(), *self._checks.repeat.running)

    def _start(self, keys: Sequence[RunKey]) -> None:
        tasks = [self._begun(key) for key in keys]
        self._setup.executor.submit(*tasks)
        for task in tasks:
            self._setup.observer.began(task)
            self._checks.began(task)

    def _begun(self, key: RunKey) -> Task:
        variant, seed = key
        number = max((*self._setup.folder.attempts(variant, seed), self._started[key])) + 1
        self._started[key] = number
        task = replace(self._task(key, number), resume=self._resumable(key))
        # The folder first: a started attempt without one was removed by somebody.
        task.directory.mkdir(parents=True)
        self._setup.log.append(LogKind.STARTED, variant=variant, seed=seed, attempt=number)
        self._tasks[key] = task
        self.board.begin(key, at=time.monotonic())
        return task

    def _resumable(self, key: RunKey) -> tuple[Path, ...]:
        """Give the earlier attempts that the next one can go on from, newest first."""
        numbers = self._setup.folder.attempts(*key)
        places = {number: self._setup.folder.attempt(*key, number) for number in numbers}
        if not any(map(has_checkpoints, places.values())):  # as a rule
            return ()
        started = History(self._setup.log.entries).started
        known = (place for number, place in places.items() if (*key, number) in started)
        return resumable(known, self._hash)

    def _task(self, key: RunKey, number: int) -> Task:
        variant, seed = key
        plan = self._setup.plan
        return Task(
            variant=variant,
            seed=seed,
            number=number,
            config=self._configs[variant],
            seeds=SeedSet.of(seed, vary=plan.vary),
            directory=self._setup.folder.attempt(variant, seed, number),
            metric=plan.metric.name,
            plan_hash=self._hash,
            provenance=self._setup.provenance,
            determinism=plan.determinism,
            names=plan.names,
            goal=plan.metric.goal,
            together=self._stacks.place(key),
        )

    # -- what happens -------------------------------------------------------

    def _take_events(self, timeout: float) -> None:
        for event in self._setup.executor.poll(timeout):
            if self._checks.repeat.owns(event.task):
                self._checks.repeat.take(event)
                continue
            key = (event.task.variant, event.task.seed)
            if self._tasks.get(key) != event.task:
                continue
            if isinstance(event, Ended):
                self._ended(key, event.task, event.attempt)
            elif isinstance(event, Died):
                self._ended(key, event.task, self._attempt_of_dead(event))

    def _attempt_of_dead(self, event: Died) -> Attempt:
        # It may have written its end line and died before it could say so.
        task, folder = event.task, self._setup.folder
        attempt = read_attempt(folder, task.variant, task.seed, task.number)
        if attempt.status is not RunStatus.RUNNING:
            return attempt
        step = "0 (nothing was logged)" if attempt.last_step is None else attempt.last_step
        message = f"{event.message}, after step {step}"
        closing = Closing(
            status=RunStatus.FAILED,
            failure=event.failure,
            message=message,
            seconds=time.monotonic() - self.board.running[task.variant, task.seed],
        )
        write_closing(task.directory, closing)
        return read_attempt(folder, task.variant, task.seed, task.number)

    def _ended(self, key: RunKey, task: Task, attempt: Attempt) -> None:
        del self._tasks[key]
        self.board.release(key)
        attempts = self._attempts.setdefault(key, [])
        attempts.append(attempt)
        if attempt.status is RunStatus.STOPPED:
            return
        if attempt.status.has_result:
            self._settle(key, attempts)
        elif is_given_up(attempts, retries=self._setup.plan.retries):
            self._give_up(key, attempts)
        else:
            self._setup.observer.retried(task, attempt.message or "failed")

    def _give_up(self, key: RunKey, attempts: list[Attempt]) -> None:
        last = attempts[-1]
        self._setup.log.append(
            LogKind.GAVE_UP,
            plan=self._hash,
            variant=key[0],
            seed=key[1],
            attempts=len(attempts),
            failure=last.failure.value if last.failure else None,
        )
        self._settle(key, attempts)

    def _settle(self, key: RunKey, attempts: list[Attempt]) -> None:
        record = record_of(*key, attempts, folder=self._setup.folder)
        if record is not None:
            self.board.settle(record)
            self._news.append(record)
            self._setup.observer.tick(self.board, self.looks)
            self._setup.observer.settled(record)

    def _failed_end(self) -> LoopEnd | None:
        if failed_alike(self._news):
            return LoopEnd.FAILED_ALIKE
        # Without any result there is nothing to look at, and the first look is due.
        return LoopEnd.ALL_FAILED if self.board.is_ready(self._setup.plan.looks[0].n) else None

    # -- looks --------------------------------------------------------------

    def _look(self) -> None:
        self._checks.watch()
        if self._checks.settle():
            self.looks = self._checks.looks()
        if self.looks.next and not self._checks.allow(self.looks.next.n, self._known_looks):
            return
        before = frozenset(self.board.active)
        for look in self.looks.take_ready(self.board):
            if look.n not in self._known_looks:
                self._log_look(look, before - self.board.active)
                self._setup.observer.looked(look, self.looks)
        if before != self.board.active and not self.looks.is_answered:
            self._stop_answered()

    def _log_look(self, look: Look, dropped: Collection[str]) -> None:
        plan = self._setup.plan
        judgement = self.looks.judgement
        still = list(judgement.open) if judgement else []
        self._setup.log.append(
            LogKind.LOOK,
            plan=self._hash,
            index=plan.looks.index(look) + 1,
            n=look.n,
            runs=self._used_runs(look),
            open=still,
            **self._not_needed(dropped if still else ()),
        )
        self._known_looks.add(look.n)
        self._setup.anchored(self._setup.log)

    def _not_needed(self, dropped: Collection[str]) -> dict[str, dict[str, int]]:
        """Give how many seeds of each dropped variant were never started; nothing where none is.

        What the last look drops stands beside the verdict.
        """
        planned = len(self._setup.plan.seeds)
        began = {name: len(self._setup.folder.seeds(name)) for name in sorted(dropped)}
        if not began:
            return {}
        return {RunStatus.NOT_NEEDED.value: {name: planned - k for name, k in began.items()}}

    def _used_runs(self, look: Look) -> list[dict[str, object]]:
        seeds = set(self._setup.plan.seeds[: look.n])
        used = (record for key, record in self.board.settled.items() if key[1] in seeds)
        return [
            {
                "variant": record.variant,
                "seed": record.seed,
                "status": record.status.value,
                "journal": record.journal,
                "sha256": record.journal_digest,
            }
            for record in sorted(used, key=lambda one: (one.seed or 0, one.variant))
        ]

    # -- ending -------------------------------------------------------------

    def _stop_answered(self) -> None:
        # Their points stay in the store, apart from the evidence.
        for key, task in self._tasks.items():
            if key[0] not in self.board.active:
                self._setup.executor.cancel(task)

    def _stop_running(self) -> None:
        for task in self._running:
            self._setup.executor.cancel(task)
        deadline = time.monotonic() + GRACE_S
        while self._running and time.monotonic() < deadline and self._setup.interrupts() < 2:
            self._take_events(POLL_S)
        for task in self._running:
            self._setup.executor.kill(task)
        self._checks.repeat.forget()
        while self._tasks:
            key, task = next(iter(self._tasks.items()))
            self._close_stopped(key, task)

    def _close_stopped(self, key: RunKey, task: Task) -> None:
        del self._tasks[key]
        self.board.release(key)
        self._setup.executor.poll(0.0)
        folder = self._setup.folder
        attempt = read_attempt(folder, task.variant, task.seed, task.number)
        if attempt.status is RunStatus.RUNNING:
            closing = Closing(
                status=RunStatus.STOPPED, failure=None, message="ended while stopping"
            )
            write_closing(task.directory, closing)


def _logged_looks(log: ProtocolLog, plan_hash: str) -> set[int]:
    return {int(look["n"]) for look in History(log.entries).looks(plan_hash)}


def _logged_attempts(log: ProtocolLog) -> Counter[RunKey]:
    """Give the highest attempt number of each run; zero where there was none."""
    numbers: Counter[RunKey] = Counter()
    for entry in log.entries:
        if entry.kind == LogKind.STARTED:
            key = (str(entry.fields["variant"]), int(entry.fields["seed"]))
            numbers[key] = max(numbers[key], int(entry.fields["attempt"]))
    return numbers
