"""Evaluating trained runs on the sealed test set: the workers, the tasks, what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trialist.execute.devices import chosen_gpus, visible_gpus, worker_count
from trialist.execute.evaluating import Failed
from trialist.execute.load import TrialSource
from trialist.execute.local import LocalPool, PoolSettings
from trialist.execute.task import Task
from trialist.lab.prepare import preloads
from trialist.lab.rebuild import changed_files
from trialist.lab.sealedruns import Trained, home_of
from trialist.ledger.code import project_code
from trialist.ledger.folder import StudyFolder, attempts_in
from trialist.ledger.journal import read_journal
from trialist.ledger.lock import StudyLock
from trialist.ledger.output import last_lines, quoted
from trialist.values.errors import Mistake, RunsFailedError
from trialist.values.plan import Plan
from trialist.values.results import Results
from trialist.values.sealed import PlannedSeal
from trialist.values.seeds import SeedSet


def evaluators(
    folder: StudyFolder,
    plan: Plan,
    source: TrialSource,
    lock: StudyLock,
    workers: int | str,
    *,
    n: int,
) -> LocalPool:
    """Give the workers that evaluate `n` runs.

    Raises:
        TrialLoadError: If the test function cannot be loaded.
    """
    gpus = chosen_gpus(visible_gpus(), plan.gpus)
    wanted = worker_count(
        workers, threads=plan.threads, gpus=len([one for one in gpus if one]), runs=n
    )
    return LocalPool(
        PoolSettings(
            trial=source,
            workers=wanted,
            threads=plan.threads,
            timeout=plan.timeout,
            memory=plan.memory,
            preload=preloads(project_code(source.start, folder=source.folder).imports),
            gpus=gpus,
            log=folder.root / "workers.log",
            inherit=(lock.file,),
            tell_group=lock.name_group,
        )
    )


def task_of(folder: StudyFolder, plan: Plan, seal: PlannedSeal, one: Trained, opening: int) -> Task:
    """Give the next attempt at evaluating a trained run, whose folder is made."""
    place = folder.attempt(one.variant, one.seed, one.attempt)
    start = read_journal(place / "journal.jsonl").start
    home = home_of(folder, opening, one.name)
    begun = [k for k in attempts_in(home) if (home / f"attempt-{k}/journal.jsonl").exists()]
    attempt = 1 + max(begun, default=0)
    directory = home / f"attempt-{attempt}"
    directory.mkdir(parents=True, exist_ok=True)
    return Task(
        variant=one.variant,
        seed=one.seed,
        number=attempt,
        config=start["config"],
        seeds=SeedSet(**start["seeds"]),
        directory=directory.resolve(),
        metric=seal.metric,
        plan_hash=plan.hash,
        goal=seal.goal,
        again=place.resolve(),
        determinism=plan.determinism,
        names=plan.names,
        tested=one.file,
    )


def notes_of(
    plan: Plan, trained: Sequence[Trained], results: Results, folder: Path
) -> Sequence[str]:
    """Give what a reader of the numbers should know, as sentences."""
    notes = [
        f"{one.name}: {one.sample.n_diverged + one.sample.n_failed} runs that diverged or failed "
        "were not evaluated."
        for one in results.variants
        if one.sample.n_diverged + one.sample.n_failed
    ]
    without = [one.name for one in trained if not one.file]
    if without and plan.command is None:
        notes.append(f"{len(without)} runs saved no checkpoint ({without[0]}, ...).")
    changed = changed_files(plan, folder)
    if changed:
        notes.append(f"Code was changed between the runs and the test: {', '.join(changed)}.")
    if plan.test is not None and not plan.test.data:
        notes.append(
            f"The test set is known by its function alone ({plan.test.trial}): whether it is the "
            "same data as in another study, nobody has checked."
        )
    return notes


def evaluation_failed(failed: Sequence[Failed]) -> RunsFailedError:
    """Give the error that tells of every run that could not be evaluated."""
    error = RunsFailedError("runs could not be evaluated", todo="mend the test function")
    error.mistakes = tuple(
        Mistake(
            message=f"{one.task.name} could not be evaluated: {one.message}"
            + quoted(last_lines(one.task.directory / "stderr.log")),
            where=str(one.task.directory / "stderr.log"),
            todo="mend the test function and run the same command again: it goes on with this "
            "opening",
        )
        for one in failed
    )
    return error
