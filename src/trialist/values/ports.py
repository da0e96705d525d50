"""What crosses floors upwards, as protocols: the house injects, the lower room only calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float:
        """Give the time now."""
        ...


class RunSeeds(Protocol):
    """A run's random sources, as numbers: `run.seed`, or a `SeedSet`."""

    @property
    def data(self) -> int:
        """For the order of the data."""
        ...

    @property
    def model(self) -> int:
        """For the initial weights."""
        ...

    @property
    def train(self) -> int:
        """For everything random while training."""
        ...


class Sink(Protocol):
    """What a training loop tells of a run, and asks of it: the `run` of a trial."""

    @property
    def seed(self) -> RunSeeds:
        """The run's random sources."""
        ...

    def log(self, values: Mapping[str, Any], *, step: int | None = None) -> None:
        """Record metrics."""

    def system(self, values: Mapping[str, float]) -> None:
        """Record what the run uses of the machine; no metric."""

    def finding(self, message: str) -> None:
        """Record something that a reader should know."""

    def should_stop(self) -> bool:
        """Tell whether the run is to end at this step."""
        ...

    def checkpoint(self, state: Any, *, step: int | None = None) -> None:
        """Save what the run needs to go on."""

    def restore(self) -> Any:
        """Give the state of the newest checkpoint; None where there is none."""
        ...

    def predictions(self, split: str, ids: Any, y_true: Any, y_pred: Any) -> None:
        """Record what the run says of each example."""
