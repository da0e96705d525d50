"""The learning rate of each step, set into the optimizer: by a closed form, or by torch."""

from __future__ import annotations

from typing import Any

import torch

from trialist.train.schedules import Constant, Schedule
from trialist.train.torchschedules import TorchSchedule


class RateSetter:
    """Sets an optimizer's learning rates, and its momentum where the schedule has one.

    Args:
        optimizer: Its rates at this moment are what a schedule's shares are of.
        schedule: What gives the shares, or a scheduler of torch's.
        total: Steps of the run.
        epoch_steps: Steps of an epoch.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        schedule: Schedule | TorchSchedule,
        *,
        total: int,
        epoch_steps: int,
    ) -> None:
        self._optimizer = optimizer
        self._total, self._epoch_steps = total, epoch_steps
        self._bases = [float(group["lr"]) for group in optimizer.param_groups]
        is_torch = isinstance(schedule, TorchSchedule)
        self._scheduler = schedule.make(optimizer) if isinstance(schedule, TorchSchedule) else None
        self._per = schedule.per if isinstance(schedule, TorchSchedule) else ""
        self._closed = None if is_torch or type(schedule) is Constant else schedule

    def set(self, step: int) -> None:
        """Set what holds at a step, from 0."""
        if self._closed is None:
            return
        rates = self._closed.at(step, self._total)  # type: ignore[union-attr]  # a Schedule
        for group, base in zip(self._optimizer.param_groups, self._bases, strict=True):
            group["lr"] = base * rates.lr
            if rates.momentum is not None:
                _set_momentum(group, rates.momentum)

    def after_step(self, done: int) -> None:
        """Let a scheduler of torch's step, after `done` steps of the run."""
        if self._scheduler is None or self._per == "metric":
            return
        if self._per == "step" or done % self._epoch_steps == 0:
            self._scheduler.step()

    def after_validation(self, value: float) -> None:
        """Let a scheduler that follows a metric see its next value."""
        if self._per == "metric":
            self._scheduler.step(value)  # type: ignore[union-attr]  # there is one where `per` is

    @property
    def lr(self) -> float:
        """The learning rate of the first group now."""
        return float(self._optimizer.param_groups[0]["lr"])

    def state_dict(self) -> Any:
        """Give the state of a scheduler of torch's; None for closed forms, which have none."""
        return None if self._scheduler is None else self._scheduler.state_dict()

    def load_state_dict(self, state: Any) -> None:
        """Put back what `state_dict` gave."""
        if self._scheduler is not None:
            self._scheduler.load_state_dict(state)


def _set_momentum(group: dict[str, Any], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    elif "momentum" in group:
        group["momentum"] = momentum
