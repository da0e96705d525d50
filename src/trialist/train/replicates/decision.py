"""How the replicates of a task are trained, decided once."""

from __future__ import annotations

from dataclasses import dataclass

PROCESSES = "processes"


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
    """What a probe found.

    Attributes:
        backend: "vmap", "traced" or "processes".
        chunk: How many replicates train together; 1 for processes.
        reason: Why, in words.
        where: The line of the user's code that stands against it; None where none does.
        difference: The largest difference to single models in float64, as a share; None where it
            was not measured.
        speedups: What was measured.
    """

    backend: str
    chunk: int
    reason: str
    where: str | None = None
    difference: float | None = None
    speedups: tuple[Speedup, ...] = ()

    @property
    def is_vectorized(self) -> bool:
        """True where replicates train together."""
        return self.backend != PROCESSES
