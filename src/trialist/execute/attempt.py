"""One attempt from its start line to its end line: the same code in a worker and inline."""

from __future__ import annotations

import json
import math
import os
import socket
import sys
import sysconfig
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from trialist.execute.handle import Handle, StopRun
from trialist.execute.origin import origin_of
from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.ledger.attempts import Attempt
from trialist.ledger.journal import JournalWriter
from trialist.ledger.leases import AttemptLease
from trialist.ledger.provenance import environment
from trialist.train.deterministic import deterministic, setting_of
from trialist.train.seeding import seed_everything
from trialist.values.errors import MetricError, TrialError, TrialistError, near
from trialist.values.events import FailureKind, RunStatus, encode_number
from trialist.values.metric import metric_name

_PACKAGE = str(Path(__file__).parent.parent)
_MOST_SAID = 1000
"""Characters of an exception's message at each of its ends; stderr.log has all of them."""
_SIGNALLED_WITHIN_S, _MOST_TOLD = 0.5, 8
"""So soon torch tells that a process was killed, and so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a trial function ended."""

    status: RunStatus
    value: float | None = None
    failure: FailureKind | None = None
    message: str | None = None
    returned: Mapping[str, float | str] = field(default_factory=dict)


class OpenAttempt:
    """An attempt whose start line is on disk, and whose end line is not.

    Args:
        task: What to run; its folder must exist and hold no journal.
        function: The trial function.
        stop: Tells whether the run is to end early.
        threads: Recorded with the run.
        watch: Called behind each row; None where the run is watched from outside.
    """

    def __init__(
        self,
        task: Task,
        function: Callable[..., Any],
        *,
        stop: Callable[[], bool],
        threads: int,
        watch: Callable[[], None] | None = None,
    ) -> None:
        self._task = task
        self._journal = JournalWriter(task.directory / "journal.jsonl", clock=time.time)
        self.recorder = Recorder(self._journal, task.metric, names=task.names)
        self.recorder.after_row = watch
        self._stop = _stop_of(task, self.recorder, stop)
        self.handle = self._handle(task, self._stop)
        origin = origin_of(task, function, self.handle, threads=threads)
        setting = {"determinism": setting_of(task.determinism, threads=threads)}
        self._journal.start({**_header(task, threads), **setting, **origin})

    def outcome_of(self, function: Callable[..., Any]) -> Outcome:
        """Call a trial function; give how it ended, whatever it raises."""
        if self._task.segments:
            return self._in_parts(function)
        return _call(function, self.handle, self.recorder, self._task.metric)

    def _in_parts(self, function: Callable[..., Any]) -> Outcome:
        """Call it once for each part of the training; each goes on where the one before ended."""
        task, outcome = self._task, Outcome(status=RunStatus.STOPPED)
        for number, part in enumerate(task.segments):
            before = task.takes if number == 0 else task.directory
            resume = () if before is None else (before,)
            own = replace(task, config=part.config, resume=resume)
            self.handle = self._handle(own, partial(self._ends, part.until))
            outcome = _call(function, self.handle, self.recorder, task.metric)
            reached = part.until is not None and self._is_at(part.until)
            if outcome.status is not RunStatus.STOPPED or not reached:
                return outcome
        return outcome

    def _ends(self, until: int | None) -> bool:
        return self._stop() or (until is not None and self._is_at(until))

    def _is_at(self, step: int) -> bool:
        return self.recorder.last_step is not None and self.recorder.last_step >= step

    def _handle(self, task: Task, stop: Callable[[], bool]) -> Handle:
        config = json.loads(json.dumps(task.config))
        return Handle(task, config, self.recorder, stop=stop)

    def end(self, outcome: Outcome, *, seconds: float) -> Attempt:
        """Write the end line; it is on disk when this returns."""
        seconds = round(seconds, 6)
        digest = self._journal.end(
            {
                "status": outcome.status.value,
                "value": None if outcome.value is None else encode_number(outcome.value),
                "failure": outcome.failure.value if outcome.failure else None,
                "message": outcome.message,
                "returned": outcome.returned,
                "seconds": seconds,
            }
        )
        return Attempt(
            number=self._task.number,
            status=outcome.status,
            value=outcome.value,
            failure=outcome.failure,
            message=outcome.message,
            last_step=self.recorder.last_step,
            seconds=seconds,
            digest=digest,
            plan_hash=self._task.plan_hash,
        )


def run_attempt(
    task: Task,
    function: Callable[..., Any],
    *,
    stop: Callable[[], bool],
    threads: int,
    watch: Callable[[], None] | None = None,
) -> Attempt:
    """Make one attempt and give how it ended; its end line is on disk when this returns.

    Args:
        task: What to run; its folder must exist and hold no journal.
        function: The trial function.
        stop: Tells whether the run is to end early.
        threads: Recorded with the run.
        watch: Called behind each row; None where the run is watched from outside.
    """
    with AttemptLease(task.directory):
        opened = OpenAttempt(task, function, stop=stop, threads=threads, watch=watch)
        began = time.perf_counter()
        seed_everything(task.seeds.train)
        with (
            only_this_process(),
            deterministic(task.determinism, threads=threads, told=opened.recorder.finding),
        ):
            outcome = opened.outcome_of(function)
        return opened.end(outcome, seconds=time.perf_counter() - began)


@contextmanager
def only_this_process() -> Iterator[None]:
    """End a child that a trial forked and that comes back from it: it has no journal."""
    process = os.getpid()
    try:
        yield
    finally:
        if os.getpid() != process:
            os._exit(1)


def _stop_of(task: Task, recorder: Recorder, stop: Callable[[], bool]) -> Callable[[], bool]:
    if not task.first_evaluation_only:
        return stop
    return lambda: recorder.is_trained or stop()


