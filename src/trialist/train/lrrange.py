"""The learning-rate range test: where to search, measured in one short rising sweep."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch

from trialist.analysis.lrcurve import LrCurve, LrRange, LrSpan, RunningLoss, range_of
from trialist.train.augment.key import Augment, augmented
from trialist.train.augment.tiers import resolved
from trialist.train.batch import Batch
from trialist.train.device import device_of
from trialist.train.loaderdata import LoaderData
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.precision import Precision
from trialist.train.restored import restored
from trialist.train.seeding import seed_everything
from trialist.train.stepper import LossFunction, Stepper
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError
from trialist.values.ports import RunSeeds
from trialist.values.seeds import SeedSet

LOW, HIGH, STEPS = 1e-7, 10.0, 100

__all__ = ["HIGH", "LOW", "STEPS", "LrRange", "LrSpan", "Sweep", "lr_range"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The rates of a range test: from `low` to `high`, each the same factor above the last.

    Attributes:
        low: The first rate, far below every good one.
        high: The last one, above every stable one.
        steps: How many there are.

    Raises:
        ConfigError: For rates that do not rise, or fewer than 30 steps.
    """

    low: float = LOW
    high: float = HIGH
    steps: int = STEPS

    def __post_init__(self) -> None:
        if not 0 < self.low < self.high < math.inf:
            raise ConfigError(
                f"the rates go from {self.low} to {self.high}",
                todo=f"give 0 < low < high; {LOW:g} and {HIGH:g} fit nearly everything",
            )
        if self.steps < 30:
            raise ConfigError(
                f"the test has {self.steps} steps", todo="give 30 or more; 100 as a rule"
            )

    def rate(self, step: int) -> float:
        """Give the rate of a step, from 0."""
        return float(self.low * (self.high / self.low) ** (step / (self.steps - 1)))


def lr_range(  # noqa: PLR0913 — what `fit` is given, as far as a step needs it
    model: torch.nn.Module,
    *,
    loss: LossFunction,
    data: TensorData | LoaderData,
    optimizer: OptimizerRecipe | torch.optim.Optimizer,
    seed: int | RunSeeds,
    batch_size: int = 64,
    micro_batch: int | None = None,
    precision: str = "auto",
    clip_norm: float | None = None,
    augment: Augment | None = None,
    low: float = LOW,
    high: float = HIGH,
    steps: int = STEPS,
    start: int = 0,
    device: str | torch.device = "auto",
) -> LrRange:
    """Give the range of learning rates to search in, from one sweep of 100 short steps.

    Real steps are made with the real optimizer while the rate rises; the test ends where the loss
    explodes. Afterwards everything is as it was, bit by bit: also in the middle of a training,
    with the optimizer that it uses. With several parameter groups the rates are those of the first
    one; the others keep their ratio to it.

    Args:
        model: As it is to be trained.
        loss: As in `fit`.
        data: As in `fit`; training data alone is used.
        optimizer: A recipe, whose own learning rate plays no part, or an optimizer of torch's.
        seed: What order and dropout follow from: a number, or `run.seed`.
        batch_size: Examples per step. Another one has another range.
        micro_batch: As in `fit`.
        precision: As in `fit`.
        clip_norm: As in `fit`. Clipping hides the explosion: then the range may be refused.
        augment: As in `fit`.
        low: The first rate.
        high: The last one.
        steps: How many steps, from 30.
        start: The step of the training whose batch is the first one.
        device: "auto" takes a GPU where there is one.

    Returns:
        The range, the curve, and what other rules say; `low`, `center` and `high` raise where the
        test cannot say, and `span` is missing with the reason.

    Raises:
        ConfigError: For settings out of their ranges.
        DataError: For data that cannot be trained on.

    References:
        Smith (2017), Cyclical learning rates for training neural networks, section 3.3.
    """
    sweep = Sweep(low=low, high=high, steps=steps)
    place = device_of(device)
    seeds = SeedSet.of(seed) if isinstance(seed, int) else seed
    existing = optimizer if isinstance(optimizer, torch.optim.Optimizer) else None
    with restored(model, existing):
        model.to(place)
        made = existing or replace(_recipe(optimizer), lr=low).build(model.parameters(), {})
        computes = Precision.of(precision, place)
        stepper = Stepper(
            model, loss, made, precision=computes, micro=micro_batch, clip_norm=clip_norm
        )
        seed_everything(seeds.train)
        batches = augmented(
            data.batches(seed=seeds.data, batch_size=batch_size, start=start, device=place),
            resolved(augment, data),
            seed=seeds.data,
            steps_per_epoch=data.steps_per_epoch(batch_size),
            start=start,
            total=2 * (start + steps),  # so that augmentation that grows has not grown yet
        )
        return range_of(_swept(stepper, made, batches, sweep))


def _swept(
    stepper: Stepper, optimizer: torch.optim.Optimizer, batches: Iterator[Batch], sweep: Sweep
) -> LrCurve:
    set_rate = _rate_setter(optimizer)
    running = RunningLoss()
    rates: list[float] = []
    losses: list[float] = []
    for step in range(sweep.steps):
        rates.append(sweep.rate(step))
        set_rate(rates[-1])
        losses.append(float(stepper(next(batches))))
        running.add(losses[-1])
        if running.has_exploded:
            break
    return LrCurve(rates=tuple(rates), losses=tuple(losses), steps=sweep.steps)


def _rate_setter(optimizer: torch.optim.Optimizer) -> Callable[[float], None]:
    groups = optimizer.param_groups
    first = float(groups[0]["lr"])
    if not first > 0:
        raise ConfigError(
            f"the optimizer's learning rate is {first}, so its groups have no ratio",
            todo="give the first group a rate above 0; it plays no further part",
        )
    shares = [float(group["lr"]) / first for group in groups]

    def set_rate(rate: float) -> None:
        for group, share in zip(groups, shares, strict=True):
            group["lr"] = rate * share

    return set_rate


def _recipe(given: Any) -> OptimizerRecipe:
    if isinstance(given, OptimizerRecipe):
        return given
    raise ConfigError(
        f"the optimizer is a {type(given).__name__}",
        todo="give trialist.train.AdamW(lr=...) and its like, or an optimizer of torch's",
    )
