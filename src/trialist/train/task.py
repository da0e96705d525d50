"""A recipe for a training: what a study runs with each variant's settings and each seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialist.train.augment.key import Augment
from trialist.train.augment.tiers import NONE, TIERS
from trialist.train.evaluation import Metric, metrics_of
from trialist.train.fitted import Fit
from trialist.train.fitting import LOG_EVERY, fit
from trialist.train.initialization import initialize
from trialist.train.loaderdata import LoaderData
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.schedules import Schedule
from trialist.train.seeding import seed_everything
from trialist.train.stepper import LossFunction
from trialist.train.tensordata import TensorData
from trialist.train.tested import tested
from trialist.train.torchschedules import TorchSchedule
from trialist.values.errors import ConfigError, near
from trialist.values.metric import N_PARAMETERS
from trialist.values.ports import Sink


class Hyperparameters(Mapping[str, Any]):
    """A run's configuration: `hp.width` or `hp["width"]`; a dict in it is one of these too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Any:
        found = self._values[name]
        return Hyperparameters(found) if isinstance(found, Mapping) else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._values:
            raise ConfigError(
                f"the configuration has no {name!r}", todo=near(name, sorted(self._values))
            )
        return self[name]

    def __repr__(self) -> str:
        return f"Hyperparameters({self._values!r})"


def size_of(model: torch.nn.Module) -> dict[str, float]:
    """Give what the row of a run's step 0 says of its model: how many parameters it has."""
    return {N_PARAMETERS: float(sum(one.numel() for one in model.parameters()))}


