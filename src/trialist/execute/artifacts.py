"""`run.artifact` and `run.use`: files that outlive their run, and where they came from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.ledger.artifactlog import Version
from trialist.ledger.artifactnames import BEST, parts_of
from trialist.ledger.artifacts import ArtifactStore, Maker, store_of
from trialist.ledger.journal import read_journal
from trialist.values.errors import ArtifactError
from trialist.values.events import EventKind
from trialist.values.metric import Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactPlace:
    """Which store the artifacts of an attempt go to, and who says so.

    Attributes:
        store: The folder of all studies.
        by: The run, as plain data.
        metric: The goal metric's name.
        goal: Which way it is better.
    """

    store: Path
    by: Mapping[str, Any]
    metric: str
    goal: Goal | None

    @classmethod
    def of(cls, task: Task) -> ArtifactPlace:
        """Give the place of an attempt: its store, found from its folder.

        What a repeated run makes is no part of the record and stays in its own folder.
        """
        store = store_of(task.directory) if task.again is None else task.directory
        inside = task.directory.relative_to(store).parts
        by = {"run": task.name, "attempt": task.number, "plan": task.plan_hash}
        if inside:
            by["study"] = inside[0]
        return cls(store=store, by=by, metric=task.metric, goal=task.goal)


class RunArtifacts:
    """What one attempt puts into the store, and what it takes from there."""

    def __init__(self, task: Task, recorder: Recorder) -> None:
        self._task = task
        self._recorder = recorder
        self._n_used: Counter[str] = Counter()

    @cached_property
    def _place(self) -> ArtifactPlace:
        return ArtifactPlace.of(self._task)

    @cached_property
    def _store(self) -> ArtifactStore:
        return ArtifactStore(self._place.store)

    def put(
        self, path: str | Path, *, name: str | None, kind: str | None, aliases: Sequence[str]
    ) -> str:
        """Put a file or a folder into the store; give its version as `NAME:V0`."""
        value = self._recorder.last.get(self._place.metric, math.nan)
        maker = Maker(
            by=self._place.by,
            value=value if math.isfinite(value) else None,
            metric=self._place.metric,
            goal=self._place.goal,
        )
        listed = (aliases,) if isinstance(aliases, str) else aliases
        if BEST in listed and maker.value is None and maker.goal is not None:
            self._recorder.finding(
                f"the artifact {name or Path(path).stem} was not considered for 'best': no value "
                f"of {maker.metric} is known; log it before run.artifact"
            )
        version, moved = self._store.put(
            Path(path), maker=maker, name=name, type=kind, aliases=listed
        )
        fields = {
            "name": version.name,
            "version": version.number,
            "sha256": version.digest,
            "aliases": list(moved),
        }
        self._recorder.record(EventKind.ARTIFACT, fields)
        return f"{version.name}:v{version.number}"

    def use(self, reference: str) -> Path:
        """Give the path of a version, `NAME:ALIAS` or `NAME:V0`; its digests are checked."""
        if self._task.again is None:
            version, path = self._store.use(reference, by=self._place.by)
        else:
            version, path = self._used_before(self._task.again, reference)
        fields = {"name": version.name, "version": version.number, "sha256": version.digest}
        self._recorder.record(EventKind.USED, fields)
        return path

    def _used_before(self, attempt: Path, reference: str) -> tuple[Version, Path]:
        """Give the version that the repeated attempt took here: aliases may have moved since."""
        with suppress(ArtifactError):  # its own, which the repeated one had put there as well
            return self._store.look(reference)
        name, _ = parts_of(reference)
        events = read_journal(attempt / "journal.jsonl").events
        used = [one for one in events if one["k"] == EventKind.USED and one["name"] == name]
        place = self._n_used[name]
        self._n_used[name] += 1
        if place < len(used):
            reference = f"{name}:v{used[place]['version']}"
        return ArtifactStore(store_of(attempt)).look(reference)
