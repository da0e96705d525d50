"""One optimizer step: forward, backward, clip, update, average."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from trialist.train.average import AveragedModel
from trialist.train.batch import Batch
from trialist.train.finiteness import Finiteness
from trialist.train.lossvalue import check_differentiable
from trialist.train.precision import Precision
from trialist.values.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Loss:
    """A mean and the weight that it stands for: what a weighted loss returns.

    Attributes:
        mean: The mean loss of a batch.
        weight: The sum of its examples' weights.
    """

    mean: torch.Tensor
    weight: torch.Tensor | float


LossFunction = Callable[[Any, Batch], torch.Tensor | Loss]


class Stepper:
    """Makes optimizer steps; nothing here waits for a device, but for one case.

    A step whose gradients are not finite changes nothing. A fused optimizer on a device sees to
    that there; for one that is not fused the device is waited for at every step.

    Args:
        model: What is trained.
        loss: Gives the mean loss of a batch, or `Loss(mean, weight)` where examples have weights.
        optimizer: What changes the model.
        precision: How it computes.
        micro: Examples per forward and backward pass; None: the whole batch.
        clip_norm: The largest gradient norm; None: gradients are taken as they are.
        average: A model that follows; None: none does.
    """

    def __init__(  # noqa: PLR0913 — one keyword per thing that a step can do
        self,
        model: torch.nn.Module,
        loss: LossFunction,
        optimizer: torch.optim.Optimizer,
        *,
        precision: Precision,
        micro: int | None = None,
        clip_norm: float | None = None,
        average: AveragedModel | None = None,
    ) -> None:
        if clip_norm is not None and not clip_norm > 0:
            raise ConfigError(f"clip_norm is {clip_norm}", todo="give a norm above 0, or None")
        self._model, self._optimizer = model, optimizer
        self._forward = precision.computed(loss)
        self._scaler = precision.scaler
        self._micro, self._clip, self._average = micro, clip_norm, average
        self._given = [one for group in optimizer.param_groups for one in group["params"]]
        self._parameters = [one for one in self._given if one.requires_grad]
        self._finiteness = Finiteness(self._parameters)
        self._skips_itself = precision.device.type != "cpu" and _is_fused(optimizer)
        self.norm: torch.Tensor | None = None
        """The gradient norm of the last step before clipping; without `clip_norm` a number that is
        finite where the gradients are; None in fp16, whose scaler looks at them itself."""

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Make a step; give the mean loss of the batch, detached, where it was computed."""
        for one in self._given:  # what zero_grad does, in a tenth of its time
            one.grad = None
        if self._micro is None or len(batch) <= self._micro:
            mean = self._whole(batch)
        else:
            mean = self._parts(batch, self._micro)
        self._update()
        if self._average is not None:
            self._average.update()
        return mean

    def _whole(self, batch: Batch) -> torch.Tensor:
        found = self._forward(self._model, batch)
        mean = found.mean if type(found) is Loss else found
        self._backward(mean)
        return mean.detach()

    def _parts(self, batch: Batch, size: int) -> torch.Tensor:
        """Weigh each part by its examples, or by the weight that its loss tells."""
        n = len(batch)
        total = torch.zeros(())
        weight: Any = 0.0
        for part in batch.split(size):
            found = self._forward(self._model, part)
            if type(found) is Loss:
                self._backward(found.mean * found.weight)
                total = total + found.mean.detach() * found.weight
                weight = weight + found.weight
            else:
                self._backward(found * (len(part) / n))
                total = total + found.detach() * (len(part) / n)
        if isinstance(weight, float) and weight == 0.0:
            return total
        torch._foreach_div_(self._gradients(), torch.as_tensor(weight, device=total.device))
        mean: torch.Tensor = total / weight
        return mean

    def _backward(self, loss: torch.Tensor) -> None:
        try:
            (loss if self._scaler is None else self._scaler.scale(loss)).backward()
        except (AttributeError, AssertionError, RuntimeError, TypeError):
            check_differentiable(loss)
            raise

    def _gradients(self) -> list[torch.Tensor]:
        return [grad for one in self._parameters if (grad := one.grad) is not None]

    def _update(self) -> None:
        scaler, optimizer = self._scaler, self._optimizer
        if scaler is not None:
            scaler.unscale_(optimizer)
        if self._clip is not None:
            self.norm = torch.nn.utils.clip_grad_norm_(self._parameters, self._clip)
        if scaler is not None:  # it checks every gradient itself
            scaler.step(optimizer)
            scaler.update()
            return
        if self._clip is None:
            self.norm = self._finiteness.mark(self._gradients())
        if self._checked(self.norm):
            optimizer.step()

    def _checked(self, norm: Any) -> bool:
        """Tell whether the optimizer may step; a fused one on a device asks there by itself."""
        if not self._skips_itself:
            return math.isfinite(norm.item())
        optimizer: Any = self._optimizer
        optimizer.grad_scale, optimizer.found_inf = None, (~norm.isfinite()).float()
        return True


def _is_fused(optimizer: torch.optim.Optimizer) -> bool:
    return all(group.get("fused") for group in optimizer.param_groups)
