"""What a trial function gets as `run`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.train.seeding import seed_everything
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

    def finding(self, message: str) -> None:
        """Record something that a reader of this run should know."""
        self._recorder.finding(message)
