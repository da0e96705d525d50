"""Whether replicates that train together are what each would be alone, in float64."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from trialist.train.average import AveragedModel
from trialist.train.batch import Batch
from trialist.train.evaluation import evaluate
from trialist.train.precision import Precision
from trialist.train.replicates.assembly import Assembly
from trialist.train.replicates.evaluating import evaluate_stack
from trialist.train.replicates.group import Own
from trialist.train.replicates.keyeddropout import Masks, install
from trialist.train.replicates.stepping import StepRates
from trialist.train.seeding import random_state
from trialist.train.stepper import Stepper
from trialist.train.task import Task
from trialist.train.tensordata import TRAIN, VAL, TensorData
from trialist.values.errors import VectorizeError
from trialist.values.ports import RunSeeds

BOUND = 1e-9
STEPS = 3
_JUDGED = 64


def largest_difference(
    task: Task,
    group: Sequence[Own],
    seeds: Sequence[RunSeeds],
    *,
    data: TensorData,
    device: torch.device,
    backend: str,
) -> float:
    """Train a few steps together and alone; give the largest difference.

    Args:
        task: What is trained.
        group: The numbers of each replicate.
        seeds: The random sources of each.
        data: What they train on.
        device: Where.
        backend: "vmap" or "traced".

    Returns:
        Of losses and weights, each over the larger of 1 and its own size; NaN where one is NaN.
    """
    data = _in_double(data)
    models = [
        task.built(own.hp, one.model).to(device).double()
        for own, one in zip(group, seeds, strict=True)
    ]
    alone = [_Alone(task, own, model) for own, model in zip(group, models, strict=True)]
    together = Assembly.of(
        models,
        group,
        seeds,
        data=data,
        loss=task.loss,
        precision=Precision.of("fp32", device),
        backend=backend,
    )
    found = list[float]()
    for step in range(STEPS):
        batch, rates = together.batches.at(step), together.rates.at(step)
        with _nothing_drawn():
            masks = together.stepper.masks(batch, step)
            losses = together.stepper(batch, step, rates)
        for row, one in enumerate(alone):
            loss = one.step(_of_row(batch, row), [mask[row] for mask in masks], rates, row)
            found.append(_difference(losses[row], loss))
    judged = together.judged()
    for row, one in enumerate(alone):
        found += _differences(together.stack.row(row), one.model)
        found += _differences({name: own[row] for name, own in judged.items()}, one.judged)
    found += _evaluation_differences(task, together, alone, data=data, device=device)
    return float(torch.tensor(found, dtype=torch.float64).max())


class _Alone:
    """One replicate as a worker trains it, but with keyed masks."""

    def __init__(self, task: Task, own: Own, model: nn.Module) -> None:
        self.model = copy.deepcopy(model)
        self._masks: Masks = install(self.model)
        trained = [one for one in self.model.parameters() if one.requires_grad]
        self._optimizer = own.kind(trained, **own.settings)
        average = None if own.ema is None else AveragedModel(self.model, own.ema)
        self.judged = self.model if average is None else average.module
        self._stepper = Stepper(
            self.model,
            task.loss,
            self._optimizer,
            precision=Precision.of("fp32", trained[0].device),
            micro=own.micro_batch,
            clip_norm=own.clip_norm,
            average=average,
        )

    def step(
        self, batch: Batch, masks: Sequence[torch.Tensor], rates: StepRates, row: int
    ) -> torch.Tensor:
        self._masks.load(masks)
        for settings in self._optimizer.param_groups:
            settings["lr"] = rates.lrs[row]
            momentum = rates.momenta[row]
            if momentum is not None and "betas" in settings:
                settings["betas"] = (momentum, *settings["betas"][1:])
            elif momentum is not None:
                settings["momentum"] = momentum
        return self._stepper(batch)


def _evaluation_differences(
    task: Task,
    together: Assembly,
    alone: Sequence[_Alone],
    *,
    data: TensorData,
    device: torch.device,
) -> list[float]:
    if not data.n_val:
        return []
    batches = list(itertools.islice(data.validation(batch_size=_JUDGED, device=device), 1))
    precision = Precision.of("fp32", device)
    losses = [
        found.values["loss"]
        for found in evaluate_stack(together.judged(), together.forward, batches, metrics={})
    ]
    theirs = [
        evaluate(one.judged, batches, task.loss, precision=precision, metrics={}).values["loss"]
        for one in alone
    ]
    return [_difference(torch.tensor(losses).double(), torch.tensor(theirs).double())]


@contextmanager
def _nothing_drawn() -> Iterator[None]:
    """Refuse what draws from Python's or NumPy's generator: one draw would be for all replicates.

    Raises:
        VectorizeError: Where that happened.
    """
    before = _drawn()
    yield
    if _drawn() != before:
        raise VectorizeError(
            "the model or the loss draws from the global generator of Python or NumPy",
            todo="draw with torch.nn.Dropout, or train in processes: vectorize: off",
        )


def _drawn() -> tuple[Any, ...]:
    state = random_state()
    kind, numbers, *rest = state.get("numpy", ("", b""))
    return (state["python"], kind, bytes(numbers), *rest)


def _in_double(data: TensorData) -> TensorData:
    names = (TRAIN, VAL) if data.n_val else (TRAIN,)
    made = [
        {
            name: one.double() if one.is_floating_point() else one
            for name, one in data.split(split).items()
        }
        for split in names
    ]
    return TensorData(*made, sampling=data.sampling)


def _of_row(batch: Batch, row: int) -> Batch:
    index = None if batch.index is None else batch.index[row]
    return Batch({name: one[row] for name, one in batch.columns.items()}, index)


def _differences(mine: Mapping[str, torch.Tensor], model: nn.Module) -> list[float]:
    theirs = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return [
        _difference(one.detach(), theirs[name].detach())
        for name, one in mine.items()
        if one.numel()
    ]


def _difference(one: torch.Tensor, other: torch.Tensor) -> float:
    one, other = one.double(), other.double()
    return float(((one - other).abs() / other.abs().clamp(min=1.0)).max())
