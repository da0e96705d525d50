"""Making runs: attempts are begun, tried again, given up, ended; whatever the runs are for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.execute.board import RunKey
from trialist.execute.executor import Died, Ended, Event, Executor
from trialist.execute.observer import Observer
from trialist.execute.retry import is_given_up
from trialist.execute.task import Segment, Task, Together
from trialist.ledger.attempts import Attempt, read_attempt, record_of
from trialist.ledger.checkpoints import has_checkpoints, resumable
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.seeds import SeedSet
from trialist.values.study import Config

POLL_S = 0.2
GRACE_S = 5.0
"""How long a run that was asked to stop may take for its step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopSetup:
    """What a loop works with.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of an attempt.

    Attributes:
        key: Its run.
        record: The run, where it will not be tried again; else None.
        attempt: The attempt.
    """

    key: RunKey
    record: RunRecord | None = None
    attempt: Attempt | None = None


class RunMaker:
    """Begins attempts and takes their ends.

    Attributes:
        tasks: What runs now, by run.
        since: When each of them began, on the steady clock.
    """

    def __init__(self, setup: LoopSetup) -> None:
        self._setup = setup
        self._hash = setup.plan.hash
        self._attempts: dict[RunKey, list[Attempt]] = {}
        self._started = _logged_attempts(setup.log)
        self.tasks: dict[RunKey, Task] = {}
        self.since: dict[RunKey, float] = {}

    def task(
        self, key: RunKey, config: Config, number: int = 1, *, together: Together | None = None
    ) -> Task:
        """Give an attempt at a run, as a worker is told of it."""
        variant, seed = key
        plan = self._setup.plan
        return Task(
            variant=variant,
            seed=seed,
            number=number,
            config=config,
            seeds=SeedSet.of(seed, vary=plan.vary),
            directory=self._setup.folder.attempt(variant, seed, number),
            metric=plan.metric.name,
            plan_hash=self._hash,
            provenance=self._setup.provenance,
            determinism=plan.determinism,
            names=plan.names,
            goal=plan.metric.goal,
            together=together,
        )

    def begun(
        self,
        key: RunKey,
        config: Config,
        *,
        together: Together | None = None,
        segments: tuple[Segment, ...] = (),
        takes: Path | None = None,
    ) -> Task:
        """Give the next attempt at a run, which the log knows of from now on."""
        variant, seed = key
        number = max((*self._setup.folder.attempts(variant, seed), self._started[key])) + 1
        self._started[key] = number
        task = self.task(key, config, number, together=together)
        if segments:  # it goes on from what it takes over, or begins at step 0
            task = replace(task, segments=segments, takes=takes)
        else:
            task = replace(task, resume=self._resumable(key))
        # The folder first: a started attempt without one was removed by somebody.
        task.directory.mkdir(parents=True)
        self._setup.log.append(LogKind.STARTED, variant=variant, seed=seed, attempt=number)
        self.tasks[key] = task
        self.since[key] = time.monotonic()
        return task

    def took(self, event: Event) -> Made | None:
        """Take an event; None where it is of nothing that runs here."""
        key = (event.task.variant, event.task.seed)
        if self.tasks.get(key) != event.task:
            return None
        if isinstance(event, Ended):
            return self._ended(key, event.task, event.attempt)
        return self._ended(key, event.task, self._attempt_of_dead(event))

    def stop(
        self, others: Callable[[], Collection[Task]], take: Callable[[float], None]
    ) -> tuple[RunKey, ...]:
        """End everything: at the next step, or when the time for that is over.

        Args:
            others: Gives what else runs and is to end.
            take: Takes the executor's events for so many seconds.

        Returns:
            The runs whose attempts had to be closed here.
        """
        executor = self._setup.executor
        for task in (*self.tasks.values(), *others()):
            executor.cancel(task)
        deadline = time.monotonic() + GRACE_S
        while (self.tasks or others()) and time.monotonic() < deadline:
            if self._setup.interrupts() >= 2:
                break
            take(POLL_S)
        for task in (*self.tasks.values(), *others()):
            executor.kill(task)
        closed = tuple(self.tasks)
        for key in closed:
            self._close_stopped(self.tasks[key])
            self._forget(key)
        return closed

    def _resumable(self, key: RunKey) -> tuple[Path, ...]:
        """Give the earlier attempts that the next one can go on from, newest first."""
        numbers = self._setup.folder.attempts(*key)
        places = {number: self._setup.folder.attempt(*key, number) for number in numbers}
        if not any(map(has_checkpoints, places.values())):  # as a rule
            return ()
        started = History(self._setup.log.entries).started
        known = (place for number, place in places.items() if (*key, number) in started)
        return resumable(known, self._hash)

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
            seconds=time.monotonic() - self.since[task.variant, task.seed],
        )
        write_closing(task.directory, closing)
        return read_attempt(folder, task.variant, task.seed, task.number)

    def _ended(self, key: RunKey, task: Task, attempt: Attempt) -> Made:
        self._forget(key)
        attempts = self._attempts.setdefault(key, [])
        attempts.append(attempt)
        if attempt.status is RunStatus.STOPPED:
            return Made(key=key, attempt=attempt)
        if attempt.status.has_result:
            return self._settled(key, attempts)
        if is_given_up(attempts, retries=self._setup.plan.retries):
            return self._given_up(key, attempts)
        self._setup.observer.retried(task, attempt.message or "failed")
        return Made(key=key, attempt=attempt)

    def _given_up(self, key: RunKey, attempts: list[Attempt]) -> Made:
        last = attempts[-1]
        self._setup.log.append(
            LogKind.GAVE_UP,
            plan=self._hash,
            variant=key[0],
            seed=key[1],
            attempts=len(attempts),
            failure=last.failure.value if last.failure else None,
        )
        return self._settled(key, attempts)

    def _settled(self, key: RunKey, attempts: list[Attempt]) -> Made:
        record = record_of(*key, attempts, folder=self._setup.folder)
        return Made(key=key, record=record, attempt=attempts[-1])

    def _forget(self, key: RunKey) -> None:
        del self.tasks[key]
        del self.since[key]

    def _close_stopped(self, task: Task) -> None:
        self._setup.executor.poll(0.0)
        folder = self._setup.folder
        attempt = read_attempt(folder, task.variant, task.seed, task.number)
        if attempt.status is RunStatus.RUNNING:
            closing = Closing(
                status=RunStatus.STOPPED, failure=None, message="ended while stopping"
            )
            write_closing(task.directory, closing)


def _logged_attempts(log: ProtocolLog) -> Counter[RunKey]:
    """Give the highest attempt number of each run; zero where there was none."""
    numbers: Counter[RunKey] = Counter()
    for entry in log.entries:
        if entry.kind == LogKind.STARTED:
            key = (str(entry.fields["variant"]), int(entry.fields["seed"]))
            numbers[key] = max(numbers[key], int(entry.fields["attempt"]))
    return numbers
