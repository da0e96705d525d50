"""What crosses floors upwards, as protocols: the house injects, the lower room only calls."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float:
        """Give the time now."""
        ...
