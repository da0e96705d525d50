"""The `run` of a script: the one that a study started, or one of its own."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from trialist.execute.handle import Handle, RunSeed
from trialist.execute.recorder import Recorder
from trialist.execute.task import Task
from trialist.values.errors import ConfigError

RANKS = ("RANK", "OMPI_COMM_WORLD_RANK", "LOCAL_RANK")
"""What launchers of several processes set: torchrun, accelerate and DeepSpeed; Open MPI; Lightning,
whose processes know their place on their machine only until they have met."""

_ROWS_UNTIL_SETTLED = 100


class FreeRecorder(Recorder):
    """The recorder of a run without a goal metric: what is an evaluation, its names say.

    A mistake raises until there is a value of another split than `train`, or 100 rows.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._n_rows = 0

    def log(self, values: Mapping[str, Any], step: int | None) -> None:
        """Write one row; the rest as in `Recorder`."""
        super().log(values, step)
        self._n_rows += 1

    @property
    def is_evaluated(self) -> bool:
        """True from the first evaluation on, or after enough rows."""
        return self._n_rows >= _ROWS_UNTIL_SETTLED or any(
            not name.startswith(("train/", "system/", "model/")) for name in self.last
        )


class NoSeed:
    """The seed of a run that was given none: asking for it is an error, not a number."""

    def __getattr__(self, name: str) -> int:
        raise ConfigError(
            f"run.seed.{name}: this run was started without a seed",
            where="trialist.start_run",
            todo="give it one, for example start_run(..., seed=0)",
        )

    def __repr__(self) -> str:
        return "Missing(reason='no seed was given')"


class ScriptRun(Handle):
    """What `trialist.start_run` gives; leaving `with` ends it, and so does the end of the script.

    One process writes. A process forked from it (a worker of a DataLoader) writes nothing, and
    neither does one of a higher rank than 0, where a launcher says so.
    """

    def __init__(
        self,
        task: Task,
        config: dict[str, Any],
        recorder: Recorder,
        *,
        stop: Callable[[], bool],
        end: Callable[[BaseException | None], None],
    ) -> None:
        super().__init__(task, config, recorder, stop=stop)
        self.name = task.name
        self._end = end
        self._process = os.getpid()
        self.rank = rank_here()
        self.is_open = True
        self.is_entered = False
        self._has_warned = False

    def without_seed(self) -> None:
        """Make every use of `seed` an error: none was given."""
        self.seed: RunSeed = NoSeed()  # type: ignore[assignment]  # it answers nothing

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Record metrics: numbers by name, `split/metric`.

        Args:
            values: Floats, or anything with one element that `float` understands.
            step: The optimizer step, growing; None: the last step.

        Raises:
            MetricError: For a bad name, value or step before the first evaluation; afterwards it
                is recorded as a finding.
        """
        if self._may_write():
            self._recorder.log(values, step)

    def should_stop(self) -> bool:
        """Tell whether the run is to end at this step: the study is answered or interrupted."""
        self.stop_seen = self.stop_seen or self._stop()
        return self.stop_seen

    def checkpoint(self, state: Any, *, step: int | None = None) -> None:
        """Save what the run needs to go on after it was killed; see `Handle.checkpoint`."""
        if self._may_write():
            super().checkpoint(state, step=step)

    def predictions(self, split: str, ids: Any, y_true: Any, y_pred: Any) -> None:
        """Record what the run says of each example of a split; see `Handle.predictions`."""
        if self._may_write():
            super().predictions(split, ids, y_true, y_pred)

    def artifact(
        self,
        path: str | Path,
        *,
        name: str | None = None,
        type: str | None = None,  # noqa: A002 — as in `Handle`
        aliases: Sequence[str] = (),
    ) -> str:
        """Put a file or a folder into the store; see `Handle.artifact`.

        Raises:
            ConfigError: In a process that does not write the run's record.
        """
        if not self._may_write():
            raise ConfigError(
                "this process does not write the record of its run",
                where="run.artifact",
                todo="put artifacts into the store from rank 0, and not from a data loader",
            )
        return super().artifact(path, name=name, type=type, aliases=aliases)

    def finding(self, message: str) -> None:
        """Record something that a reader of this run should know."""
        if self._may_write():
            super().finding(message)

    def system(self, values: Mapping[str, float]) -> None:
        """Record what the run uses of the machine; see `Handle.system`."""
        if self._may_write():
            super().system(values)

    def close(self, error: BaseException | None = None) -> None:
        """End the run: finished, or as `error` says. Closing it again does nothing."""
        if self.is_open and os.getpid() == self._process:
            self.is_open = False
            self._end(error)

    def _may_write(self) -> bool:
        if self.rank:
            return False
        if os.getpid() != self._process:
            self._warn("this process was forked from the one that has the run")
            return False
        if not self.is_open:
            raise ConfigError(
                f"the run {self.name} has ended", todo="log inside of `with`, or start another run"
            )
        return True

    def _warn(self, why: str) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"{why}: what it logs is not recorded", RuntimeWarning, stacklevel=4)

    def __enter__(self) -> Self:
        self.is_entered = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, trace
        self.close(error)


def rank_here() -> int:
    """Give this process's rank among those that a launcher started; 0 where nobody says."""
    for name in RANKS:
        if os.environ.get(name, "").isdecimal():
            return int(os.environ[name])
    return 0
