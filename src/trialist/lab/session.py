"""One coordinator's work on one study, under its lock: register, run, conclude, write."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from trialist.execute.board import Board
from trialist.execute.checks import looks_over
from trialist.execute.devices import chosen_gpus, visible_gpus, workers_for
from trialist.execute.executor import Executor, IdleExecutor
from trialist.execute.inline import InlineExecutor
from trialist.execute.interrupt import Interrupts
from trialist.execute.local import LocalPool, PoolSettings
from trialist.execute.looks import Looks
from trialist.execute.loop import LoopEnd
from trialist.execute.making import LoopSetup
from trialist.execute.repeat import is_repeat_known
from trialist.lab.amend import foreseen, three_ways
from trialist.lab.bars import bars_in
from trialist.lab.conclude import conclude
from trialist.lab.failures import failure_text, output_of
from trialist.lab.followup import FOLLOWS, origin_of, parent_deviations
from trialist.lab.lending import lent_fields
from trialist.lab.material import material_of
from trialist.lab.phases import run_phases
from trialist.lab.prepare import Prepared, prepare
from trialist.lab.registration import anchor, history_of, open_log, register, take_over
from trialist.lab.result import StudyResult
from trialist.lab.resultsdigest import predicted_outcomes, results_digest
from trialist.lab.sessionfacts import SessionFacts, collect, told_to_attempts
from trialist.lab.watching import Watcher
from trialist.ledger.atomic import write_atomic
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.lineage import keep_plan, registered_plan
from trialist.ledger.lock import StudyLock
from trialist.ledger.person import user_name
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.render.live import Display
from trialist.values.amendment import Amendment
from trialist.values.errors import Mistake, PlanChangedError, RunsFailedError, TrialistError
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user typed, kept so that the report can say how to do it again.

    Attributes:
        file: The study file; None for a study made in Python.
        text: The study file's text, with the overrides as comments; None without a file.
        overrides: Dotted changes of the file.
        store: The folder of all studies.
        workers: Processes that train at the same time; None: as the study says.
        max_seconds: When the command is to end, answered or not; None: never.
    """

    file: str | None = None
    text: str | None = None
    overrides: tuple[str, ...] = ()
    store: str = "experiments"
    workers: int | str | None = None
    max_seconds: float | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs the study; nothing where it was called from Python."""
        if self.file is None:
            return ()
        place = () if self.store == "experiments" else ("--store", self.store)
        return ("trialist", "run", self.file, *self.overrides, *place)


class Session:
    """A coordinator that holds the lock of its study."""

    def __init__(
        self,
        prepared: Prepared,
        folder: StudyFolder,
        lock: StudyLock,
        asked: Asked,
        amendment: Amendment | None = None,
        begun: Callable[[StudyFolder], None] = lambda _folder: None,
    ) -> None:
        self._begun = begun
        self._prepared = prepared
        self._asked = asked
        self._amendment = amendment
        self._plan = prepared.plan
        self._folder = folder
        self._lock = lock
        self._gpus = chosen_gpus(visible_gpus(), prepared.plan.gpus)
        self._facts: SessionFacts | None = None
        self._told: Mapping[str, Any] | None = None
        self._workers = 1
        if prepared.source is not None:
            wanted = asked.workers or prepared.study.resources.workers
            self._workers = workers_for(self._plan, wanted)

    def run(self, display: Display) -> StudyResult:
        """Run to the verdict, or as far as it goes, and write the report.

        Raises:
            RunsFailedError: If the first three runs failed alike, or no run gave a result.
        """
        with ExitStack() as stack:
            interrupts = Interrupts(max_seconds=self._asked.max_seconds)
            log = stack.enter_context(closing(open_log(self._folder)))
            history = foreseen(History(log.entries), self._amendment)
            settled = take_over(self._folder, self._plan, history, is_locked=self._lock.is_locked)
            executor = self._executor(settled, interrupts)
            stack.callback(executor.close)
            self._facts = self._collected(begins=executor.workers > 0)
            stack.enter_context(interrupts)  # until here Ctrl-C ends the command at once
            self._register(log, begins=executor.workers > 0)
            setup = self._loop_setup(log, executor, display, interrupts)
            with display:
                ran = run_phases(setup, self._prepared, settled, display, workers=self._workers)
            if ran.failure is not None:
                raise self._failed(ran.failure, alike=ran.end is LoopEnd.FAILED_ALIKE)
            results = self._conclude(log, ran.looks)
            data = material_of(self._folder, self._plan, ran.looks, results, History(log.entries))
        ended_early = ran.end is LoopEnd.INTERRUPTED
        result = StudyResult(
            data=data,
            folder=self._folder.root,
            interrupted=ended_early and not interrupts.is_only_time,
            out_of_time=ended_early and interrupts.is_only_time,
        )
        if result.finished:
            result.report(self._folder.root)
        return result

    def _executor(self, settled: tuple[RunRecord, ...], interrupts: Interrupts) -> Executor:
        history = history_of(self._folder)
        bars = bars_in(self._folder, self._plan, history)
        looks = looks_over(Board(self._plan, settled), history, bars)
        if looks.is_answered and is_repeat_known(history, self._plan):
            return IdleExecutor()
        if self._prepared.source is None:
            return self._inline(interrupts)
        return LocalPool(
            PoolSettings(
                trial=self._prepared.source,
                workers=self._workers,
                threads=self._plan.threads,
                timeout=self._plan.timeout,
                memory=self._plan.memory,
                preload=self._prepared.preload,
                gpus=self._gpus,
                log=self._folder.root / "workers.log",
                inherit=(self._lock.file,),
                check_code=self._check_code,
                tell_group=self._lock.name_group,
            )
        )

    def _collected(self, *, begins: bool) -> SessionFacts | None:
        if not begins:
            return None
        files = () if self._asked.file is None else (Path(self._asked.file),)
        return collect(self._prepared, self._folder, files=files)

    def _check_code(self) -> None:
        if self._plan_now().hash != self._plan.hash:
            raise PlanChangedError(
                "the trial's code was changed while the study ran, and its workers have to be "
                "started again",
                where=str(self._folder.root),
                todo=three_ways(self._asked.command, other_code=True),
            )

    def _plan_now(self) -> Plan:
        before = self._prepared
        plan = prepare(before.study, follow=before.follow, extended=before.extended).plan
        plan = replace(plan, vectorize=self._plan.vectorize)
        return replace(plan, prior=self._plan.prior) if self._prepared.lent else plan

    def _inline(self, interrupts: Interrupts) -> InlineExecutor:
        function = self._prepared.function
        if function is None:
            raise RuntimeError("a prepared study has a source or a function")
        # A notebook shows no display, and this has to be seen there.
        logging.getLogger("trialist").warning(
            "the trial function cannot be imported by name, so its runs are made here, one at a "
            "time; put it into a file to run them in parallel"
        )
        return InlineExecutor(
            function, threads=self._plan.threads, interrupted=lambda: interrupts.came
        )

    def _register(self, log: ProtocolLog, *, begins: bool) -> None:
        text = self._asked.text
        history = History(log.entries)
        is_new = history.plan_hash != self._plan.hash
        if self._amendment is not None:
            keep_plan(self._folder, registered_plan(self._folder, history))
        if text is not None and (is_new or not self._folder.study_file.exists()):
            write_atomic(self._folder.study_file, text)
        follow = self._prepared.follow
        told: dict[str, Any] = lent_fields(self._prepared.lent) if is_new else {}
        if is_new and follow is not None:
            told[FOLLOWS] = origin_of(self._folder, self._plan, follow).to_dict()
        register(
            self._folder,
            log,
            self._plan,
            self._prepared.study,
            told=told,
            amendment=self._amendment,
        )
        self._log_parents(log)
        if self._facts is not None:
            for message in self._facts.changes(History(log.entries)):
                log.append(LogKind.DEVIATION, message=message)
            self._told = told_to_attempts(self._facts.write())
        if begins:
            log.append(
                LogKind.SESSION,
                facts=None if self._told is None else self._told["facts"],
                workers=self._workers,
                host=socket.gethostname(),
                user=user_name(),
                command=sys.argv,
                file=self._asked.file,
                overrides=list(self._asked.overrides),
                store=self._asked.store,
            )

    def _log_parents(self, log: ProtocolLog) -> None:
        history = History(log.entries)
        found = parent_deviations(self._folder, history)
        new = [message for message in found if message not in history.deviations]
        for message in new:
            log.append(LogKind.DEVIATION, message=message)
        if new:
            anchor(self._folder, log)

    def _loop_setup(
        self, log: ProtocolLog, executor: Executor, display: Display, interrupts: Interrupts
    ) -> LoopSetup:
        return LoopSetup(
            plan=self._plan,
            folder=self._folder,
            log=log,
            executor=executor,
            observer=Watcher(
                self._plan,
                self._folder,
                display,
                workers=self._workers,
                begun=partial(self._begun, self._folder),
            ),
            interrupts=lambda: interrupts.count,
            anchored=self._after_look,
            provenance=self._told,
        )

    def _after_look(self, log: ProtocolLog) -> None:
        # A run may import a file late: whoever edits it meanwhile changes what is measured.
        before = {file.path: file.digest for file in self._plan.code}
        now = self._code_now()
        changed = sorted(path for path in before | now if before.get(path) != now.get(path))
        message = f"Code was changed while the study ran: {', '.join(changed)}."
        if changed and message not in History(log.entries).deviations:
            log.append(LogKind.DEVIATION, message=message)
        anchor(self._folder, log)

    def _code_now(self) -> dict[str, str]:
        try:
            plan = self._plan_now()
        except (OSError, TrialistError):  # a file is gone: that is a change too
            return {}
        return {file.path: file.digest for file in plan.code}

    def _conclude(self, log: ProtocolLog, looks: Looks) -> Results:
        results = conclude(self._folder, self._plan, looks, History(log.entries))
        if looks.is_answered and self._is_new_verdict(History(log.entries)):
            log.append(
                LogKind.VERDICT,
                plan=self._plan.hash,
                seeds=len(self._plan.seeds),
                verdicts={one.variant: one.name.value for one in results.comparisons},
                results=results_digest(results),
                **predicted_outcomes(results),
                **{RunStatus.NOT_NEEDED.value: self._not_needed()},
            )
            anchor(self._folder, log)
        return results

    def _is_new_verdict(self, history: History) -> bool:
        logged = history.verdict(self._plan.hash)
        # An open-ended study may have been given more seeds since.
        return logged is None or logged.get("seeds", len(self._plan.seeds)) != len(self._plan.seeds)

    def _not_needed(self) -> dict[str, int]:
        """Give how many planned seeds of each variant were never started."""
        planned = len(self._plan.seeds)
        return {
            variant.name: max(planned - len(self._folder.seeds(variant.name)), 0)
            for variant in self._plan.variants
        }

    def _failed(self, failure: RunRecord, *, alike: bool) -> RunsFailedError:
        place = (self._folder.root / (failure.journal or "")).parent
        what = "the first three runs failed alike" if alike else "no run gave a result"
        error = RunsFailedError(what)
        error.mistakes = (
            Mistake(
                message=f"{what}, so the study was stopped: "
                + failure_text(failure, self._folder.root, self._plan),
                where=str(output_of(place)),
                todo="mend the trial and run the same command again; nothing needs to be removed",
            ),
        )
        return error
