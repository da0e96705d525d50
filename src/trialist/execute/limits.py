"""What one run may take, and the words for a run that took more."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.execute.footprint import Footprint
from trialist.values.events import FailureKind
from trialist.values.sizes import size


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a run; None: no limit.

    Attributes:
        timeout: Seconds.
        memory: Bytes, of the run's whole process tree.
    """

    timeout: float | None = None
    memory: int | None = None

    @property
    def sampled_every(self) -> float | None:
        """How often a run has to be looked at, in seconds; None: never."""
        return 0.1 if self.memory is not None else None

    def exceeded(
        self, *, seconds: float, footprint: Footprint | None, n_runs: int = 1
    ) -> tuple[FailureKind, str] | None:
        """Give how a run has to be ended, if it has.

        Args:
            seconds: How long it has run.
            footprint: Its worker's memory; None where the worker is not known yet.
            n_runs: How many train together in the worker: they may take as much each.
        """
        each = "" if n_runs == 1 else f", for each of {n_runs} runs in one process"
        if self.timeout is not None and seconds > self.timeout * n_runs:
            words = f"took longer than the {self.timeout:g} s of resources.timeout{each}"
            return FailureKind.TIMEOUT, words
        if self.memory is None or footprint is None:
            return None
        held = footprint.whole()
        if held <= self.memory * n_runs:
            return None
        words = (
            f"held {size(held)} of memory, more than the {size(self.memory)} of resources.memory"
            f"{each}"
        )
        return FailureKind.OOM, words
