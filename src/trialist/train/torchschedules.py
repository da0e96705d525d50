"""Schedules of torch's own: any scheduler, called per step, epoch or metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch

from trialist.train.stopping import goal_of
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal

PER = ("step", "epoch", "metric")


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchSchedule:
    """A scheduler of torch.optim.lr_scheduler, taken as it is.

    Attributes:
        make: Gives it for an optimizer.
        per: When it steps: after every optimizer step, every epoch, or every validation (then with
            the watched metric).
    """

    make: Callable[[torch.optim.Optimizer], Any]
    per: str = "step"

    def __post_init__(self) -> None:
        if not callable(self.make):
            raise ConfigError(
                f"a scheduler is made by {self.make!r}",
                todo="make=lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, 30)",
            )
        if self.per not in PER:
            raise ConfigError(
                f"a scheduler steps per {self.per!r}",
                todo=f"one of {', '.join(map(repr, PER))}",
            )


def plateau(
    *, factor: float = 0.1, patience: int = 5, min_delta: float = 1e-4, goal: str = "minimize"
) -> TorchSchedule:
    """Give a schedule that falls when the watched metric stays where it is: ReduceLROnPlateau.

    Args:
        factor: What the rate is multiplied with, between 0 and 1.
        patience: Validations without a better value that are let pass.
        min_delta: How much better counts, as a share of the best value.
        goal: What is better of the metric, "minimize" or "maximize".
    """
    mode: Literal["min", "max"] = "min" if goal_of(goal) is Goal.MINIMIZE else "max"

    def make(optimizer: torch.optim.Optimizer) -> Any:
        return torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, mode=mode, factor=factor, patience=patience, threshold=min_delta
        )

    return TorchSchedule(make=make, per="metric")
