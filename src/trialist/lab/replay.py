"""Making one recorded run again: the same worker path, seeds and threads, in another folder."""

from __future__ import annotations

from pathlib import Path

from trialist.execute.devices import visible_gpus
from trialist.execute.executor import Died, Ended
from trialist.execute.load import TrialSource
from trialist.execute.local import LocalPool, PoolSettings
from trialist.execute.task import Segment, Task, Together
from trialist.lab.prepare import preloads
from trialist.lab.recorded import Recorded, points_of
from trialist.ledger.code import project_code
from trialist.ledger.machine import machine
from trialist.ledger.output import last_lines, quoted
from trialist.ledger.trialrecords import searches_in
from trialist.values.determinism import Determinism
from trialist.values.errors import ReproduceError
from trialist.values.plan import Plan
from trialist.values.points import Point

ATTEMPT = "attempt-1"
"""The new run's own folder."""


def run_again(recorded: Recorded, folder: Path, out: Path) -> tuple[Point, ...]:
    """Run the code in `folder` with the configuration, seeds and threads of the record.

    Args:
        recorded: The run.
        folder: The study's folder, with the code.
        out: Where the run writes; it holds nothing yet.

    Returns:
        Every number that the new run reported.

    Raises:
        TrialLoadError: If the trial cannot be loaded.
        ReproduceError: If the run does not come to its end here.
    """
    task = _task(recorded, out / ATTEMPT)
    task.directory.mkdir(parents=True)
    source, preload = _source(recorded.plan, folder)
    pool = LocalPool(
        PoolSettings(
            trial=source,
            workers=1,
            threads=recorded.threads,
            timeout=recorded.plan.timeout,
            memory=recorded.plan.memory,
            preload=preload,
            gpus=_gpus(recorded),
            log=out / "workers.log",
        )
    )
    try:
        pool.submit(task)
        _wait(pool, task)
    finally:
        pool.close()
    return _comparable(points_of(out, 1), recorded)


def _comparable(points: tuple[Point, ...], recorded: Recorded) -> tuple[Point, ...]:
    """Leave out what the record has in other attempts: a part is made again from step 0."""
    if "takes" not in recorded.start:
        return points
    steps = [one.step for one in recorded.points if one.step is not None]
    first = min(steps, default=0)
    return tuple(one for one in points if one.step is None or one.step >= first)


def _segments(recorded: Recorded) -> tuple[Segment, ...]:
    """Give the parts of a training, with those before it that it went on from."""
    if "takes" not in recorded.start:
        return tuple(Segment(**one) for one in recorded.start.get("segments", ()))
    from trialist.execute.schedules import segments_of

    log = searches_in(recorded.folder, recorded.plan, recorded.history)
    key = next(key for key, one in log.trials.items() if one.name == recorded.variant)
    return segments_of(recorded.plan, log, key)


def _source(plan: Plan, folder: Path) -> tuple[TrialSource, tuple[str, ...]]:
    if plan.command is not None:
        return TrialSource.of_command(plan.command, folder), ()
    source = TrialSource.parse(plan.trial, folder)
    return source, preloads(project_code(source.start, folder=folder).imports)


def _task(recorded: Recorded, directory: Path) -> Task:
    start = recorded.start
    told = (recorded.attempt or {}).get("determinism")
    return Task(
        variant=recorded.variant,
        seed=recorded.seed,
        number=1,
        config=start["config"],
        seeds=recorded.seeds,
        directory=directory.resolve(),
        metric=start["metric"],
        plan_hash=start["plan"],
        goal=recorded.plan.metric.goal,
        again=recorded.place.resolve(),
        determinism=Determinism(told or recorded.plan.determinism),
        names=recorded.plan.names,
        together=Together(**start["together"]) if start.get("together") else None,
        segments=_segments(recorded),
    )


def _gpus(recorded: Recorded) -> tuple[str, ...]:
    """Give one GPU, of the recorded kind if there is one; none where the run saw none."""
    seen = visible_gpus()
    told = recorded.attempt
    if told is None or recorded.facts is None:
        return seen[:1]
    if not told.get("devices"):
        return () if told.get("devices") is None else ("",)
    names = recorded.facts.read()["machine"]["gpus"]
    number = str(told["devices"]).split(",")[0]
    kind = names[int(number)] if number.isdigit() and int(number) < len(names) else None
    here = machine()["gpus"]
    alike = [one for one in seen if one.isdigit() and here[int(one) : int(one) + 1] == [kind]]
    return tuple((alike or list(seen))[:1])


def _wait(pool: LocalPool, task: Task) -> None:
    while True:
        for event in pool.poll(0.2):
            if isinstance(event, Died):
                raise _failed(task, event.message)
            if isinstance(event, Ended):
                if not event.attempt.status.has_result:
                    raise _failed(task, event.attempt.message or event.attempt.status.value)
                return


def _failed(task: Task, message: str) -> ReproduceError:
    path = task.directory / "stderr.log"
    return ReproduceError(
        f"{task.name} does not come to its end here: {message}" + quoted(last_lines(path)),
        where=str(path),
        todo="data that the study does not name under `data` is not brought along to rebuilt code; "
        "--here runs the code in place",
    )