OfRun = Callable[[Hyperparameters], Any]
"""Gives something for a run's hyperparameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """How to train one run: what `trialist.train.fit` is given, for any hyperparameters.

    A number may be given as text, the name of a hyperparameter; anything but `loss` may be a
    function of all of them. `trial: train.py:task` in a study file names one.

    Attributes:
        model: Gives the model for the hyperparameters; its weights are drawn from the run's seed.
        loss: Gives the mean loss of `(model, batch)`, or `Loss(mean, weight)`.
        data: Training and validation data, or a function of the hyperparameters.
        optimizer: `trialist.train.AdamW(lr="lr")` and its like.
        steps: Optimizer steps.
        batch_size: Examples per optimizer step.
        micro_batch: Examples per forward and backward pass; None: the whole batch.
        schedule: The learning rate over the steps.
        warmup: Steps of warm-up; a share of all steps where below 1.
        precision: "auto", "fp32", "bf16" or "fp16".
        clip_norm: The largest gradient norm; None: none.
        ema: What an averaged model keeps of itself at each step; None: no averaged model.
        initialization: First weights as `trialist.train.initialize` draws them, for example "he";
            None: as the layers do.
        augment: "weak", "medium", "strong" or "progressive" for pictures, the name of a
            hyperparameter that is one of them or "none", or what gives a training batch changed
            from `(batch, key)`.
        metrics: What is computed of the validation outputs.
        val_every: Steps between validations; None: 20 in the whole run.
        log_every: Steps between rows of the curves.
        checkpoint_every: Steps between checkpoints; None: as validations.
        test: The sealed test data, `(x, y)`, columns by name or a dataset, or a function of the
            hyperparameters that gives it: called when the test is opened, and never before.
    """

    model: Callable[[Any], torch.nn.Module]
    loss: LossFunction
    data: TensorData | LoaderData | OfRun
    optimizer: OptimizerRecipe | OfRun
    steps: int | str | OfRun
    batch_size: int | str | OfRun = 64
    micro_batch: int | str | OfRun | None = None
    schedule: str | Schedule | TorchSchedule | OfRun | None = None
    warmup: float | str | OfRun = 0
    precision: str = "auto"
    clip_norm: float | str | OfRun | None = None
    ema: float | str | OfRun | None = None
    initialization: str | OfRun | None = None
    augment: str | Augment | None = None
    metrics: Sequence[str] | Mapping[str, Metric] | None = None
    val_every: int | None = None
    log_every: int = LOG_EVERY
    checkpoint_every: int | None = None
    test: Any = None

    def __call__(self, config: Mapping[str, Any], run: Sink) -> dict[str, float]:
        """Train one run; give its last validation values, `val/loss` among them."""
        return self.told(self.trained(config, run), run)

    def told(self, done: Fit, run: Sink) -> dict[str, float]:
        """Record what a finished training says of each example; give its last values."""
        evaluation = done.evaluation
        if done.reason == "finished" and evaluation is not None and evaluation.targets is not None:
            said = evaluation.predictions()
            if said is not None:
                n = len(evaluation.targets)
                run.predictions("val", range(n), evaluation.targets.numpy(), said.numpy())
        return dict(done.last)

    def tested(self, config: Mapping[str, Any], run: Sink) -> dict[str, float]:
        """Evaluate a trained run on the test data; `test: train.py:task.tested` names it.

        Raises:
            ConfigError: If the task has no test data.
            CheckpointError: If the run saved no checkpoint.
        """
        hp, given = Hyperparameters(config), self.test
        if given is None:
            raise ConfigError(
                "the task has no test data",
                todo="give it: Task(..., test=(x, y)), or a function of the hyperparameters",
            )
        return tested(
            self.built(hp, run.seed.model),
            given(hp) if callable(given) else given,
            self.data_for(hp),
            loss=self.loss,
            precision=self.precision,
            metrics=metrics_of(self.metrics),
            batch_size=int(self.number("batch_size", hp)),
            run=run,
        )

    def trained(self, config: Mapping[str, Any], run: Sink) -> Fit:
        """Train one run; give all that `fit` gives."""
        hp = Hyperparameters(config)
        model = self.built(hp, run.seed.model)
        return fit(
            model,
            loss=self.loss,
            data=self.data_for(hp),
            optimizer=self.recipe_for(hp).build(model.parameters(), hp),
            steps=self.number("steps", hp),
            run=run,
            batch_size=self.number("batch_size", hp),
            micro_batch=self.number("micro_batch", hp),
            schedule=self.schedule_for(hp),
            warmup=self.number("warmup", hp),
            precision=self.precision,
            clip_norm=self.number("clip_norm", hp),
            ema=self.number("ema", hp),
            augment=self.augmentation(hp),
            metrics=self.metrics,
            val_every=self.val_every,
            log_every=self.log_every,
            checkpoint_every=self.checkpoint_every,
            first_row=size_of(model),
        )

    def built(self, hp: Hyperparameters, seed: int) -> torch.nn.Module:
        """Give the model with the first weights of a seed.

        Raises:
            ConfigError: If `model` gives something else.
        """
        seed_everything(seed)
        model = self.model(hp)
        if not isinstance(model, torch.nn.Module):
            raise ConfigError(
                f"model gave a {type(model).__name__}", todo="have it give a torch.nn.Module"
            )
        scheme = self.initialization
        if scheme is not None:
            initialize(model, scheme if isinstance(scheme, str) else scheme(hp), seed=seed)
        return model

    def augmentation(self, hp: Hyperparameters) -> str | Augment | None:
        """Give the augmentation of a run: a tier's name, a function, or None.

        Raises:
            ConfigError: If `augment` is neither a tier nor a hyperparameter that is one.
        """
        given = self.augment
        if not isinstance(given, str) or given in (*TIERS, NONE):
            return given
        found = self.number("augment", hp)
        if found is None or found is False:
            return None
        if found not in (*TIERS, NONE):
            raise ConfigError(
                f"{given!r} is {found!r}, and there is no such augmentation",
                todo=near(str(found), [*TIERS, NONE]),
            )
        return str(found)

    def data_for(self, hp: Hyperparameters) -> TensorData | LoaderData:
        """Give the data of a run."""
        data = self.data
        return data if isinstance(data, TensorData | LoaderData) else data(hp)

    def recipe_for(self, hp: Hyperparameters) -> OptimizerRecipe:
        """Give what makes the optimizer of a run.

        Raises:
            ConfigError: If `optimizer` gives something else.
        """
        given = self.optimizer
        recipe = given if isinstance(given, OptimizerRecipe) else given(hp)
        if not isinstance(recipe, OptimizerRecipe):
            raise ConfigError(
                f"the task's optimizer is a {type(recipe).__name__}",
                todo="have it give trialist.train.AdamW(lr=...) or its like",
            )
        return recipe

    def schedule_for(self, hp: Hyperparameters) -> str | Schedule | TorchSchedule | None:
        """Give the learning rate of a run over its steps; None: it is constant."""
        given = self.schedule
        if given is None or isinstance(given, str | Schedule | TorchSchedule):
            return given
        found: str | Schedule | TorchSchedule | None = given(hp)
        return found

    def number(self, name: str, hp: Hyperparameters) -> Any:
        """Give one of the numbers of a run, for example its "steps"; None where it has none.

        Raises:
            ConfigError: If it is the name of a hyperparameter that is not there.
        """
        given = getattr(self, name)
        if callable(given):
            return given(hp)
        if not isinstance(given, str):
            return given
        if given not in hp:
            raise ConfigError(
                f"the task takes its {name} from {given!r}, which the configuration does not have",
                todo=near(given, sorted(hp)),
            )
        return hp[given]
