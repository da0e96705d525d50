"""`run.checkpoint` and `run.restore`: a run that died goes on as if nothing had happened."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.ledger.checkpoints import CheckpointFolder, SoundCheckpoint, newest_sound
from trialist.ledger.folder import attempt_number
from trialist.ledger.mergedrows import prefix_digest
from trialist.train import checkpoint as content
from trialist.values.canonical import digest_of
from trialist.values.errors import CheckpointError
from trialist.values.events import EventKind
from trialist.values.metric import Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPlace:
    """Where the checkpoints of an attempt lie, and whose they are.

    Attributes:
        directory: The attempt's folder.
        metric: The goal metric's name.
        goal: Which way it is better.
        resume: The folders of earlier attempts, newest first.
        identity: What a checkpoint must say to be one of this run.
        evolves: True for a training in parts: it goes on with another configuration than its
            checkpoint was made with, from this very attempt or from one that it takes over.
    """

    directory: Path
    metric: str
    goal: Goal | None
    resume: Sequence[Path]
    identity: Mapping[str, str]
    evolves: bool = False

    @classmethod
    def of(cls, task: Task) -> CheckpointPlace:
        """Give the place of an attempt."""
        identity = {
            "run": task.name,
            "plan": task.plan_hash,
            "configuration": digest_of(task.config),
        }
        return cls(
            directory=task.directory,
            metric=task.metric,
            goal=task.goal,
            resume=task.resume,
            identity=identity,
            evolves=bool(task.segments),
        )


class RunCheckpoints:
    """The checkpoints of one attempt, and those that it can go on from.

    Attributes:
        resumed_step: The step of the checkpoint from which the attempt went on; None: from none.
    """

    def __init__(self, place: CheckpointPlace, recorder: Recorder) -> None:
        self._place = place
        self._recorder = recorder
        self._folder = CheckpointFolder(place.directory, place.goal)
        self.resumed_step: int | None = None

    def save(self, state: Any, step: int | None) -> None:
        """Write a checkpoint; it is on disk, and the journal names it, when this returns.

        Raises:
            CheckpointError: With the path inside the state, where something cannot be saved.
        """
        recorded = self._recorder.state()
        taken = content.taken(
            state,
            step=_whole(recorded["last_step"] or 0 if step is None else step),
            identity=self._place.identity,
            recorded=recorded,
        )
        self._recorder.sync()
        line = self._folder.save(
            lambda file: content.write(taken, file),
            step=taken.step,
            value=recorded["last"].get(self._place.metric),
            suffix=content.suffix(),
        )
        self._recorder.record(EventKind.CHECKPOINT, line.to_dict())
        self._folder.keep(line)

    def restore(self) -> Any:
        """Give the state of the newest sound checkpoint, and put the random sources back.

        None where no earlier attempt saved one.

        Raises:
            CheckpointError: If the checkpoint is another run's or of another format, or this
                attempt has saved one already.
        """
        if not self._folder.is_empty and not self._place.evolves:
            raise CheckpointError(
                "run.restore() came after run.checkpoint() of the same attempt",
                todo="call run.restore() once, before the training loop",
            )
        place = self._place
        found = newest_sound(place.resume, place.goal, damaged=self._recorder.finding)
        if found is None:
            return None
        saved = _read(found)
        self._check_identity(saved, found)
        self._recorder.go_on(saved.recorded)
        for message in saved.put_back():
            self._recorder.finding(message)
        if self._place.evolves:
            self._recorder.record(EventKind.TOOK_OVER, _taken(found))
        elif self.resumed_step is None:
            self._record_resumed(found)
        self.resumed_step = saved.step
        return saved.state

    def _record_resumed(self, found: SoundCheckpoint) -> None:
        event = found.line.event or 0
        fields = {
            "attempt": attempt_number(found.attempt) or 1,
            "step": found.line.step,
            "file": found.line.file,
            "sha256": found.line.sha256,
            "event": event,
            "journal": prefix_digest(found.attempt / "journal.jsonl", event),
        }
        self._recorder.record(EventKind.RESUMED, fields)

    def _check_identity(self, saved: content.Checkpoint, found: SoundCheckpoint) -> None:
        evolves = self._place.evolves  # of another run, and of another configuration
        for name, expected in self._place.identity.items():
            if evolves and name != "plan":
                continue
            was = saved.identity.get(name)
            if was != expected:
                raise CheckpointError(
                    f"this checkpoint is of the {name} {was}, and this is {expected}",
                    where=str(found.path),
                    todo="remove it to start the run from its beginning",
                )


def _taken(found: SoundCheckpoint) -> dict[str, Any]:
    return {
        "run": "/".join(found.attempt.parts[-3:]),
        "step": found.line.step,
        "file": found.line.file,
        "sha256": found.line.sha256,
    }


def _read(found: SoundCheckpoint) -> content.Checkpoint:
    try:
        with found.path.open("rb") as file:
            return content.read(file, name=found.line.file)
    except CheckpointError as error:
        mistake = error.mistakes[0]
        raise CheckpointError(mistake.message, where=str(found.path), todo=mistake.todo) from error


def _whole(step: Any) -> int:
    try:
        number = operator.index(step)
    except TypeError:
        number = -1
    if number < 0:
        raise CheckpointError(f"step is {step!r}, not a number from 0", todo="pass step=int")
    return number
