"""The best validation value so far, and when to stop for want of a better one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trialist.train.schedules import Schedule, Warmed
from trialist.values.errors import ConfigError, MetricError, near
from trialist.values.metric import Goal


@dataclass(slots=True, kw_only=True)
class Best:
    """The best value of one metric, the earliest of equal ones.

    Attributes:
        name: The metric, for example "val/loss".
        goal: What is better.
        patience: Evaluations without a better one after which to stop; None: never.
        min_delta: How much better it has to be to count, from 0.
        step: Where the best one was; None before the first.
        value: The best one.
        waited: Evaluations since the last that counted.
    """

    name: str
    goal: Goal
    patience: int | None = None
    min_delta: float = 0.0
    step: int | None = None
    value: float = math.nan
    waited: int = 0
    _mark: float = math.nan

    def see(self, value: float, step: int) -> bool:
        """Take the next value; tell whether it is the best so far."""
        self.waited += 1
        if self._exceeds(value, self._mark, self.min_delta):
            self._mark, self.waited = value, 0
        if not self._exceeds(value, self.value, 0.0):
            return False
        self.value, self.step = value, step
        return True

    @property
    def is_exhausted(self) -> bool:
        """True where patience has come to its end."""
        return self.patience is not None and self.waited >= self.patience

    def state_dict(self) -> dict[str, Any]:
        """Give what changes."""
        names = ("step", "value", "waited", "_mark")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Put back what `state_dict` gave."""
        for name, value in state.items():
            setattr(self, name, value)

    def _exceeds(self, value: float, other: float, least: float) -> bool:
        if math.isnan(value):
            return False
        if math.isnan(other):
            return True
        gain = value - other if self.goal is Goal.MAXIMIZE else other - value
        return gain > least


def goal_of(given: str) -> Goal:
    """Give the goal that a word says.

    Raises:
        ConfigError: For another word.
    """
    try:
        return Goal(given)
    except ValueError:
        raise ConfigError(f"the goal is {given!r}", todo=near(given, list(Goal))) from None


def check_watched(name: str, seen: Sequence[str]) -> None:
    """Refuse to watch what no validation gives.

    Args:
        name: What is watched; names of other splits are let pass.
        seen: The names that a validation gave.

    Raises:
        MetricError: With the names there are.
    """
    if name not in seen and (name.startswith("val/") or "/" not in name):
        raise MetricError(f"{name!r} is watched, and no validation gives it", todo=near(name, seen))


def check_patience(patience: int | None, schedule: Schedule) -> None:
    """Refuse to stop early where the last steps are what the schedule is for.

    Raises:
        ConfigError: If `patience` goes with a schedule that decays to zero, or is below 1.
    """
    if patience is None:
        return
    if patience < 1:
        raise ConfigError(f"patience is {patience}", todo="give 1 or more, or None")
    inner = schedule.schedule if isinstance(schedule, Warmed) else schedule
    if inner.decays_to_zero:
        raise ConfigError(
            f"patience would cut off the end of the schedule {inner.name!r}, where it gains most",
            todo="leave patience out and take the best checkpoint, or use the schedule 'constant'",
        )
