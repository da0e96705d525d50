"""What a run of a trial measured while it trained: the goal metric by steps, and others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trialist.values.metric import Goal


class RateCourse(StrEnum):
    """What the learning rate does after its warm-up."""

    CONSTANT = "constant"
    DECAY = "decay"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One metric at the steps of a curve.

    Attributes:
        metric: Its name.
        goal: Which way it is better.
        values: In its own sign, one per step of the curve; NaN where there is none.
    """

    metric: str
    goal: Goal
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCurve:
    """The curve of one run of a trial.

    Attributes:
        variant: Whose trial it is.
        name: The trial, as its table calls it.
        run: The run whose journal has it (variant/seed-S/attempt-K); None where there is none.
        steps: The steps at which the goal metric was evaluated, rising.
        val: The goal metric at these steps.
        train: The same metric on the training data, at these steps: the last that was known by
            then; None where it was not logged.
        loss: The training loss, likewise.
        beside: Further metrics of the goal's split whose goal is known by name.
        seconds: Training time by each of the steps; empty where it is unknown.
        schedule: What the learning rate did.
        max_steps: The budget in steps; None: the last step is taken for it.
        epoch: Steps per epoch; None where that is unknown.
        clipped: The share of steps whose gradient norm was clipped; None where nothing was.
        is_best: True where it is one of the best trials of its variant.
    """

    variant: str
    name: str
    steps: tuple[int, ...]
    val: Track
    run: str | None = None
    train: Track | None = None
    loss: Track | None = None
    beside: tuple[Track, ...] = ()
    seconds: tuple[float, ...] = ()
    schedule: RateCourse = RateCourse.UNKNOWN
    max_steps: int | None = None
    epoch: float | None = None
    clipped: float | None = None
    is_best: bool = False

    def __post_init__(self) -> None:
        rows = [self.val, *self.beside, *(row for row in (self.train, self.loss) if row)]
        lengths = {len(self.steps), *(len(row.values) for row in rows)}
        if len(lengths) != 1 or (self.seconds and len(self.seconds) != len(self.steps)):
            raise ValueError(f"the curve of {self.name} has tracks of several lengths")

    @property
    def metric(self) -> str:
        """The goal metric's name."""
        return self.val.metric

    @property
    def goal(self) -> Goal:
        """Which way it is better."""
        return self.val.goal

    @property
    def subject(self) -> str:
        """What a person reads: the run, or the trial."""
        return self.run or self.name

    @property
    def budget(self) -> int:
        """The steps that it was given."""
        return self.max_steps or (self.steps[-1] if self.steps else 0)
