"""`trialist.start_run`: a script's run, in the study that started it or on its own."""

from __future__ import annotations

import atexit
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from trialist.design.merge import merged
from trialist.execute.attach import attach, is_attached
from trialist.execute.load import LOADING
from trialist.execute.monitor import OwnSampler
from trialist.execute.scriptrun import FreeRecorder, ScriptRun, rank_here
from trialist.execute.spool import SilentWriter
from trialist.execute.task import Task
from trialist.lab.scriptconfig import differences, plain_config
from trialist.lab.scriptfacts import facts_of_script, write_facts
from trialist.ledger.facts import Facts
from trialist.ledger.freeruns import OpenedRun, open_free_run
from trialist.ledger.journal import JournalWriter
from trialist.ledger.provenance import environment
from trialist.ledger.store import Store
from trialist.values.errors import ConfigError, LedgerError, TrialistError
from trialist.values.events import FailureKind, RunStatus
from trialist.values.seeds import SeedSet

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class _Process:
    """What this process has started: one run at a time."""

    def __init__(self) -> None:
        self.run: ScriptRun | None = None
        self.is_attached = False
        self.error: BaseException | None = None
        self._is_watched = False

    def watch(self) -> None:
        """End an open run with the script, and know the error that ended it."""
        if self._is_watched:
            return
        self._is_watched = True
        atexit.register(self._at_exit)
        before = sys.excepthook

        def hook(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            self.error = error
            before(kind, error, trace)

        sys.excepthook = hook
        leave = sys.exit

        def leaving(code: Any = None) -> NoReturn:
            self.error = SystemExit(code)  # no hook of Python's own hears of it
            leave(code)

        sys.exit = leaving

    def _at_exit(self) -> None:
        if self.run is not None:
            self.run.close(self.error)


_HERE = _Process()


def start_run(
    name: str | None = None,
    *,
    config: Any = None,
    seed: int | None = None,
    tags: Sequence[str] = (),
    store: str | Path = "experiments",
) -> ScriptRun:
    """Give the run of this script: that of the study that started it, or one of its own.

    Inside of a study's `command:` the study says what runs: its configuration and seed win, and a
    difference to those given here is recorded as a finding. Anywhere else the run is recorded in
    the store under `name`, without a plan. Leaving `with` ends it (finished, or failed with what
    was raised); without `with` the end of the script does.

    Args:
        name: What the runs of this script are called; default: the script's own name.
        config: A mapping of plain data, or what `argparse` gives.
        seed: The run's seed; without one `run.seed` is an error, and never a made-up number.
        tags: Words for the run; they name its variant in `trialist compare`.
        store: The folder of all studies.

    Returns:
        `config`, `seed`, `directory`, `log`, `should_stop`, `finding` and what else a trial
        function gets as `run`.

    Raises:
        ConfigError: If a name, a seed or a configuration cannot be used.
        LedgerError: If this very run is open already, here or in another process.
    """
    if os.environ.get(LOADING):
        raise ConfigError(
            "trialist.start_run was called while a worker imported this file",
            todo='put the call under `if __name__ == "__main__":`',
        )
    given = plain_config(config)
    if is_attached():
        return _attached(given, seed)
    _end_earlier()
    _HERE.run = _own(name, given, seed, tags=tuple(tags), store=Path(store))
    _HERE.error = None
    _HERE.watch()
    return _HERE.run


def _attached(given: Mapping[str, Any], seed: int | None) -> ScriptRun:
    run = _HERE.run
    if run is None or not run.is_open or not _HERE.is_attached:
        run = attach()
        _HERE.run, _HERE.is_attached = run, True
    for message in differences(given, run.config):
        run.finding(message)
    if seed is not None and seed != run.seed.base:
        run.finding(
            f"the script gave seed {seed}, the study says {run.seed.base}: the study counts"
        )
    run.config = merged(given, run.config)
    return run


def _end_earlier() -> None:
    earlier = _HERE.run
    if earlier is None or not earlier.is_open:
        return
    if earlier.is_entered:
        raise LedgerError(
            f"the run {earlier.name} is still open in this process",
            where=str(earlier.directory),
            todo="leave its `with` first; one process records one run at a time",
        )
    earlier.close()


def _own(
    name: str | None,
    config: dict[str, Any],
    seed: int | None,
    *,
    tags: tuple[str, ...],
    store: Path,
) -> ScriptRun:
    _check(name, seed, tags)
    name = name or _own_name()
    place = Store(store.absolute())
    if rank_here():
        return _silent(name, config, seed, place)
    facts = facts_of_script(place.root)
    opened = _opened(place, name, config, seed, tags, facts)
    task = _task(opened.variant, opened.number, config, seed, opened.directory, opened.earlier)
    told = write_facts(task, facts.digest, seed)
    journal = JournalWriter(opened.directory / "journal.jsonl", clock=time.time)
    journal.start({**_header(name, task, seed, tags, opened), **told})
    recorder = FreeRecorder(journal, "")
    recorder.after_row = OwnSampler(task.directory)
    return _run(
        f"{name}/{opened.variant}/{opened.place}",
        task,
        seed,
        recorder,
        _Ending(journal, opened),
    )


def _opened(
    place: Store,
    name: str,
    config: dict[str, Any],
    seed: int | None,
    tags: tuple[str, ...],
    facts: Facts,
) -> OpenedRun:
    try:
        place.create()
        return open_free_run(place.study(name), config, seed, tags=tags, facts=facts)
    except OSError as error:
        raise LedgerError(
            f"the store cannot be written: {error.strerror}",
            where=str(error.filename or place.root),
            todo="name another folder with start_run(..., store=...), or mend this one",
        ) from error


def _silent(name: str, config: dict[str, Any], seed: int | None, store: Store) -> ScriptRun:
    """Give a rank above 0 the same run without a journal: rank 0 writes it."""
    task = _task(name, 1, config, seed, store.root / name, ())
    recorder = FreeRecorder(SilentWriter(), "")
    return _run(name, task, seed, recorder, lambda _: None)


def _task(
    variant: str,
    number: int,
    config: dict[str, Any],
    seed: int | None,
    directory: Path,
    earlier: tuple[Path, ...],
) -> Task:
    seeds = SeedSet.of(seed or 0)
    return Task(
        variant=variant,
        seed=seeds.base,
        number=number,
        config=config,
        seeds=seeds,
        directory=directory,
        metric="",
        plan_hash="",
        resume=earlier,
    )


def _run(
    name: str,
    task: Task,
    seed: int | None,
    recorder: FreeRecorder,
    end: Callable[[BaseException | None], None],
) -> ScriptRun:
    run = ScriptRun(task, dict(task.config), recorder, stop=lambda: False, end=end)
    run.name = name
    if seed is None:
        run.without_seed()
    return run


class _Ending:
    """Writes the end line, with what ended the run."""

    def __init__(self, journal: JournalWriter, opened: OpenedRun) -> None:
        self._journal = journal
        self._opened = opened
        self._began = time.perf_counter()

    def __call__(self, error: BaseException | None) -> None:
        status, failure, message = _outcome(error)
        self._journal.end(
            {
                "status": status.value,
                "value": None,
                "failure": failure.value if failure else None,
                "message": message,
                "returned": {},
                "seconds": round(time.perf_counter() - self._began, 6),
            }
        )
        self._opened.lock.release()


def _outcome(error: BaseException | None) -> tuple[RunStatus, FailureKind | None, str | None]:
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return RunStatus.FINISHED, None, None
    if isinstance(error, KeyboardInterrupt):
        return RunStatus.STOPPED, None, "interrupted"
    is_memory = isinstance(error, MemoryError) or "out of memory" in str(error).lower()
    words = error.mistakes[0].message if isinstance(error, TrialistError) else str(error)
    message = f"{type(error).__name__}: {words}".rstrip(": ")
    return RunStatus.FAILED, FailureKind.OOM if is_memory else FailureKind.ERROR, message


def _header(
    name: str, task: Task, seed: int | None, tags: tuple[str, ...], opened: OpenedRun
) -> dict[str, Any]:
    return {
        "run": f"{opened.variant}/{opened.place}",
        "name": name,
        "attempt": task.number,
        "plan": None,
        "metric": None,
        "config": task.config,
        "seeds": task.to_dict()["seeds"] if seed is not None else None,
        "tags": list(tags),
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "environment": dict(environment()),
    }


def _own_name() -> str:
    """Give the script's name; "runs" where there is no script, as in a notebook."""
    stem = Path(sys.argv[0]).stem if sys.argv and sys.argv[0].endswith(".py") else ""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._") or "runs"


def _check(name: Any, seed: Any, tags: tuple[Any, ...]) -> None:
    if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise ConfigError(
            f"the name {name!r} cannot be a folder",
            where="trialist.start_run",
            todo="use letters, digits, '.', '_' and '-', beginning with a letter or a digit",
        )
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool) or seed < 0):
        raise ConfigError(
            f"seed is {seed!r}, not a whole number from 0",
            where="trialist.start_run",
            todo="give the number that seeds the run, or leave it out",
        )
    if any(not isinstance(tag, str) or not tag.strip() for tag in tags):
        raise ConfigError(
            f"tags are {list(tags)!r}", where="trialist.start_run", todo='give words: tags=["wide"]'
        )
