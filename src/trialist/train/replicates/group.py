"""What the replicates of a group train with: their own numbers, and what they must share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from trialist.train.augment.tiers import NONE
from trialist.train.batchnorm import check_lone
from trialist.train.optimizers import SGD, Adam, AdamW, OptimizerRecipe
from trialist.train.replicates.updates import FUSED_ON
from trialist.train.schedules import Schedule, schedule_of
from trialist.train.settings import check_counts, check_reals
from trialist.train.stepper import LossFunction
from trialist.train.task import Hyperparameters, Task
from trialist.train.tensordata import TRAIN, VAL, TensorData
from trialist.train.torchschedules import TorchSchedule
from trialist.values.errors import ConfigError, VectorizeError

_PROCESSES = "train these in processes: vectorize: off"
_TOGETHER = ("kind", "steps", "batch_size", "micro_batch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The numbers of one replicate.

    Attributes:
        hp: Its hyperparameters.
        kind: The class of its optimizer.
        settings: The optimizer's.
        steps: Optimizer steps.
        batch_size: Examples per optimizer step.
        micro_batch: Examples per forward and backward pass; None: the whole batch.
        schedule: The learning rate over the steps.
        clip_norm: The largest gradient norm; None: none.
        ema: What an averaged model keeps of itself at each step; None: no averaged model.
    """

    hp: Hyperparameters
    kind: type[torch.optim.Optimizer]
    settings: Mapping[str, Any]
    steps: int
    batch_size: int
    micro_batch: int | None
    schedule: Schedule
    clip_norm: float | None
    ema: float | None

    @classmethod
    def of(cls, task: Task, config: Mapping[str, Any]) -> Own:
        """Give what a task says for a configuration.

        Raises:
            ConfigError: If a hyperparameter is missing or out of its range.
            VectorizeError: For augmentation, a scheduler of torch's, or another optimizer.
        """
        hp = Hyperparameters(config)
        if task.augmentation(hp) not in (None, NONE):
            raise VectorizeError("augment changes one batch at a time", todo=_PROCESSES)
        recipe = _recipe(task, hp)
        own = cls(
            hp=hp,
            kind=recipe.kind,
            settings=recipe.settings(hp),
            steps=task.number("steps", hp),
            batch_size=task.number("batch_size", hp),
            micro_batch=task.number("micro_batch", hp),
            schedule=_schedule(task, hp),
            clip_norm=task.number("clip_norm", hp),
            ema=task.number("ema", hp),
        )
        own.check()
        return own

    def check(self) -> None:
        """Refuse numbers out of their ranges.

        Raises:
            ConfigError: For the first of them.
        """
        check_counts(steps=self.steps, batch_size=self.batch_size, micro_batch=self.micro_batch)
        check_reals(clip_norm=self.clip_norm, ema=self.ema)
        if self.clip_norm is not None and not self.clip_norm > 0:
            raise ConfigError(f"clip_norm is {self.clip_norm}", todo="give a norm above 0, or None")
        if self.ema is not None and not 0 <= self.ema < 1:
            raise ConfigError(
                f"the average keeps {self.ema} of itself at each step",
                todo="give ema a number from 0 to below 1, such as 0.999",
            )
        self.schedule.at(0, self.steps)  # a warm-up that is too long is told before anything runs


def check_task(task: Task, device: torch.device) -> None:
    """Refuse what replicates cannot do together, whatever the model.

    Raises:
        VectorizeError: For the first such thing.
    """
    if task.precision == "fp16":
        raise VectorizeError(
            "fp16 scales the loss, and a scale is shared: one replicate would skip for all",
            todo="use bf16 or fp32, or " + _PROCESSES,
        )
    if device.type not in FUSED_ON:
        raise VectorizeError(f"there are no fused optimizers on {device.type}", todo=_PROCESSES)


def is_together(one: Own, other: Own) -> bool:
    """Tell whether two replicates make the same steps."""
    return _unlike(one, other) is None


def check_together(group: Sequence[Own]) -> None:
    """Refuse replicates that make different steps.

    Raises:
        VectorizeError: With both values of the first difference.
    """
    for number, other in enumerate(group[1:], 1):
        found = _unlike(group[0], other)
        if found is not None:
            raise VectorizeError(
                f"replicates 0 and {number} have {found}",
                todo="group those that agree in it, or " + _PROCESSES,
            )


def _unlike(one: Own, other: Own) -> str | None:
    for name in _TOGETHER:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            return f"{name} {mine} and {theirs}"
    if (one.ema is None) != (other.ema is None):
        return f"ema {one.ema} and {other.ema}"
    return None


def data_of(task: Task, group: Sequence[Own]) -> TensorData:
    """Give the data that all replicates train on.

    Raises:
        VectorizeError: If it is not in memory, or not the same for all.
    """
    if isinstance(task.data, TensorData):
        return task.data
    configs = list[dict[str, Any]]()
    found: TensorData | None = None
    for number, own in enumerate(group):
        if dict(own.hp) in configs:
            continue
        configs.append(dict(own.hp))
        data = task.data_for(own.hp)
        if not isinstance(data, TensorData):
            raise VectorizeError(
                f"the data is a {type(data).__name__}, which gives one batch at a time",
                todo="use TensorData where the data fits in memory, or " + _PROCESSES,
            )
        if found is not None and not _equal(found, data):
            raise VectorizeError(f"replicates 0 and {number} have other data", todo=_PROCESSES)
        found = found or data
    return found  # type: ignore[return-value]  # a group has at least one replicate


def check_lone_of(own: Own, model: nn.Module, loss: LossFunction, data: TensorData) -> None:
    """Refuse a replicate that would raise where BatchNorm meets one example.

    Raises:
        ConfigError: As `check_lone` does.
    """
    check_lone(
        model,
        loss,
        data,
        batch_size=own.batch_size,
        micro_batch=own.micro_batch,
        steps=own.steps,
    )


def _equal(one: TensorData, other: TensorData) -> bool:
    if one is other:
        return True
    if (one.sampling, one.n_train, one.n_val) != (other.sampling, other.n_train, other.n_val):
        return False
    return all(
        mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)
        for mine, theirs in (
            (one.split(name), other.split(name)) for name in (TRAIN, VAL)[: 1 + bool(one.n_val)]
        )
    )


def _recipe(task: Task, hp: Hyperparameters) -> OptimizerRecipe:
    recipe = task.recipe_for(hp)
    if type(recipe) not in (SGD, Adam, AdamW):
        raise VectorizeError(
            f"the optimizer is {type(recipe).__name__}",
            todo="use trialist.train.SGD, Adam or AdamW, or " + _PROCESSES,
        )
    return recipe


def _schedule(task: Task, hp: Hyperparameters) -> Schedule:
    given = task.schedule_for(hp)
    if isinstance(given, TorchSchedule):
        raise VectorizeError(
            "the schedule is one of torch's, which sets one optimizer",
            todo="use a schedule of trialist.train, such as 'cosine', or " + _PROCESSES,
        )
    return schedule_of(given, task.number("warmup", hp))