def _header(task: Task, threads: int) -> dict[str, Any]:
    return {
        "run": task.name,
        "attempt": task.number,
        "plan": task.plan_hash,
        "metric": task.metric,
        "config": task.config,
        "seeds": task.to_dict()["seeds"],
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "threads": threads,
        "environment": dict(environment()),
        **({} if task.again is None else {"again": str(task.again)}),
        **({} if task.together is None else {"together": asdict(task.together)}),
        **({"segments": [asdict(one) for one in task.segments]} if task.segments else {}),
        **({} if task.takes is None else {"takes": "/".join(task.takes.parts[-3:])}),
    }


def _call(function: Callable[..., Any], handle: Handle, recorder: Recorder, goal: str) -> Outcome:
    try:
        returned = function(handle.config, handle)
        if handle.stop_seen:
            return Outcome(status=RunStatus.STOPPED)
        value = _goal_value(returned, recorder, goal)
        handle.check_value(value)
        return _outcome(value, returned)
    except StopRun:
        return Outcome(status=RunStatus.STOPPED)
    except TrialError as error:  # no traceback: what a command printed says it
        kind = FailureKind(error.failure)
        return Outcome(status=RunStatus.FAILED, failure=kind, message=_words(error))
    except MemoryError as error:
        return _failed(FailureKind.OOM, error)
    except BaseException as error:  # noqa: BLE001 — the border of user code: it may even exit
        return _failed_by(error)


def _failed_by(error: BaseException, *, n_told: int = 0) -> Outcome:
    """Give how a run failed by an error, or by what torch has to tell about it.

    A process that loads data and was killed closes its pipe first; that it was killed torch tells
    by a signal, wherever that finds us.
    """
    try:
        if isinstance(error, ConnectionError | EOFError):
            time.sleep(_SIGNALLED_WITHIN_S)
        return _failed(_kind_of(error), error)
    except RuntimeError as told:
        if n_told == _MOST_TOLD:
            raise
        return _failed_by(told, n_told=n_told + 1)


def _kind_of(error: BaseException) -> FailureKind:
    """Give how a run failed by an error: torch's words tell what its RuntimeError does not."""
    words = _text(error).lower() if isinstance(error, RuntimeError) else ""
    if "out of memory" in words:
        return FailureKind.OOM
    # A process that loads data was killed: as with a killed worker, the run is not to blame.
    is_dead = "killed by signal" in words or "exited unexpectedly" in words
    return FailureKind.CRASHED if "dataloader worker" in words and is_dead else FailureKind.ERROR


def _outcome(value: float, returned: object) -> Outcome:
    finite = math.isfinite(value)
    return Outcome(
        status=RunStatus.FINISHED if finite else RunStatus.DIVERGED,
        value=value,
        message=None if finite else f"the goal metric is {value}",
        returned=_numbers(returned) if isinstance(returned, Mapping) else {},
    )


def _numbers(returned: Mapping[Any, Any]) -> dict[str, float | str]:
    return {
        str(name): encode_number(float(value))
        for name, value in returned.items()
        if isinstance(value, (int, float))
    }


def _goal_value(returned: object, recorder: Recorder, goal: str) -> float:
    if isinstance(returned, Mapping):
        for name, value in returned.items():
            if _is_goal(str(name), goal):
                return _as_number(goal, value)
    elif returned is not None:
        return _as_number(goal, returned)
    if goal in recorder.last:
        return recorder.last[goal]
    seen = list(recorder.last)
    seen += [str(name) for name in returned] if isinstance(returned, Mapping) else []
    seen = list(dict.fromkeys(seen))
    raise MetricError(
        f"the goal metric {goal!r} was never reported",
        todo=near(goal, seen) if seen else f"return {{'{goal}': value}} from the trial function",
    )


def _is_goal(name: str, goal: str) -> bool:
    try:
        return metric_name(name) == goal
    except MetricError:
        return False


def _as_number(goal: str, value: Any) -> float:
    if not isinstance(value, (str, bytes)):  # float("0.9") would hide the mistake
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError, RuntimeError):
            pass  # said below
    raise MetricError(
        f"the trial function returned {value!r:.60} for {goal!r}",
        todo=f"return one number, or {{'{goal}': number}}",
    )


def _failed(kind: FailureKind, error: BaseException) -> Outcome:
    with suppress(ValueError, OSError):  # the trial may have closed it
        traceback.print_exception(error, file=sys.stderr)
        sys.stderr.flush()
    message = f"{type(error).__name__}: {_words(error)}".rstrip(": ")
    return Outcome(status=RunStatus.FAILED, failure=kind, message=message + _place(error))


def _words(error: BaseException) -> str:
    if isinstance(error, TrialistError):
        mistake = error.mistakes[0]
        return f"{mistake.message}; {mistake.todo}" if mistake.todo else mistake.message
    return _text(error)


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as broken:  # noqa: BLE001 — the user's own class says it
        return f"its message raised {type(broken).__name__}"
    if len(text) <= 2 * _MOST_SAID:
        return text
    left_out = f"... ({len(text) - 2 * _MOST_SAID:,} characters, see stderr.log) ..."
    return f"{text[:_MOST_SAID]} {left_out} {text[-_MOST_SAID:]}"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_foreign(frame.filename)]
    return f" ({Path(own[-1].filename).name}:{own[-1].lineno})" if own else ""


def _is_foreign(file: str) -> bool:
    """Tell whether a frame is not the user's: ours, the standard library's, an installed one's."""
    library = sysconfig.get_path("stdlib")
    return file.startswith((_PACKAGE, library, "<frozen ")) or "site-packages" in file
