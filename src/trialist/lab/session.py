"""One coordinator's work on one study, under its lock: register, run, conclude, write."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing

from trialist.execute.board import Board
from trialist.execute.devices import visible_gpus, worker_count
from trialist.execute.executor import Executor, IdleExecutor
from trialist.execute.inline import InlineExecutor
from trialist.execute.interrupt import Interrupts
from trialist.execute.local import LocalPool, PoolSettings
from trialist.execute.looks import Looks
from trialist.execute.loop import LoopEnd, LoopSetup, StudyLoop
from trialist.lab.conclude import conclude
from trialist.lab.material import material_of
from trialist.lab.prepare import Prepared, prepare
from trialist.lab.registration import anchor, open_log, register, registered_plan, take_over
from trialist.lab.result import StudyResult
from trialist.lab.watching import Watcher
from trialist.ledger.atomic import write_atomic
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.render.live import Display
from trialist.values.canonical import digest_of
from trialist.values.errors import Mistake, PlanChangedError, RunsFailedError
from trialist.values.evidence import RunRecord
from trialist.values.results import Results


class Session:
    """A coordinator that holds the lock of its study."""

    def __init__(
        self, prepared: Prepared, folder: StudyFolder, lock: StudyLock, *, workers: int | str | None
    ) -> None:
        self._prepared = prepared
        self._plan = prepared.plan
        self._folder = folder
        self._lock = lock
        self._gpus = visible_gpus()
        asked = prepared.study.resources.workers if workers is None else workers
        self._workers = 1
        if prepared.source is not None:
            self._workers = worker_count(
                asked,
                threads=self._plan.threads,
                gpus=len(self._gpus),
                runs=self._plan.max_runs,
            )

    def run(self, display: Display, *, study_text: str | None) -> StudyResult:
        """Run to the verdict, or as far as it goes, and write the report.

        Raises:
            RunsFailedError: If the first three runs failed alike.
        """
        with ExitStack() as stack:
            interrupts = Interrupts()
            log = stack.enter_context(closing(open_log(self._folder)))
            settled = take_over(self._folder, self._plan, log.entries)
            executor = self._executor(settled, display, interrupts)
            stack.callback(executor.close)
            stack.enter_context(interrupts)  # until here Ctrl-C ends the command at once
            self._register(log, study_text, begins=executor.workers > 0)
            loop = StudyLoop(self._loop_setup(log, executor, display, interrupts), settled)
            with display:
                end = loop.run()
            if end is LoopEnd.FAILED_ALIKE and loop.common_failure is not None:
                raise self._failed_alike(loop.common_failure)
            results = self._conclude(log, loop.looks)
            data = material_of(self._folder, self._plan, loop.looks, results, log.entries)
        result = StudyResult(
            data=data, folder=self._folder.root, interrupted=end is LoopEnd.INTERRUPTED
        )
        if result.finished:
            result.report(self._folder.root)
        return result

    def _executor(
        self, settled: tuple[RunRecord, ...], display: Display, interrupts: Interrupts
    ) -> Executor:
        looks = Looks(self._plan)
        looks.take_ready(Board(self._plan, settled))
        if looks.is_answered:
            return IdleExecutor()
        if self._prepared.source is None:
            return self._inline(display, interrupts)
        return LocalPool(
            PoolSettings(
                trial=self._prepared.source,
                workers=self._workers,
                threads=self._plan.threads,
                timeout=self._plan.timeout,
                preload=self._prepared.preload,
                gpus=self._gpus,
                log=self._folder.root / "workers.log",
                inherit=(self._lock.file,),
                check_code=self._check_code,
                tell_group=self._lock.name_group,
            )
        )

    def _check_code(self) -> None:
        if prepare(self._prepared.study).plan.hash != self._plan.hash:
            raise PlanChangedError(
                "the trial's code was changed while the study ran, and its workers have to be "
                "started again",
                where=str(self._folder.root),
                todo="change it back and run the same command again, or start a new study "
                "with --new",
            )

    def _inline(self, display: Display, interrupts: Interrupts) -> InlineExecutor:
        function = self._prepared.function
        if function is None:
            raise RuntimeError("a prepared study has a source or a function")
        display.note(
            "the trial function cannot be imported by name, so its runs are made here, one at a "
            "time; put it into a file to run them in parallel"
        )
        return InlineExecutor(
            function, threads=self._plan.threads, interrupted=lambda: interrupts.came
        )

    def _register(self, log: ProtocolLog, study_text: str | None, *, begins: bool) -> None:
        is_new = registered_plan(log.entries) != self._plan.hash
        if study_text is not None and (is_new or not self._folder.study_file.exists()):
            write_atomic(self._folder.study_file, study_text)
        register(self._folder, log, self._plan, self._prepared.study)
        if begins:
            log.append(LogKind.SESSION, workers=self._workers, command=sys.argv)

    def _loop_setup(
        self, log: ProtocolLog, executor: Executor, display: Display, interrupts: Interrupts
    ) -> LoopSetup:
        return LoopSetup(
            plan=self._plan,
            folder=self._folder,
            log=log,
            executor=executor,
            observer=Watcher(self._plan, self._folder.name, display, workers=self._workers),
            interrupts=lambda: interrupts.count,
            anchored=lambda log: anchor(self._folder, log),
        )

    def _conclude(self, log: ProtocolLog, looks: Looks) -> Results:
        results = conclude(self._folder, self._plan, looks, log.entries, finished=looks.is_answered)
        if looks.is_answered and not _has_verdict(log, self._plan.hash):
            log.append(
                LogKind.VERDICT,
                plan=self._plan.hash,
                verdicts={one.variant: one.name.value for one in results.comparisons},
                results=results_digest(results),
            )
            anchor(self._folder, log)
        return results

    def _failed_alike(self, failure: RunRecord) -> RunsFailedError:
        place = (self._folder.root / (failure.journal or "")).parent
        error = RunsFailedError("the first three runs failed alike")
        error.mistakes = (
            Mistake(
                message=f"the first three runs failed alike, so the study was stopped: "
                f"{failure.error}",
                where=str(place / "stderr.log"),
                todo="mend the trial and run the same command again; nothing needs to be removed",
            ),
        )
        return error


_WORDS = ("sentence", "notes", "assumptions", "reason", "missing")


def results_digest(results: Results) -> str:
    """Give the digest of the numbers and codes: the same however often a study was interrupted.

    Words are left out, so that a later version may say the same thing better.
    """
    data = results.to_dict()
    return digest_of(
        {
            key: [{name: one[name] for name in one if name not in _WORDS} for one in data[key]]
            for key in ("variants", "comparisons")
        }
    )


def _has_verdict(log: ProtocolLog, plan_hash: str) -> bool:
    return any(
        entry.kind == LogKind.VERDICT and entry.fields["plan"] == plan_hash for entry in log.entries
    )
