"""What a trial function gets as `run`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialist.execute.artifacts import RunArtifacts
from trialist.execute.checkpoints import CheckpointPlace, RunCheckpoints
from trialist.execute.predictions import RunPredictions
from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.execute.testedstate import state_of_tested
from trialist.ledger.mergedrows import Row, rows_before, rows_of
from trialist.train.seeding import seed_everything
from trialist.values.events import EventKind
from trialist.values.machineuse import checked_system
from trialist.values.seeds import SeedSet
from trialist.values.study import Config


class StopRun(BaseException):
    """Ends a trial function that does not ask `should_stop`; not an error."""


class RunSeed:
    """The run's random sources, as numbers.

    Attributes:
        base: The replicate's number from the study.
        split: For splitting the data.
        data: For the order of the data.
        model: For the initial weights.
        train: For everything random while training.
    """

    __slots__ = ("_seeds", "base", "data", "model", "split", "train")

    def __init__(self, seeds: SeedSet) -> None:
        self._seeds = seeds
        self.base = seeds.base
        self.split = seeds.split
        self.data = seeds.data
        self.model = seeds.model
        self.train = seeds.train

    def all(self) -> None:
        """Seed Python, and NumPy and torch where they are loaded, from `train`."""
        seed_everything(self.train)


class Handle:
    """The `run` of one attempt."""

    def __init__(
        self, task: Task, config: Config, recorder: Recorder, *, stop: Callable[[], bool]
    ) -> None:
        self.config = config
        self.seed = RunSeed(task.seeds)
        self.directory: Path = task.directory
        self.stop_seen = False
        self._recorder = recorder
        self._stop = stop
        self._asks_itself = False
        self.evolves = bool(task.segments)
        self._checkpoints = RunCheckpoints(CheckpointPlace.of(task), recorder)
        self._task = task
        self._artifacts = RunArtifacts(task, recorder)
        self._predictions = RunPredictions(task, recorder)

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Record metrics: numbers by name, `split/metric`.

        Args:
            values: Floats, or anything with one element that `float` understands.
            step: The optimizer step, growing; None: the last step.

        Raises:
            MetricError: For a bad name, value or step before the first evaluation; afterwards it
                is recorded as a finding.
        """
        self._recorder.log(values, step)
        if not self._asks_itself and self._stop():
            self.stop_seen = True
            raise StopRun

    def should_stop(self) -> bool:
        """Tell whether the run is to end at this step: the study is answered or interrupted."""
        self._asks_itself = True
        self.stop_seen = self.stop_seen or self._stop()
        return self.stop_seen

    @property
    def resumed_step(self) -> int | None:
        """The step of the checkpoint that `restore` gave; None before, and where it gave none."""
        return self._checkpoints.resumed_step

    @property
    def trained(self) -> Path | None:
        """The folder of the trained run that is evaluated on the sealed test set; else None."""
        return self._task.again if self._task.tested is not None else None

    def checkpoint(self, state: Any, *, step: int | None = None) -> None:
        """Save what the run needs to go on after it was killed; on disk when this returns.

        Args:
            state: Tensors, arrays, numbers, text, and lists, tuples, dicts and sets of them. The
                random state of Python, NumPy and torch is saved beside it.
            step: The step that was done last; None: the step that was logged last.

        Raises:
            CheckpointError: With the path inside the state, where something cannot be saved.
        """
        self._checkpoints.save(state, step)

    def restore(self) -> Any:
        """Give the state of the newest sound checkpoint of this run; None where there is none.

        The random state is put back, and steps go on from there. Where a trained run is evaluated
        on the sealed test set, it is the checkpoint whose validation was judged.

        Raises:
            CheckpointError: If it is another run's or of another format.
        """
        if self._task.tested is not None:
            return state_of_tested(self._task)
        return self._checkpoints.restore()

    def artifact(
        self,
        path: str | Path,
        *,
        name: str | None = None,
        type: str | None = None,  # noqa: A002 — the word that users of other stores know
        aliases: Sequence[str] = (),
    ) -> str:
        """Put a file or a folder into the store; give its version, for example `model:v0`.

        Args:
            path: The file or folder.
            name: What it is called in the store; None: as the file, without its ending.
            type: What kind of thing it is, in your words.
            aliases: Names for this version; `best` moves only to a better goal metric.

        Raises:
            ArtifactError: If there is no such file, or a name or alias is impossible.
        """
        return self._artifacts.put(path, name=name, kind=type, aliases=aliases)

    def use(self, reference: str) -> Path:
        """Give where a version of an artifact lies, to be read only; its digests are checked.

        Args:
            reference: `NAME`, `NAME:ALIAS` or `NAME:V0`.

        Raises:
            ArtifactError: If it is not known, or was altered.
        """
        return self._artifacts.use(reference)

    def predictions(self, split: str, ids: Any, y_true: Any, y_pred: Any) -> None:
        """Record what the run says of each example of a split.

        At the end the goal metric is computed from them where that is possible; a reported value
        that contradicts them fails the run.

        Args:
            split: The split, as in the metric: `val` for `val/accuracy`.
            ids: One per example, each once.
            y_true: The truth, shape `(n,)`.
            y_pred: Labels or numbers of shape `(n,)`, or probabilities `(n, n_classes)`.

        Raises:
            PredictionsError: Where they do not fit together, before the first evaluation;
                afterwards that is recorded as a finding.
        """
        self._predictions.record(split, ids, y_true, y_pred)

    def check_value(self, value: float) -> None:
        """Hold the goal metric against the recorded predictions.

        Raises:
            PredictionsError: If they contradict it, with both numbers.
        """
        self._predictions.check(value)

    def finding(self, message: str) -> None:
        """Record something that a reader of this run should know."""
        self._recorder.finding(message)

    def system(self, values: Mapping[str, float]) -> None:
        """Record what the run uses of the machine, for example `{"system/data_wait": 0.1}`.

        These are no metrics: they have no step, and nothing is judged by them.

        Raises:
            MetricError: If a name does not begin with `system/`, or a value is not a finite number.
        """
        self._recorder.event(EventKind.SYSTEM, {"v": checked_system(values)})

    def relay(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Record an event that another process of this run has sent, as it is."""
        self._recorder.event(kind, fields)
        if kind != EventKind.NOTE:  # it names a file that may be relied on from here on
            self._recorder.sync()
        if kind == EventKind.PREDICTIONS:
            self._predictions.expect_files()
        if kind == EventKind.RESUMED:
            self._recorder.go_on_after(rows_before(self.directory))

    def earlier_rows(self) -> Iterator[Row]:
        """Give what earlier attempts logged, as far as it counts for this one."""
        return rows_of(self.directory)
