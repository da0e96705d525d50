"""What crosses floors upwards, as protocols: the house injects, the lower room only calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from trialist.values.seeds import SeedSet
from trialist.values.study import Config


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float:
        """Give the time now."""
        ...


class RunHandle(Protocol):
    """What a trial function gets as `run`."""

    @property
    def config(self) -> Config:
        """The run's configuration."""
        ...

    @property
    def seed(self) -> SeedSet:
        """The run's random sources."""
        ...

    @property
    def directory(self) -> Path:
        """The attempt's own folder."""
        ...

    def log(self, values: Mapping[str, float], *, step: int | None = None) -> None:
        """Record metrics."""
        ...

    def should_stop(self) -> bool:
        """True where the run is to end at the next step."""
        ...
