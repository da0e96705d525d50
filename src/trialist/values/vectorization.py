"""How the replicates of a task are trained: a process for each run, or many of them in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

PROCESSES = "processes"


class Vectorize(StrEnum):
    """What a study asks for."""

    AUTO = "auto"  # together where a probe finds it supported, equal and faster
    OFF = "off"  # a process for each run
    REQUIRE = "require"  # together, or an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Speedup:
    """How fast one way is.

    Attributes:
        backend: "vmap" or "traced".
        replicates: How many were trained together.
        ratio: Replicate-steps per CPU second (on a GPU: per second), over those of a warm worker
            that trains one after the other.
    """

    backend: str
    replicates: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a probe found, kept in the plan.

    Attributes:
        backend: "vmap", "traced" or "processes".
        chunk: The most replicates that train together; 1 for processes.
        reason: Why, in words.
        where: The line of the user's code that stands against it; None where none does.
        difference: The largest difference to single models in float64, as a share; None where it
            was not measured.
        speedups: What was measured.
        groups: The variants that can train together, by their places in the plan; none for
            processes.
        asked: What the study asks for.
    """

    backend: str
    chunk: int
    reason: str
    where: str | None = None
    difference: float | None = None
    speedups: tuple[Speedup, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    asked: Vectorize = Vectorize.AUTO

    @property
    def is_vectorized(self) -> bool:
        """True where replicates train together."""
        return self.backend != PROCESSES

    @property
    def words(self) -> str:
        """The decision with its reason, for a person."""
        if self.is_vectorized:
            return f"up to {self.chunk} in one process ({self.backend}): {self.reason}"
        return f"a process for each: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Give the decision as plain data."""
        return {
            **asdict(self),
            "speedups": [asdict(one) for one in self.speedups],
            "groups": [list(one) for one in self.groups],
            "asked": self.asked.value,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Decision:
        """Give the decision back from plain data."""
        return cls(
            **{
                **data,
                "speedups": tuple(Speedup(**one) for one in data["speedups"]),
                "groups": tuple(tuple(one) for one in data["groups"]),
                "asked": Vectorize(data["asked"]),
            }
        )
