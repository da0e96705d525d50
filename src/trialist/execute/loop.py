"""The loop: hands runs to an executor, judges at the looks, stops when the question is answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from trialist.decide.preconditions import Bars
from trialist.execute.board import Board, RunKey, failed_alike
from trialist.execute.checks import Checks
from trialist.execute.making import POLL_S, LoopSetup, RunMaker
from trialist.execute.stacks import Stacks
from trialist.execute.task import Segment, Task
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.errors import SeedIgnoredError
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Look, Plan
from trialist.values.study import Config


class LoopEnd(StrEnum):
    """Why the loop ended."""

    ANSWERED = "answered"
    INTERRUPTED = "interrupted"
    FAILED_ALIKE = "failed_alike"
    ALL_FAILED = "all_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshRuns:
    """What the runs that a study is judged by are, by variant and seed.

    Attributes:
        config: Gives the configuration of a run.
        segments: Gives the parts that it trains, of a population's winner; None: none has parts.
    """

    config: Callable[[str, int], Config]
    segments: Callable[[str, int], tuple[Segment, ...]] | None = None

    def parts(self, variant: str, seed: int) -> tuple[Segment, ...]:
        """Give the parts of a run; empty for one with a single configuration."""
        return () if self.segments is None else self.segments(variant, seed)


class StudyLoop:
    """Runs a plan to its answer, from wherever the store stands.

    Args:
        setup: What it works with.
        settled: The runs that are settled already.
        fresh: What the runs of tuned variants are; None: the plan says it.
        bars: What forbids comparisons whatever the runs say.

    Attributes:
        board: The state of all runs.
        looks: The looks taken so far.
        failure: The first run that failed, where failures ended the loop.
    """

    def __init__(
        self,
        setup: LoopSetup,
        settled: Iterable[RunRecord],
        fresh: FreshRuns | None = None,
        bars: Bars | None = None,
    ) -> None:
        self._setup = setup
        self.board = Board(setup.plan, settled)
        self._stacks = Stacks(setup.plan)
        self._checks = Checks(setup.plan, setup.folder, setup.log, self.board, bars)
        self.looks = self._checks.looks()
        self.failure: RunRecord | None = None
        self._maker = RunMaker(setup)
        self._news: list[RunRecord] = []
        self._hash = setup.plan.hash
        self._fresh = fresh or FreshRuns(config=_of_plan(setup.plan))
        self._known_looks = _logged_looks(setup.log, self._hash)

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
                self._setup.observer.stopping(len(self._maker.tasks))
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
                self._setup.executor.submit(self._checks.repeat.begin(self._task(again)))
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
        return (*self._maker.tasks.values(), *self._checks.repeat.running)

    def _start(self, keys: Sequence[RunKey]) -> None:
        tasks = [self._begun(key) for key in keys]
        self._setup.executor.submit(*tasks)
        for task in tasks:
            self._setup.observer.began(task)
            self._checks.began(task)

    def _begun(self, key: RunKey) -> Task:
        config, together = self._fresh.config(*key), self._stacks.place(key)
        parts = self._fresh.parts(*key)
        task = self._maker.begun(key, config, together=together, segments=parts)
        self.board.begin(key, at=self._maker.since[key])
        return task

    def _task(self, key: RunKey) -> Task:
        task = self._maker.task(key, self._fresh.config(*key), together=self._stacks.place(key))
        return replace(task, segments=self._fresh.parts(*key))

    # -- what happens -------------------------------------------------------

    def _take_events(self, timeout: float) -> None:
        for event in self._setup.executor.poll(timeout):
            if self._checks.repeat.owns(event.task):
                self._checks.repeat.take(event)
                continue
            made = self._maker.took(event)
            if made is None:
                continue
            self.board.release(made.key)
            if made.record is not None:
                self._settle(made.record)

    def _settle(self, record: RunRecord) -> None:
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
        for key, task in self._maker.tasks.items():
            if key[0] not in self.board.active:
                self._setup.executor.cancel(task)

    def _stop_running(self) -> None:
        repeat = self._checks.repeat
        for key in self._maker.stop(lambda: repeat.running, self._take_events):
            self.board.release(key)
        repeat.forget()


def _of_plan(plan: Plan) -> Callable[[str, int], Config]:
    configs = {variant.name: variant.config for variant in plan.variants}
    return lambda variant, _seed: configs[variant]


def _logged_looks(log: ProtocolLog, plan_hash: str) -> set[int]:
    return {int(look["n"]) for look in History(log.entries).looks(plan_hash)}
