"""What a task means for one configuration and one run's seeds: the parts of a training step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from trialist.train.augment.key import Augment, augmented
from trialist.train.augment.tiers import resolved
from trialist.train.batch import Batch
from trialist.train.loaderdata import LoaderData
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.precision import Precision
from trialist.train.seeding import seed_everything
from trialist.train.stepper import LossFunction, Stepper
from trialist.train.task import Hyperparameters, Task
from trialist.train.tensordata import TensorData
from trialist.values.ports import RunSeeds


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskParts:
    """A task, made concrete.

    Attributes:
        model: With the first weights of the seeds.
        loss: The task's.
        data: The task's.
        recipe: What makes its optimizer.
        hp: What the recipe takes its settings from.
        seeds: The run's.
        batch_size: Examples per optimizer step.
        micro_batch: Examples per pass; None: the whole batch.
        precision: The task's.
        clip_norm: The task's.
        augment: The task's, with the normalizer of its data.
        steps: Optimizer steps of the training.
    """

    model: torch.nn.Module
    loss: LossFunction
    data: TensorData | LoaderData
    recipe: OptimizerRecipe
    hp: Hyperparameters
    seeds: RunSeeds
    batch_size: int
    micro_batch: int | None
    precision: str
    clip_norm: float | None
    augment: Augment | None
    steps: int

    def optimizer(self, *, lr: float | None = None) -> torch.optim.Optimizer:
        """Make the optimizer, with another learning rate where one is given."""
        recipe = self.recipe if lr is None else replace(self.recipe, lr=lr)
        return recipe.build(self.model.parameters(), self.hp)

    def stepper(self, device: torch.device) -> Stepper:
        """Make what makes its steps on a device; the model is moved there."""
        self.model.to(device)
        made = Stepper(
            self.model,
            self.loss,
            self.optimizer(),
            precision=Precision.of(self.precision, device),
            micro=self.micro_batch,
            clip_norm=self.clip_norm,
        )
        seed_everything(self.seeds.train)
        return made

    def loaded(self, device: torch.device) -> Iterator[Batch]:
        """Give the training batches from the first step on, before any augmentation."""
        return self.data.batches(
            seed=self.seeds.data, batch_size=self.batch_size, start=0, device=device
        )

    def batches(self, device: torch.device) -> Iterator[Batch]:
        """Give the training batches as a training gets them, augmented, from its first step on."""
        return augmented(
            self.loaded(device),
            self.augment,
            seed=self.seeds.data,
            steps_per_epoch=self.data.steps_per_epoch(self.batch_size),
            start=0,
            total=self.steps,
        )


def parts_of(task: Task, config: Mapping[str, Any], seeds: RunSeeds) -> TaskParts:
    """Give what a task means for a configuration.

    Raises:
        ConfigError: If the configuration lacks what the task takes from it.
    """
    hp = Hyperparameters(config)
    data = task.data_for(hp)
    return TaskParts(
        model=task.built(hp, seeds.model),
        loss=task.loss,
        data=data,
        recipe=task.recipe_for(hp),
        hp=hp,
        seeds=seeds,
        batch_size=task.number("batch_size", hp),
        micro_batch=task.number("micro_batch", hp),
        precision=task.precision,
        clip_norm=task.number("clip_norm", hp),
        augment=resolved(task.augmentation(hp), data),
        steps=task.number("steps", hp),
    )
