"""The journal's format: kinds of events, the status of a run, and numbers that JSON lacks."""

from __future__ import annotations

import math
from enum import StrEnum

JOURNAL_FORMAT = 1


class EventKind(StrEnum):
    """Kinds of journal lines; readers skip and keep kinds they do not know."""

    START = "start"
    METRIC = "metric"
    NOTE = "note"
    FINDING = "finding"
    CHECKPOINT = "checkpoint"  # a state was saved: step, file, sha256, bytes, value
    RESUMED = "resumed"  # goes on from a checkpoint of an earlier attempt: attempt, step, event
    TOOK_OVER = "took_over"  # goes on from a checkpoint with another configuration: run, step
    ARTIFACT = "artifact"  # a version was put into the store: name, version, sha256, aliases
    USED = "used"  # a version was taken out of the store: name, version, sha256
    PREDICTIONS = "predictions"  # what the run said of single examples: split, file, sha256, n
    SYSTEM = "system"  # what the run uses of the machine: v, values by name
    END = "end"


class RunStatus(StrEnum):
    """How a run stands. A run that was never started is `queued`: derived, never written."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"
    PRUNED = "pruned"
    STOPPED = "stopped"
    NOT_NEEDED = "not_needed"

    @property
    def has_result(self) -> bool:
        """True where the run said what it had to say: a value, or that it diverged."""
        return self in (RunStatus.FINISHED, RunStatus.DIVERGED)


class FailureKind(StrEnum):
    """Why a run failed."""

    ERROR = "error"
    CRASHED = "crashed"
    OOM = "oom"
    TIMEOUT = "timeout"
    LOST = "lost"


def encode_number(value: float) -> float | str:
    """Give `value` as JSON can carry it: NaN and infinities become strings."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def decode_number(value: float | str) -> float:
    """Give back what `encode_number` wrote."""
    return float(value)
